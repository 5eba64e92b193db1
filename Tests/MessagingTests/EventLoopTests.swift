import Glibc
import Testing

@testable import Messaging

private func threadNanoseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

@Suite struct `An alarm` {
    @Test func `comes in the order of its time, and never early`() throws {
        let loop = try EventLoop()
        let began = EventLoop.now
        var rang: [Int] = []
        var earliest = Int.max
        // 1,000 of them, over 20 ms, asked for in an order that is not theirs.
        let times = (0..<1000).map { began + ($0 * 617 % 1000) * 20_000 }
        for time in times {
            loop.at(time) {
                rang.append(time)
                earliest = min(earliest, EventLoop.now - time)
            }
        }
        try loop.run { rang.count == 1000 }
        #expect(rang == times.sorted())
        #expect(earliest >= 0)
        #expect(loop.alarmEntries.waiting == 0)
    }

    @Test func `comes in the order of asking where the times are the same`() throws {
        let loop = try EventLoop()
        var rang: [Int] = []
        let time = EventLoop.now + 1_000_000
        for number in 0..<500 { loop.at(time) { rang.append(number) } }
        try loop.run { rang.count == 500 }
        #expect(rang == Array(0..<500))
    }

    @Test func `that was cancelled does not come, also if one of the same turn does that`() throws {
        let loop = try EventLoop()
        var rang: [String] = []
        let time = EventLoop.now
        var victim: EventLoop.Alarm?
        loop.at(time) {
            rang.append("first")
            if let victim { loop.cancel(victim) }
        }
        victim = loop.at(time) { rang.append("victim") }
        loop.at(time) { rang.append("last") }
        let other = loop.at(time) { rang.append("other") }
        loop.cancel(other)
        loop.cancel(other)
        try loop.settle()
        #expect(rang == ["first", "last"])
        // Its place may be another's by now, whom this must not hit.
        let next = loop.at(time) { rang.append("next") }
        if let victim { loop.cancel(victim) }
        loop.cancel(other)
        try loop.settle()
        #expect(rang == ["first", "last", "next"])
        loop.cancel(next)
    }

    @Test func `asked for by another, and due at once, waits for the next turn`() throws {
        let loop = try EventLoop()
        var turns = 0
        var last: EventLoop.Alarm?
        func again() {
            turns += 1
            last = loop.at(0, again)
        }
        again()
        for expected in 2...5 {
            #expect(try loop.turn(upTo: nil))
            #expect(turns == expected)
        }
        if let last { loop.cancel(last) }
    }

    @Test func `put off a million times takes no room`() throws {
        let loop = try EventLoop()
        var alarm = loop.after(.seconds(3600)) {}
        var others: [EventLoop.Alarm] = []
        for number in 0..<100 { others.append(loop.after(.seconds(1800 + number)) {}) }
        for _ in 0..<1_000_000 {
            loop.cancel(alarm)
            alarm = loop.after(.seconds(3600)) {}
        }
        #expect(loop.alarmEntries.waiting == 101)
        #expect(loop.alarmEntries.capacity <= 256)
    }

    @Test func `is right whatever is asked for and cancelled before`() {
        // Against a sorted list, over 300 drawn scripts of a small queue.
        var state: UInt64 = 1
        func draw(_ below: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % below
        }
        for script in 1...300 {
            var queue = AlarmQueue()
            var model: [(time: Int, number: Int, alarm: EventLoop.Alarm)] = []
            var rang: [Int] = []
            var expected: [Int] = []
            var now = 0
            for number in 0..<draw(400) {
                switch draw(5) {
                case 0, 1, 2:
                    let time = now + draw(50)
                    model.append((time, number, queue.add(at: time) { rang.append(number) }))
                case 3:
                    guard !model.isEmpty else { continue }
                    _ = queue.cancel(model.remove(at: draw(model.count)).alarm)
                default:
                    now += draw(20)
                    var due: [EventLoop.Alarm] = []
                    queue.moveDue(at: now, to: &due)
                    for alarm in due { queue.take(alarm)?() }
                    let ripe = model.filter { $0.time <= now }
                    expected += ripe.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
                        .map(\.number)
                    model.removeAll { $0.time <= now }
                }
                #expect(queue.count == model.count, "script \(script)")
                #expect(queue.first() == model.map(\.time).min(), "script \(script)")
            }
            #expect(rang == expected, "script \(script)")
        }
    }

    @Test func `may be so far away that it is never`() throws {
        let loop = try EventLoop()
        loop.after(.seconds(Int64.max)) { Issue.record("it came") }
        loop.at(.max) { Issue.record("it came") }
        var rang = false
        loop.after(.seconds(Int64.min)) { rang = true }
        try loop.settle()
        #expect(rang)
        #expect(try !loop.turn(upTo: .microseconds(10)))
    }
}

@Suite struct `A turn` {
    @Test func `that only looks returns at once, one with a limit after it, without spinning`()
        throws
    {
        let loop = try EventLoop()
        #expect(try !loop.turn(upTo: .zero))
        #expect(try !loop.turn(upTo: .seconds(-1)))
        let began = EventLoop.now
        let before = threadNanoseconds()
        #expect(try !loop.turn(upTo: .milliseconds(200)))
        #expect(EventLoop.now - began >= 200_000_000)
        let used = threadNanoseconds() - before
        #expect(used < 100_000_000, "\(used) ns of computing in 200 ms of waiting")
    }

