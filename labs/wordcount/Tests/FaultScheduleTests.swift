import Testing

@testable import wordcount

@Suite struct FaultScheduleTests {
    private func progress(
        _ acknowledged: Int = 0,
        seconds: Double = 0,
        checkpoint: Int? = nil
    ) -> FaultSchedule.Progress {
        .init(
            elapsed: .seconds(seconds),
            acknowledged: acknowledged,
            checkpointRunning: checkpoint
        )
    }

    @Test func `below 100 % a kill always finds work that is not done`() {
        for files in 1...40 {
            for percent in 0..<100 {
                var schedule = FaultSchedule([.share(Double(percent) / 100)], files: files)
                let allowed = schedule.filesAllowed(inHands: 8)
                #expect(allowed <= files - 1, "\(files) files, \(percent) %")
                // What the workers may be given suffices to reach the share.
                #expect(schedule.takeDue(progress(allowed)) != nil, "\(files), \(percent) %")
                #expect(schedule.takeDue(progress(files)) == nil)
                #expect(schedule.filesAllowed(inHands: 8) == files)
                #expect(schedule.missed.isEmpty)
            }
        }
    }

    @Test func `a share is due when it is reached, and not before`() {
        for files in 1...40 {
            for percent in 0...100 {
                var schedule = FaultSchedule([.share(Double(percent) / 100)], files: files)
                let first = (0...files).first { schedule.takeDue(progress($0)) != nil }
                let exact = (Double(percent) / 100 * Double(files)).rounded(.up)
                #expect(first == (percent == 100 ? files : min(Int(exact), files - 1)))
            }
        }
    }

    @Test func `100 % holds nothing back and is due at the last commit`() {
        var schedule = FaultSchedule([.share(1)], files: 10)
        #expect(schedule.filesAllowed(inHands: 1) == 10)
        #expect(schedule.takeDue(progress(9)) == nil)
        #expect(schedule.takeDue(progress(10)) == .share(1))
    }

    @Test func `shares are taken in the order in which they are reached, each once`() {
        var schedule = FaultSchedule([.share(0.9), .share(0.1), .share(0.5)], files: 10)
        var taken: [KillTime] = []
        for acknowledged in 0...10 {
            // A server that went back in time reaches a share again; that is no second kill.
            for step in [acknowledged, max(0, acknowledged - 3), acknowledged] {
                if let kill = schedule.takeDue(progress(step)) { taken.append(kill) }
            }
        }
        #expect(taken == [.share(0.1), .share(0.5), .share(0.9)])
    }

    @Test func `the nearest share alone holds input back`() {
        var schedule = FaultSchedule([.share(0.9), .share(0.1)], files: 100)
        #expect(schedule.filesAllowed(inHands: 5) == 15)
        _ = schedule.takeDue(progress(10))
        #expect(schedule.filesAllowed(inHands: 5) == 95)
        #expect(FaultSchedule([.time(.seconds(1))], files: 100).filesAllowed(inHands: 5) == 100)
    }

    @Test func `a time is due once, a period again and again, from its last kill on`() {
        var schedule = FaultSchedule([.time(.seconds(1)), .period(.seconds(2))], files: 1)
        #expect(schedule.takeDue(progress(seconds: 0.9)) == nil)
        #expect(schedule.missed.count == 2)
        #expect(schedule.takeDue(progress(seconds: 1)) == .time(.seconds(1)))
        #expect(schedule.takeDue(progress(seconds: 1.9)) == nil)
        #expect(schedule.takeDue(progress(seconds: 5)) == .period(.seconds(2)))
        #expect(schedule.takeDue(progress(seconds: 6.9)) == nil)
        #expect(schedule.takeDue(progress(seconds: 7)) == .period(.seconds(2)))
        #expect(schedule.missed.isEmpty)
    }

    @Test func `a periodic kill waits until something new was saved`() {
        var schedule = FaultSchedule([.period(.seconds(1))], files: 1)
        var now = progress(seconds: 5)
        now.hasSavedMore = false
        #expect(schedule.takeDue(now) == nil)
        now.hasSavedMore = true
        #expect(schedule.takeDue(now) == .period(.seconds(1)))
    }

    @Test func `a checkpoint's kill waits for it, or takes a later one`() {
        var schedule = FaultSchedule([.checkpoint(2)], files: 1)
        #expect(!schedule.awaitsCheckpoint(1))
        #expect(schedule.awaitsCheckpoint(2))
        #expect(schedule.takeDue(progress(checkpoint: 1)) == nil)
        #expect(schedule.takeDue(progress(checkpoint: 3)) == .checkpoint(2))
        #expect(!schedule.awaitsCheckpoint(4))
    }

    @Test(arguments: [
        ("30%", KillTime.share(0.3)), ("0%", .share(0)), ("100%", .share(1)),
        ("2s", .time(.seconds(2))),
        ("0.25s", .time(.milliseconds(250))), ("every:2s", .period(.seconds(2))),
        ("checkpoint:3", .checkpoint(3)),
    ])
    func `what is written is what is meant, and is shown as it was written`(
        text: String,
        time: KillTime
    ) {
        #expect(KillTime(text) == time)
        #expect(time.description == text)
    }

    @Test(arguments: [
        "", "%", "s", "30", "101%", "-1%", "nan%", "infs", "1e3s", "0x1s", "every:", "every:0s",
        "every:2", "checkpoint:0", "checkpoint:", "checkpoint:-1", "2 s", "２s", "99999999s",
    ])
    func `what means nothing is refused`(text: String) {
        #expect(KillTime(text) == nil)
    }
}
