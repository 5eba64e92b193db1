import Foundation

extension Vectorclocks {
    /// The part of the report of a deployed run that tests look at.
    struct Report: Decodable {
        struct Landing: Decodable {
            let fault: String
            let landed: String?
        }

        struct Told: Decodable {
            let node: String
            let outputs: [String]
        }

        let result: String
        let reasons: [String]
        let landings: [Landing]
        let outputs: [Told]

        /// What the coordinator has told.
        var told: [String] { outputs.first { $0.node == "Coordinator" }?.outputs ?? [] }
    }

    /// What lies in the folder, by name.
    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
    }

    /// Runs it as real processes, and reads what it reports.
    func deploy(_ words: [String]) throws -> (report: Report, outcome: Outcome) {
        let outcome = try run(["run", "--deployed", "--json"] + words)
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        return (report, outcome)
    }
}
