import Causality
import Foundation
import Testing

@testable import Timeline

/// What a page holds, read as a browser reads it: the script of data ends at the first end of a script.
struct PageText {
    /// A cut in the page.
    struct GivenCut: Decodable {
        let name: String
        let remark: String
        let counts: [Int]
    }

    private struct Form: Decodable {
        let title: String
        let count: Int
        let processes: Int
        let nodes: [String]
        let kinds: [String]
        let texts: [String]
        let cuts: [GivenCut]
        let events: [String: Column]
    }

    /// A number for each event, or one for all.
    private enum Column: Decodable {
        case same(Int)
        case each([Int])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let same = try? container.decode(Int.self) {
                self = .same(same)
            } else {
                self = .each(try container.decode([Int].self))
            }
        }
    }

    /// The data, as JSON.
    let json: String
    /// All of it.
    let html: String
    private let form: Form

    init(_ page: TimelinePage) throws { try self.init(page.html()) }

    init(_ bytes: [UInt8]) throws {
        html = String(decoding: bytes, as: UTF8.self)
        let start = try #require(html.range(of: #"<script type="application/json" id="run">"#))
        let rest = html[start.upperBound...]
        let end = try #require(rest.range(of: "</script", options: .caseInsensitive))
        json = String(rest[..<end.lowerBound])
        form = try JSONDecoder().decode(Form.self, from: Data(json.utf8))
    }

    var title: String { form.title }
    var cuts: [GivenCut] { form.cuts }
    var nodes: [String] { form.nodes }
    var processes: Int { form.processes }

    /// A column of numbers.
    func numbers(_ name: String) throws -> [Int] {
        switch try #require(form.events[name], "\(name)") {
        case .same(let number): return Array(repeating: number, count: form.count)
        case .each(let numbers):
            try #require(numbers.count == form.count, "\(name)")
            return numbers
        }
    }

    /// The events, but for their clocks.
    func events() throws -> [Event] {
        func texts(_ name: String) throws -> [String?] {
            try numbers(name).map { $0 < 0 ? nil : form.texts[$0] }
        }
        let (nodes, kinds) = (try numbers("node"), try numbers("kind"))
        let (times, lives, effects) = (
            try numbers("time"), try numbers("life"), try numbers("effects")
        )
        let (names, peers, links) = (try texts("name"), try texts("peer"), try texts("link"))
        let (said, states) = (try texts("text"), try texts("state"))
        return try (0..<form.count).map { place in
            Event(
                time: times[place],
                node: form.nodes[nodes[place]],
                incarnation: lives[place],
                kind: try #require(Event.Kind(rawValue: form.kinds[kinds[place]])),
                message: names[place],
                peer: peers[place],
                link: links[place],
                text: said[place],
                effects: effects[place] < 0 ? nil : effects[place],
                state: states[place]
            )
        }
    }
}
