import Nodes
import ReferenceModels
import Testing

@testable import Exploration

@Suite struct FingerprintTests {
    private struct Value: Hashable, Codable {
        enum Kind: Hashable, Codable {
            case plain
            case other
            case one(Int)
            case named(first: Int, second: Int)
        }

        var kind = Kind.plain
        var set: Set<Int> = []
        var map: [String: Set<Int>] = [:]
        var list: [Int] = []
        var lists: [[Int]] = []
        var maybe: Int?
        var text = ""
        var real = 0.0
        var node: NodeID?
        var nodes: [NodeID: Int] = [:]
    }

    private func bits(_ value: some Encodable, naming names: [UInt64] = []) throws -> UInt64 {
        try Fingerprint(of: value, naming: names).bits
    }

    @Test func `sets and dictionaries count whatever order they were made in`() throws {
        let numbers = Array(0..<50)
        let up = numbers.reduce(into: Set<Int>()) { $0.insert($1) }
        let down = numbers.reversed().reduce(into: Set<Int>(minimumCapacity: 999)) { $0.insert($1) }
        #expect(try bits(up) == bits(down))
        var left = Value()
        var right = Value()
        for number in numbers { left.map["\(number)"] = [number, 7] }
        for number in numbers.reversed() { right.map["\(number)"] = [7, number] }
        left.set = up
        right.set = down
        #expect(try bits(left) == bits(right))
        right.map["3"] = [3, 8]
        #expect(try bits(left) != bits(right))
    }

    /// All values of a small domain, one field changed after the other.
    @Test func `different values differ`() throws {
        var values: Set<Value> = []
        let small: [Set<Int>] = [[], [0], [1], [0, 1]]
        let lists: [[Int]] = [[], [0], [1], [0, 0], [0, 1], [1, 0]]
        let kinds: [Value.Kind] = [
            .plain, .other, .one(0), .one(1), .named(first: 0, second: 1),
            .named(first: 1, second: 0),
        ]
        for set in small {
            for list in lists {
                for kind in kinds {
                    for maybe in [nil, 0, 1] {
                        for text in ["", "a", "aaaaaaaaa", "a\0"] {
                            var value = Value(kind: kind, set: set, list: list)
                            value.maybe = maybe
                            value.text = text
                            values.insert(value)
                        }
                    }
                }
            }
        }
        for one in lists { for other in lists { values.insert(Value(lists: [one, other])) } }
        for one in small {
            for other in small { values.insert(Value(map: ["a": one, "b": other])) }
        }
        for real in [-0.0, 1, .infinity, .nan] { values.insert(Value(real: real)) }
        for index in 0..<3 {
            values.insert(Value(node: NodeID(index)))
            values.insert(Value(nodes: [NodeID(index): 1]))
        }
        let all = try values.map { try bits($0) }
        #expect(values.count > 1_700)
        #expect(Set(all).count == values.count)
    }

    @Test func `what is nested is told from what stands side by side`() throws {
        let lists: [[[Int]]] = [
            [], [[]], [[], []], [[1]], [[1], []], [[], [1]], [[1, 2]], [[1], [2]], [[2], [1]],
        ]
        #expect(try Set(lists.map { try bits($0) }).count == lists.count)
        let sets: [Set<Set<Int>>] = [[], [[]], [[1]], [[1], []], [[1, 2]], [[1], [2]]]
        #expect(try Set(sets.map { try bits($0) }).count == sets.count)
    }

    @Test func `nodes count under the names they are given`() throws {
        let ids = (0..<3).map { NodeID($0) }
        let value = Value(node: ids[0], nodes: [ids[1]: 5, ids[2]: 6])
        let turned = Value(node: ids[1], nodes: [ids[2]: 5, ids[0]: 6])
        #expect(try bits(value, naming: [1, 2, 0]) == bits(turned))
        #expect(try bits(value, naming: [0, 1, 2]) == bits(value))
        #expect(try bits(value, naming: [1, 2, 0]) != bits(value))
    }

    /// Each process has a hash seed of its own.
    @Test func `two processes give the same fingerprints, counts and traces`() async throws {
        func run() async -> [UInt8]? {
            let result = await #expect(
                processExitsWith: .success,
                observing: [\.standardOutputContent]
            ) {
                let words: Set = ["to", "be", "or", "not", "question"]
                print("fingerprint", try Fingerprint(of: words).bits)
                let commit = try TwoPhaseCommit.system(resources: 3)
                let counted = try Exploration(commit).run()
                print("counts", counted.states, counted.transitions, counted.depthMax)
                let wrong = try PrimaryBackup.system(puts: 1, mistake: .acknowledgesBeforeSave)
                let options = ExplorationOptions(crashesMax: 1, checksPurity: false)
                let violated = try Exploration(wrong, options: options).run()
                print("trace", violated.states, violated.transitions)
                for event in violated.violation?.events ?? [] { print(event) }
            }
            return result?.standardOutputContent
        }
        let first = try #require(await run())
        let second = try #require(await run())
        let text = String(decoding: first, as: UTF8.self)
        #expect(text.contains("counts 288 "))
        #expect(text.contains("crash"))
        // What the testing library prints around it may hold times.
        #expect(lines(first) == lines(second))
    }

    private func lines(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { line in
            ["fingerprint", "counts", "trace", "Event"].contains { line.hasPrefix($0) }
        }
    }
}
