/// Reads `[PROCESS:]NAME=ACTION[@N]`.
struct FailpointParser {
    static let actions = "exit[:STATUS], kill, stall, sleep:DURATION, error or hold"
    private static let words = ["exit", "kill", "stall", "sleep", "error", "hold"]

    let names: [String]
    /// Nil: any name of a process will do.
    let processes: [String]?

    func request(_ text: String) throws(FailpointMistake) -> FailpointRequest {
        guard let equals = text.firstIndex(of: "=") else { throw .noAction(text) }
        var place = text[..<equals]
        var process: String?
        // No name of a failpoint has a colon.
        if let colon = place.firstIndex(of: ":") {
            process = try known(process: String(place[..<colon]))
            place = place[place.index(after: colon)...]
        }
        let name = String(place)
        guard names.contains(name) else {
            throw .unknownName(name, near: NearWords.to(name, from: names))
        }
        let rest = text[text.index(after: equals)...]
        let at = rest.firstIndex(of: "@")
        let action = try action(rest[..<(at ?? rest.endIndex)])
        let pass = try at.map { (at) throws(FailpointMistake) in
            try count(rest[rest.index(after: at)...])
        }
        return FailpointRequest(process: process, name: name, action: action, pass: pass ?? 1)
    }

    private func known(process: String) throws(FailpointMistake) -> String {
        guard processes?.contains(process) ?? !process.isEmpty else {
            throw .unknownProcess(process, near: NearWords.to(process, from: processes ?? []))
        }
        return process
    }

    private func action(_ text: Substring) throws(FailpointMistake) -> FailpointAction {
        let colon = text.firstIndex(of: ":")
        let detail = colon.map { text[text.index(after: $0)...] }
        switch (text[..<(colon ?? text.endIndex)], detail) {
        case ("exit", nil): return .exit(status: FailpointAction.exitStatusDefault)
        case ("exit", let status?): return .exit(status: try exitStatus(status))
        case ("kill", nil): return .kill
        case ("stall", nil): return .stall
        case ("error", nil): return .error
        case ("hold", nil): return .hold
        case ("sleep", let duration):
            guard let nanoseconds = SleepText.nanoseconds(duration ?? "") else {
                throw .badDuration(String(duration ?? ""))
            }
            return .sleep(nanoseconds: nanoseconds)
        default:
            let near = detail == nil ? NearWords.to(String(text), from: Self.words) : []
            throw .unknownAction(String(text), near: near)
        }
    }

    private func exitStatus(_ text: Substring) throws(FailpointMistake) -> UInt8 {
        guard text.utf8.allSatisfy(isDigit), let status = UInt8(text) else {
            throw .badStatus(String(text))
        }
        return status
    }

    private func count(_ text: Substring) throws(FailpointMistake) -> Int {
        guard text.utf8.allSatisfy(isDigit), let count = Int(text),
            1...FailpointRequest.passMax ~= count
        else { throw .badCount(String(text)) }
        return count
    }

    /// Swift would also read "+1" and "-0".
    private func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}
