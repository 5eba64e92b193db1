import LabKit
import Timeline

/// What can be asked of `timeline`.
struct TimelineOptions: Sendable {
    var logs: [Argument] = []
    var html: Argument?
    var svg: Argument?
    var shiviz: Argument?
    var perfetto: Argument?
    /// Nanoseconds since the run began.
    var from: Int?
    var to: Int?
    var nodes: NodeList?
    var cut: String?
    var checkpoint: String?
    var scale = SpaceTimeDiagram.Scale.order
    var labels = SpaceTimeDiagram.Labels.few
    var showsClocks = false
    var title: String?
    var json = false

    @OptionBuilder<TimelineOptions> static var declaration: [Option<TimelineOptions>] {
        Option.value("--html", "FILE", \.html, .path, "write a page to look into the run with")
        Option.value("--svg", "FILE", \.svg, .path, "draw a space-time diagram")
        Option.value("--shiviz", "FILE", \.shiviz, .path, "write the log for ShiViz")
        Option.value("--perfetto", "FILE", \.perfetto, .path, "write a trace for Perfetto")
        Option.value("--from", "TIME", \.from, .time, "leave out what is before: 1.5s, 20ms, 300us")
        Option.value("--to", "TIME", \.to, .time, "leave out what is behind")
        Option.value("--nodes", "A,B…", \.nodes, .nodes, "only these nodes, drawn in this order")
        Option.value(
            "--cut",
            "EVENTS",
            \.cut,
            .text,
            "judge a cut, given by the last event of each node in it: NODE:N, or the first letters "
                + "of the node and N, as in 'm1,p1,q1' or 'm1 p1 q1'; m0 is none; several cuts with ';' between"
        ).conflicts(with: "--checkpoint")
        Option.value(
            "--checkpoint",
            "ID",
            \.checkpoint,
            .text,
            "judge the cut through the moments at which the nodes saved this checkpoint"
        )
        Option.value("--scale", "NAME", \.scale, .choice, "what distances in the picture say")
            .needs("--svg")
        Option.value("--labels", "NAME", \.labels, .choice, "which texts are in the picture")
            .needs("--svg")
        Option.flag("--clocks", \.showsClocks, "the vector time of each event in the picture")
            .needs("--svg")
        Option.value("--title", "TEXT", \.title, .text, "what stands above the picture or page")
        Option.flag("--json", \.json, "the summary as one JSON object")
        Option.arguments(
            "RUN.jsonl",
            \.logs,
            .path,
            count: 1...Self.logsMax,
            "event logs of one run; several are merged by causality, not by their clocks"
        )
    }

    /// How many logs one run may have left behind.
    static let logsMax = 256

    /// - Throws: `UsageError` if a title is given to nothing.
    func checkTitle() throws(UsageError) {
        guard title == nil || svg != nil || html != nil else {
            throw UsageError("--title needs --svg or --html as well")
        }
    }

    /// The times to keep; nil if all are.
    func times() throws(UsageError) -> ClosedRange<Int>? {
        let (from, to) = (self.from ?? 0, self.to ?? .max)
        guard from <= to else { throw UsageError("--from is after --to") }
        return self.from == nil && self.to == nil ? nil : from...to
    }
}

/// The names of `--nodes`.
struct NodeList: Sendable {
    let names: [String]
}

extension ValueKind where Value == NodeList {
    static var nodes: Self {
        .custom("names with commas between", show: { $0.names.joined(separator: ",") }) {
            argument in
            guard let text = argument.validText else { return nil }
            let names = text.split(separator: ",", omittingEmptySubsequences: false)
            return names.contains("") ? nil : NodeList(names: names.map(String.init))
        }
    }
}

extension ValueKind where Value == Int {
    /// A time since the run began, in nanoseconds.
    static var time: Self {
        .custom("a time such as 1.5s, 20ms, 300us or 40ns") { nanoseconds($0.text) }
    }

    private static func nanoseconds(_ text: String) -> Int? {
        let units = [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)]
        guard let (name, unit) = units.first(where: { text.hasSuffix($0.0) }) else { return nil }
        let parts = text.dropLast(name.count).split(
            separator: ".",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let fraction = parts.count == 2 ? parts[1] : "0"
        // Exact: what is finer than a nanosecond is refused rather than rounded.
        guard parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            fraction.count <= 9, let whole = Int(parts[0]), let part = Int(fraction)
        else { return nil }
        let scale = (0..<fraction.count).reduce(1) { scale, _ in scale * 10 }
        let (product, overflows) = whole.multipliedReportingOverflow(by: unit)
        guard !overflows, (part * unit).isMultiple(of: scale) else { return nil }
        let (sum, isTooLarge) = product.addingReportingOverflow(part * unit / scale)
        return isTooLarge ? nil : sum
    }
}
