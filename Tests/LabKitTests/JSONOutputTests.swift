import LabKit
import Testing

private struct Verdict: Encodable {
    var words = 3
    var share = 0.1
    var data = "corpus/a/b"
    var note: String? = "line\nend \u{1B}é"
    var again = [1.0, 2.5]
}

@Suite struct `A result as JSON` {
    @Test func `is one object on one line, keys sorted, numbers short, slashes plain`() throws {
        let capture = try Capture()
        try JSONOutput.write(Verdict(), to: capture.output)
        #expect(
            capture.text == #"""
                {"again":[1,2.5],"data":"corpus/a/b","note":"line\nend \u001bé","share":0.1,"words":3}

                """#
        )
    }

    @Test func `that cannot be encoded writes nothing`() throws {
        let capture = try Capture()
        #expect(throws: (any Error).self) {
            try JSONOutput.write(Verdict(share: .nan), to: capture.output)
        }
        #expect(capture.text == "")
    }

    @Test func `is never a bare list`() async {
        await #expect(processExitsWith: .failure) { _ = try JSONOutput.line([1, 2]) }
    }
}
