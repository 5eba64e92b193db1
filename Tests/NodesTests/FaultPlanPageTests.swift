import Foundation
import Nodes
import Testing

/// The page on fault plans shows nothing that is refused.
@Suite struct FaultPlanPageTests {
    private static let page = URL(filePath: #filePath)
        .appending(path: "../../../docs/fault-plans.md").standardized
    private static let names =
        ["Client", "Server"] + (0..<3).map { "Mapper_\($0)" } + (0..<5).map { "Node_\($0)" }

    private func check(_ text: String) {
        #expect(throws: Never.self, "\(text)") {
            try FaultPlan.Request(parsing: text, nodes: Self.names, progress: .inputs)
        }
    }

    @Test func `every example of the page is a plan`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let blocks = text.components(separatedBy: "```faults\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        #expect(blocks.count == 4)
        blocks.forEach(check)

        // In the tables of the grammar, the last column holds the examples, each as code.
        let rows = text.replacing("\\|", with: "\u{0}").split(separator: "\n").filter {
            $0.hasPrefix("|")
        }
        let examples = rows.compactMap { row -> String? in
            let cell = row.split(separator: "|").last?.trimmingCharacters(in: .whitespaces) ?? ""
            guard cell.count > 2, cell.hasPrefix("`"), cell.hasSuffix("`") else { return nil }
            return String(cell.dropFirst().dropLast()).replacing("\u{0}", with: "|")
        }
        #expect(examples.count == 27)
        examples.forEach(check)
    }

    @Test func `every budget of the page is one, and its default is the one that is shown`() throws
    {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let budgets = text.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.contains("=") }
        #expect(budgets.count == 10)
        for row in budgets {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            let word = cells[0].trimmingCharacters(in: ["`"])
            check("random \(word)")
            guard let key = word.split(separator: "=").first, cells[2].first?.isNumber == true
            else { continue }
            let shown = "\(RandomFaults())".contains("\(key)=\(cells[2])")
            #expect(shown, "\(row)")
        }
    }

    @Test func `the page names each milestone`() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        for milestone in Fault.Milestone.allCases {
            #expect(text.contains("`\(milestone.rawValue)`"))
        }
    }
}
