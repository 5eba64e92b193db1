import Causality
import LabKit
import Timeline

/// `timeline RUN.jsonl…`: from event logs to pictures.
struct TimelineCommand {
    static let command = Command(
        "timeline",
        summary: "draw an event log, judge its cuts, or hand it on to other tools",
        examples: [
            "pingpong simulate --faults 'lose 20% *' --log run.jsonl; timeline run.jsonl",
            "timeline run.jsonl --html run.html",
            "timeline run.jsonl --svg run.svg --clocks --cut 'client:5,server:3'",
            "timeline run.jsonl --svg part.svg --from 10ms --to 20ms --nodes Server,Client",
            "timeline run.jsonl --svg run.svg --checkpoint 1",
            "timeline one.jsonl other.jsonl --shiviz run.log --perfetto run.json",
        ],
        defaults: TimelineOptions()
    ) {
        TimelineOptions.declaration
    } run: { options in
        try TimelineCommand(options: options).run()
    }

    let options: TimelineOptions
    var output = OutputFile.standardOutput

    func run() throws -> ExitStatus {
        try options.checkTitle()
        let times = try options.times()
        let files = try OutputFiles(options)
        let linked = try LogInput.read(options.logs)
        let nodes = try options.nodes.map { try indices(of: $0.names, in: linked) }
        try check(times, nodes: nodes, in: linked)
        let cuts = try cuts(of: linked)
        // Picture and page first: they may be refused, and then no file has changed.
        let svg = try options.svg.map { path in
            (path, try picture(linked, cuts, nodes: nodes, times: times))
        }
        let html = try options.html.map { path in
            (path, try page(linked, cuts, nodes: nodes, times: times))
        }
        if let (path, page) = html {
            try files.write(to: path) { try $0.write(bytes: page) }
        }
        if let (path, picture) = svg {
            try files.write(to: path) { try $0.write(picture) }
        }
        if options.shiviz != nil || options.perfetto != nil || !writes || options.json {
            let part = try LogInput.part(linked, nodes: nodes, times: times)
            if let path = options.shiviz {
                try files.write(to: path) { file in
                    try ShiVizLog(part).write { try file.write(bytes: $0) }
                }
            }
            if let path = options.perfetto {
                try files.write(to: path) { file in
                    try PerfettoTrace(part).write { try file.write(bytes: $0) }
                }
            }
            let report = TimelineReport(LogSummary(part), cuts, linked)
            if options.json {
                try JSONOutput.write(report, to: output)
            } else if !writes {
                try output.write(report.text)
            }
        }
        return .ok
    }

    /// Whether there is anything to write but the summary.
    private var writes: Bool {
        options.html != nil || options.svg != nil || options.shiviz != nil
            || options.perfetto != nil
    }

    private func picture(
        _ linked: LinkedLog,
        _ cuts: [DrawnCut],
        nodes: [Int]?,
        times: ClosedRange<Int>?
    ) throws(CommandFailure) -> String {
        var drawing = SpaceTimeDiagram.Options()
        drawing.scale = options.scale
        drawing.labels = options.labels
        drawing.showsClocks = options.showsClocks
        drawing.nodes = nodes
        drawing.times = times
        drawing.title = options.title
        do {
            return try SpaceTimeDiagram(linked, cuts: cuts, options: drawing).svg()
        } catch {
            throw CommandFailure("\(error)", status: .data)
        }
    }

    /// The page, which has a part as a run of its own, and the cuts as those of the part.
    private func page(
        _ linked: LinkedLog,
        _ cuts: [DrawnCut],
        nodes: [Int]?,
        times: ClosedRange<Int>?
    ) throws(CommandFailure) -> [UInt8] {
        let part = try LogInput.part(linked, nodes: nodes, times: times)
        let cuts = cuts.map { $0.part(of: linked, nodes: nodes, times: times) }
        do {
            return try TimelinePage(part, cuts: cuts, title: options.title).html()
        } catch {
            throw CommandFailure("\(error)", status: .data)
        }
    }

    private func check(
        _ times: ClosedRange<Int>?,
        nodes: [Int]?,
        in linked: LinkedLog
    ) throws(UsageError) {
        guard let times else { return }
        do {
            try linked.requireEvents(in: times, nodes: nodes)
        } catch {
            let names = [options.from.map { _ in "--from" }, options.to.map { _ in "--to" }]
            throw UsageError("\(names.compactMap(\.self).joined(separator: ", ")): \(error)")
        }
    }

    private func cuts(of linked: LinkedLog) throws(UsageError) -> [DrawnCut] {
        do {
            if let checkpoint = options.checkpoint {
                let cut = try CheckpointCut(checkpoint, of: linked)
                return [DrawnCut(cut, name: "checkpoint \(checkpoint)", of: linked)]
            }
        } catch {
            throw UsageError("--checkpoint: \(error)")
        }
        do {
            let texts = options.cut?.split(separator: ";", omittingEmptySubsequences: false) ?? []
            return try texts.enumerated().map { number, text throws(CutMistake) in
                let name = texts.count == 1 ? "cut" : "cut \(number + 1)"
                return DrawnCut(try Cut(named: String(text), of: linked.execution), name: name)
            }
        } catch {
            throw UsageError("--cut: \(error)")
        }
    }

    private func indices(
        of names: [String],
        in linked: LinkedLog
    ) throws(UsageError) -> [Int] {
        var indices: [Int] = []
        for name in names {
            guard let index = linked.nodes.firstIndex(of: name) else {
                let known = linked.nodes.joined(separator: ", ")
                throw UsageError("--nodes: there is no node '\(name)'; there are \(known)")
            }
            guard !indices.contains(index) else {
                throw UsageError("--nodes: \(name) is named twice")
            }
            indices.append(index)
        }
        return indices
    }
}
