import Causality
import Foundation
import Testing
import Timeline

#if canImport(FoundationXML)
    import FoundationXML
#endif

@Suite struct SVGTests {
    /// A picture that a test compares with, and what it is drawn from.
    struct Golden: CustomTestStringConvertible {
        let log: String
        let picture: String
        var cut: String?
        var checkpoint: String?
        var showsClocks = false

        var testDescription: String { picture }

        /// The command that makes it anew.
        var command: String {
            "timeline \(log) --svg \(picture)" + (cut.map { " --cut '\($0)'" } ?? "")
                + (checkpoint.map { " --checkpoint \($0)" } ?? "")
                + (showsClocks ? " --clocks" : "")
        }

        static let all = [
            Golden(log: "faults.jsonl", picture: "faults.svg", cut: "c9,s7"),
            Golden(log: "careless.jsonl", picture: "careless.svg", showsClocks: true),
            Golden(log: "checkpoints.jsonl", picture: "checkpoints.svg", checkpoint: "1"),
        ]
    }

    private func picture(_ golden: Golden) throws -> String {
        let linked = try Logs.read(golden.log)
        var cuts: [DrawnCut] = []
        if let cut = golden.cut { cuts.append(DrawnCut(try Cut(named: cut, of: linked.execution))) }
        if let name = golden.checkpoint {
            let cut = try CheckpointCut(name, of: linked)
            cuts.append(DrawnCut(cut, name: "checkpoint \(name)", of: linked))
        }
        var options = SpaceTimeDiagram.Options()
        options.showsClocks = golden.showsClocks
        return try SpaceTimeDiagram(linked, cuts: cuts, options: options).svg()
    }

    @Test(arguments: Golden.all)
    func `a picture is the same, byte for byte, as that of another process`(golden: Golden) throws {
        let expected = String(decoding: try Logs.bytes(golden.picture), as: UTF8.self)
        let isSame = try picture(golden) == expected
        #expect(
            isSame,
            "if it is meant to differ, in Tests/TimelineTests/Golden: \(golden.command)"
        )
    }

    @Test func `whatever names and texts hold, the picture is XML`() throws {
        let odd = ["<&>\"'", "\u{0}\u{1B}[31m", "\u{FFFE}", "日本語 עברית", "a\nb\tc", "]]>", ""]
        for name in odd {
            var event = Event(time: 0, node: name, kind: .output, text: name)
            var log = EventLog(header: EventLogHeader(system: name, command: []))
            log.events = [event]
            event.kind = .send
            event.message = name
            event.peer = name
            log.events.append(event)
            let svg = try SpaceTimeDiagram(LinkedLog(log)).svg()
            let parser = XMLParser(data: Data(svg.utf8))
            #expect(
                parser.parse(),
                "\(name.debugDescription): \(String(describing: parser.parserError))"
            )
        }
    }

    @Test func `the picture can be read without being seen`() throws {
        let svg = try picture(Golden.all[0])
        let isImage = svg.contains(#"role="img" aria-labelledby="title description""#)
        #expect(isImage)
        #expect(svg.contains(#"<title id="title">pingpong, seed 7</title>"#))
        #expect(svg.contains("Space-time diagram of 28 events at Client, Server."))
        #expect(svg.contains("cut: not consistent: Server has received Client.0.4"))
    }

    @Test
    func `a cut that is not consistent differs by its dashes and a sign, not by its ink alone`()
        throws
    {
        let svg = try picture(Golden.all[0])
        #expect(svg.contains(#"stroke-dasharray="8 5""#))
        #expect(svg.contains("received before the cut, sent behind it"))
        let consistent = try picture(Golden.all[2])
        #expect(!consistent.contains(#"stroke-dasharray="8 5""#))
    }

    @Test func `an empty log has a picture too`() throws {
        #expect(try SpaceTimeDiagram(LinkedLog(Logs.log(""))).svg().contains("0 events"))
    }
}
