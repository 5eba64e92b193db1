import Glibc
import LabKit
import Testing

private let start = ContinuousClock.now
private let clear = "\r\u{1B}[K"

private func bar(_ style: ProgressBar.Style, _ capture: Capture, total: Int? = 100) -> ProgressBar {
    ProgressBar(
        "count",
        total: total,
        unit: "files",
        style: style,
        output: capture.output,
        started: start
    )
}

@Suite struct `A progress bar` {
    @Test func `draws at most twenty times a second, and the last state always`() throws {
        let capture = try Capture()
        let bar = bar(.redrawn(coloured: false), capture)
        for step in 1...100 { bar.update(done: step, at: start + .milliseconds(step)) }
        bar.finish(at: start + .milliseconds(101))
        let draws = capture.text.split(separator: clear)
        #expect(draws.count == 3)
        #expect(draws.last?.hasPrefix("100 %") == true && capture.text.hasSuffix("\n"))
        #expect(draws.first?.hasPrefix("  1 %") == true)
    }

    @Test func `lets a note pass above it in one piece`() throws {
        let capture = try Capture()
        let bar = bar(.redrawn(coloured: false), capture)
        bar.note("before")
        bar.advance(by: 50, at: start)
        bar.note("a\nb")
        bar.finish(at: start)
        bar.note("after")
        let line = " 50 %  [############............]   50/100 files  0:00"
        #expect(
            capture.text
                == "before\n\(clear)\(line)\(clear)a\\nb\n\(clear)\(line)\(clear)\(line)\nafter\n"
        )
    }

    @Test func `paints only if it may`() throws {
        for coloured in [false, true] {
            let capture = try Capture()
            bar(.redrawn(coloured: coloured), capture).finish(at: start)
            #expect(capture.text.contains("\u{1B}[32m") == coloured)
        }
    }

    @Test func `writes plain lines at ten per cent each where nothing can be redrawn`() throws {
        let capture = try Capture()
        let bar = bar(.lines, capture)
        for step in 1...100 { bar.update(done: step, at: start) }
        bar.finish(at: start)
        let lines = capture.text.split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines.first == "count: 10 %, 10/100 files, 0:00")
        #expect(lines.last == "count: 100 %, 100/100 files, 0:00")
    }

    @Test func `of unknown length writes one line, at the end`() throws {
        let capture = try Capture()
        let bar = bar(.lines, capture, total: nil)
        for _ in 1...100 { bar.advance(at: start) }
        bar.finish(at: start + .seconds(2))
        bar.finish(at: start + .seconds(3))
        bar.update(done: 5)
        #expect(capture.text == "count: 100 files, 50.0/s, 0:02\n")
    }

    @Test func `is silent when told so`() throws {
        let capture = try Capture()
        let bar = bar(.quiet, capture)
        bar.update(done: 50)
        bar.note("x")
        bar.finish()
        #expect(capture.text == "")
    }

    @Test func `that is dropped on the way ends its line`() throws {
        let capture = try Capture()
        do {
            let bar = bar(.redrawn(coloured: false), capture)
            bar.update(done: 1)
        }
        #expect(capture.text.hasSuffix("\n"))
    }

    @Test func `redraws no file, only a terminal`() throws {
        #expect(ProgressBar.Style.suiting(try Capture().output) == .lines)
    }

    @Test func `fits the terminal, also after its size has changed`() throws {
        let terminal = try PseudoTerminal()
        defer { terminal.close() }
        let bar = ProgressBar(
            "count",
            total: 100,
            unit: "files",
            style: .redrawn(coloured: false),
            output: terminal.output,
            started: start
        )
        for columns in [60, 33, 9, 2] {
            terminal.resize(columns)
            bar.update(done: columns, at: start + .seconds(100 - columns))
            let line = terminal.read().replacing(clear, with: "")
            #expect((1..<columns).contains(Terminal.columns(of: line)), "\(line)")
        }
    }

    @Test func `may be moved from many threads`() async throws {
        let capture = try Capture()
        let bar = bar(.lines, capture, total: 4000)
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { for _ in 0..<1000 { bar.advance(at: start) } } }
        }
        let lines = capture.text.split(separator: "\n")
        #expect(lines.count == 10 && lines.last == "count: 100 %, 4000/4000 files, 0:00")
    }
}

/// A terminal that a test can read and resize.
private struct PseudoTerminal {
    let output: OutputFile
    private let master: Int32

    init() throws {
        // By number: the module for the C library has neither these two requests nor openpt.
        let unlockRequest = UInt(0x4004_5431)
        let peerRequest = UInt(0x5441)
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var isLocked: Int32 = 0
        guard master >= 0, ioctl(master, unlockRequest, &isLocked) == 0 else {
            throw OutputFailure(name: "a terminal", code: errno)
        }
        let terminal = ioctl(master, peerRequest, O_RDWR | O_NOCTTY)
        guard terminal >= 0 else { throw OutputFailure(name: "a terminal", code: errno) }
        output = OutputFile(descriptor: terminal, name: "a terminal")
    }

    func resize(_ columns: Int) {
        var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(output.descriptor, UInt(TIOCSWINSZ), &size)
    }

    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(master, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    func close() {
        _ = Glibc.close(output.descriptor)
        _ = Glibc.close(master)
    }
}
