import Foundation
import LabKit
import Testing

/// A plan that is read is never written over.
@Suite struct OverwritingTests {
    @Test(arguments: ["simulate", "run"])
    func `a log in place of the fault plan is refused in one line`(command: String) throws {
        let plan = NSTemporaryDirectory() + "/plan-\(UInt64.random(in: 0...UInt64.max))"
        let text = "kill A at 1s\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: plan))
        let link = plan + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: plan)
        defer { for path in [plan, link] { try? FileManager.default.removeItem(atPath: path) } }
        for log in [plan, link] {
            let said = try Said(
                Argument(command),
                "--faults",
                Argument(plan),
                "--log",
                Argument(log)
            )
            #expect(said.status == .usage && said.output.isEmpty)
            let line = "--log names the fault plan that is read, \(Argument(log).quoted)"
            #expect(
                said.errors == "sample \(command): \(line); see 'sample \(command) --help'\n"
            )
            #expect(FileManager.default.contents(atPath: plan) == Data(text.utf8))
        }
    }
}