    @Test func `of a loop that is late takes what has come before it runs what is due`() throws {
        let loop = try EventLoop()
        let (early, late) = (try Sockets.pair(), try Sockets.pair())
        defer { [early.0, early.1, late.0, late.1].forEach { close($0) } }
        let due = EventLoop.now + 2_000_000
        var order: [String] = []
        loop.at(due) { order.append("alarm") }
        try loop.watch(late.0, for: .reading) { _ in
            order.append("late")
            loop.unwatch(late.0)
        }
        try loop.watch(early.0, for: .reading) { _ in
            order.append("early")
            loop.unwatch(early.0)
            // It takes long; meanwhile something comes elsewhere, and then the alarm is due.
            _ = Glibc.write(late.1, "x", 1)
            while EventLoop.now <= due {}
        }
        _ = Glibc.write(early.1, "x", 1)
        try loop.run { order.count == 3 }
        #expect(order == ["early", "late", "alarm"])
    }

    @Test func `ends when something has run, however long it may take`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        defer { [one, other].forEach { close($0) } }
        var ready: [EventLoop.Interest] = []
        try loop.watch(one, for: .reading) {
            ready.append($0)
            loop.unwatch(one)
        }
        loop.after(.milliseconds(1)) { _ = Glibc.write(other, "x", 1) }
        #expect(try loop.turn(upTo: nil))
        #expect(ready.isEmpty)
        #expect(try loop.turn(upTo: nil))
        #expect(ready == [.reading])
    }
}

@Suite struct `A watch` {
    @Test func `sees what it waits for, and no more`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        defer { [one, other].forEach { close($0) } }
        var ready: [EventLoop.Interest] = []
        try loop.watch(one, for: [.reading, .writing]) { ready.append($0) }
        #expect(try loop.turn(upTo: .zero))
        #expect(ready == [.writing])
        _ = Glibc.write(other, "x", 1)
        #expect(try loop.turn(upTo: .zero))
        #expect(ready.last == [.reading, .writing])
        loop.change(one, to: .reading)
        #expect(try loop.turn(upTo: .zero))
        #expect(ready.last == .reading)
        loop.change(one, to: [])
        #expect(try !loop.turn(upTo: .zero))
        loop.change(one, to: .writing)
        #expect(try loop.turn(upTo: .zero))
        #expect(ready.last == .writing)
        loop.unwatch(one)
        #expect(try !loop.turn(upTo: .zero))
    }

    @Test func `is told of a hang-up, but not if it waits for nothing`() throws {
        let loop = try EventLoop()
        let (one, other) = try Sockets.pair()
        defer { close(one) }
        var ready: [EventLoop.Interest] = []
        try loop.watch(one, for: []) { ready.append($0) }
        close(other)
        #expect(try !loop.turn(upTo: .zero))
        loop.change(one, to: .writing)
        #expect(try loop.turn(upTo: .zero))
        #expect(ready == [[.reading, .writing]])
        loop.unwatch(one)
    }

    @Test func `that was ended by a handler of the same turn sees nothing more`() throws {
        // Both are ready: whoever comes first ends the other, and gives its number away.
        let loop = try EventLoop()
        let pairs = [try Sockets.pair(), try Sockets.pair()]
        let reserve = try Sockets.pair()
        defer { (pairs.flatMap { [$0.0, $0.1] } + [reserve.0, reserve.1]).forEach { close($0) } }
        var seen: [Int] = []
        var reused = 0
        for index in 0...1 {
            _ = Glibc.write(pairs[index].1, "x", 1)
            try loop.watch(pairs[index].0, for: .reading) { _ in
                seen.append(index)
                var byte: UInt8 = 0
                _ = Glibc.read(pairs[index].0, &byte, 1)
                let other = pairs[1 - index].0
                loop.unwatch(other)
                // The same number now names a socket on which nothing has come.
                dup2(reserve.0, other)
                do { try loop.watch(other, for: .reading) { _ in reused += 1 } } catch {
                    Issue.record(error)
                }
            }
        }
        #expect(try loop.turn(upTo: .zero))
        #expect(seen.count == 1)
        #expect(reused == 0)
        _ = Glibc.write(reserve.1, "x", 1)
        #expect(try loop.turn(upTo: .zero))
        #expect(reused == 1)
        pairs.forEach { loop.unwatch($0.0) }
    }

    @Test func `of what cannot be watched is refused`() throws {
        let loop = try EventLoop()
        let file = open("/proc/self/stat", O_RDONLY)
        defer { close(file) }
        #expect(throws: MessagingFailure.self) { try loop.watch(file, for: .reading) { _ in } }
        #expect(throws: MessagingFailure.self) { try loop.watch(-1, for: .reading) { _ in } }
        #expect(throws: MessagingFailure.self) { try loop.watch(-1, for: []) { _ in } }
    }

    @Test func `that is ready is told from 300 that are not`() throws {
        let loop = try EventLoop()
        var pairs: [(Int32, Int32)] = []
        defer { pairs.forEach { [$0.0, $0.1].forEach { close($0) } } }
        var seen: [Int] = []
        for index in 0..<300 {
            pairs.append(try Sockets.pair())
            try loop.watch(pairs[index].0, for: .reading) { _ in seen.append(index) }
        }
        _ = Glibc.write(pairs[217].1, "x", 1)
        #expect(try loop.turn(upTo: .zero))
        #expect(seen == [217])
    }
}
