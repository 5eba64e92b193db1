import Foundation

/// What `--json` tells of a run, as far as tests look at it.
struct Report: Decodable {
    struct Told: Decodable {
        let node: String
        let outputs: [String]
    }

    let result: String
    let processes: Int
    let strangers: Int
    let failpoints: [String]
    let outputs: [Told]
    let log: String?

    init(parsing text: String) throws {
        self = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
    }
}
