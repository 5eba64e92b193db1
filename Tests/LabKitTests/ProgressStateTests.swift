import LabKit
import Testing

private func withoutColour(_ line: String) -> String {
    line.replacing("\u{1B}[32m", with: "").replacing("\u{1B}[39m", with: "")
}

@Suite struct `A line of progress` {
    static let states: [ProgressState] = {
        let numbers: [(Int, Int?)] = [
            (0, 0), (0, 1), (1, 1), (420, 1000), (999, 1000), (5, 3), (-1, 3), (7, nil),
            (Int.max, Int.max), (Int.max - 1, Int.max), (0, Int.max), (3, -1), (Int.max, nil),
        ]
        return numbers.flatMap { done, total in
            ["", "corpus/a.txt", "日本語のファイル.txt", "bad\n\u{1B}[2Jname"].flatMap { text in
                ["", "files"].flatMap { unit in
                    [Duration.zero, .milliseconds(500), .seconds(4000), .seconds(-1)].map {
                        ProgressState(done: done, total: total, unit: unit, elapsed: $0, text: text)
                    }
                }
            }
        }
    }()

    @Test(arguments: 1...200) func `never exceeds its width`(width: Int) {
        for state in Self.states {
            let line = state.line(width: width)
            #expect(Terminal.columns(of: line) <= width && !line.isEmpty, "\(state): \(line)")
            #expect(withoutColour(state.line(width: width, coloured: true)) == line)
            #expect(Terminal.escaped(line) == line)
        }
    }

    @Test func `shows everything where there is room`() {
        let state = ProgressState(
            done: 420,
            total: 1000,
            unit: "files",
            elapsed: .seconds(63),
            text: "a.txt"
        )
        #expect(
            state.line(width: 100)
                == " 42 %  [##########..............]   420/1000 files  6.6/s  1:03  a.txt"
        )
        #expect(state.logLine == "42 %, 420/1000 files, 6.6/s, 1:03, a.txt")
    }

    @Test func `gives up the text first and the share last`() {
        let state = ProgressState(
            done: 420,
            total: 1000,
            unit: "files",
            elapsed: .seconds(63),
            text: "a-long-name.txt"
        )
        #expect(
            state.line(width: 70)
                == " 42 %  [##########..............]   420/1000 files  6.6/s  1:03"
        )
        #expect(state.line(width: 50) == " 42 %  [####.......]   420/1000 files  6.6/s  1:03")
        #expect(state.line(width: 40) == " 42 %   420/1000 files  6.6/s  1:03")
        #expect(state.line(width: 28) == " 42 %   420/1000 files  1:03")
        #expect(state.line(width: 22) == " 42 %   420/1000 files")
        #expect(state.line(width: 21) == " 42 %  6.6/s  1:03")
        #expect(state.line(width: 5) == " 42 %")
        #expect(state.line(width: 1) == "…")
    }

    @Test func `says 100 per cent only when all is done`() {
        #expect(ProgressState(done: 999_999, total: 1_000_000, unit: "").percent == 99)
        #expect(ProgressState(done: Int.max - 1, total: Int.max, unit: "").percent == 99)
        #expect(ProgressState(done: 3, total: 3, unit: "").percent == 100)
        #expect(ProgressState(done: 0, total: 0, unit: "").percent == 100)
        #expect(ProgressState(done: -5, total: 3, unit: "").percent == 0)
        #expect(ProgressState(done: 5, total: nil, unit: "").percent == nil)
    }

    @Test func `keeps rates and times short`() {
        func line(_ done: Int, _ elapsed: Duration) -> String {
            ProgressState(done: done, total: nil, unit: "", elapsed: elapsed).line(width: 60)
        }
        #expect(line(5, .seconds(10)) == "5  0.5/s  0:10")
        #expect(line(500, .seconds(1)) == "500  500/s  0:01")
        #expect(line(12_345_678, .seconds(100)) == "12345678  123k/s  1:40")
        #expect(line(12_345_678, .seconds(1)) == "12345678  12.3M/s  0:01")
        #expect(line(5, .seconds(3723)) == "5  0.0/s  1:02:03")
        #expect(line(5, .milliseconds(50)) == "5  0:00")
    }
}
