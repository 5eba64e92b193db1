/// Why a text is no request; nothing is switched on then.
public enum FailpointMistake: Error, Hashable, Sendable {
    /// There is no `=` in it.
    case noAction(String)
    /// The program has no failpoint of this name; these are near.
    case unknownName(String, near: [String])
    /// There is no process of this name; these are near.
    case unknownProcess(String, near: [String])
    /// There is no such action; these are near.
    case unknownAction(String, near: [String])
    /// The pass is no whole number from 1 to a billion.
    case badCount(String)
    /// The length of a sleep is none, too short, too long or too fine.
    case badDuration(String)
    /// The exit status is no whole number from 0 to 255.
    case badStatus(String)
    /// Two requests are about the same pass of the same place in one process.
    case samePass(name: String, pass: Int)
    /// There are too many requests.
    case tooMany(Int)
}

extension FailpointMistake: CustomStringConvertible {
    /// One line for a user: what is wrong, and what was expected.
    public var description: String {
        switch self {
        case .noAction(let text):
            "'\(shown(text))' asks for nothing; expected NAME=ACTION[@N], such as a.b=kill@2"
        case .unknownName(let name, let near):
            "there is no failpoint '\(shown(name))'\(hint(near))"
        case .unknownProcess(let name, let near):
            "there is no process '\(shown(name))' that has failpoints\(hint(near))"
        case .unknownAction(let action, let near):
            "'\(shown(action))' is no action\(hint(near)); expected \(FailpointParser.actions)"
        case .badCount(let count):
            "'@\(shown(count))' is no pass; expected a whole number from 1 to "
                + "\(FailpointRequest.passMax)"
        case .badDuration(let duration):
            "'\(shown(duration))' is no time to sleep; expected \(SleepText.example)"
        case .badStatus(let status):
            "'\(shown(status))' is no exit status; expected a whole number from 0 to 255"
        case .samePass(let name, let pass):
            "two things are asked for at pass \(pass) of '\(name)' in one process"
        case .tooMany(let count):
            "\(count) failpoints are asked for; at most \(FailpointCatalogue.requestsMax) can be"
        }
    }
}

private func hint(_ near: [String]) -> String {
    near.isEmpty
        ? "" : " (did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?)"
}

/// A text of one line, of bounded length, without control characters.
private func shown(_ text: String) -> String {
    let shownMax = 40
    let scalars = text.unicodeScalars
    let clean = scalars.prefix(shownMax).map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
            "\\u{\(String(scalar.value, radix: 16))}"
        default: String(scalar)
        }
    }
    return clean.joined() + (scalars.count > shownMax ? "…" : "")
}
