import Causality

/// A page in which a reader can look into a run: one HTML file that holds the run and needs no network.
///
/// The page is drawn by its own script, from the events by column; it works light cones and verdicts out from the
/// messages, as `Execution` does. What a log says is data to it, never markup.
///
/// ```swift
/// let page = try TimelinePage(LinkedLog(log), cuts: [DrawnCut(cut, name: "checkpoint 1")])
/// let bytes = page.html()
/// ```
public struct TimelinePage: Sendable {
    /// A page with more events opens and moves too slowly.
    public static let eventsMax = 300_000
    /// More bytes of different texts make a page that browsers refuse to read.
    public static let textBytesMax = 128 << 20

    let linked: LinkedLog
    let cuts: [DrawnCut]
    let title: String
    private let data: PageData

    /// A page of a log.
    ///
    /// - Parameters:
    ///   - linked: The log.
    ///   - cuts: Cuts of `linked.execution` that a reader can choose.
    ///   - title: What stands above; nil: the system and its seed.
    /// - Throws: `TooLargePage` if there are more than `eventsMax` events, or `textBytesMax` bytes of texts.
    /// - Complexity: O(bytes of the log).
    public init(
        _ linked: LinkedLog,
        cuts: [DrawnCut] = [],
        title: String? = nil
    ) throws(TooLargePage) {
        let count = linked.log.events.count
        guard count <= Self.eventsMax else {
            throw .events(count: count, max: Self.eventsMax)
        }
        let header = linked.log.header
        let seed = header.seed.map { ", seed \($0)" } ?? ""
        self.linked = linked
        self.cuts = cuts
        self.title = title ?? header.system + seed
        data = PageData(linked)
        guard data.texts.byteCount <= Self.textBytesMax else {
            throw .texts(bytes: data.texts.byteCount, max: Self.textBytesMax)
        }
    }

    /// The page, in UTF-8; equal logs and cuts give equal bytes.
    ///
    /// - Complexity: O(bytes of the page).
    public func html() -> [UInt8] {
        var page: [UInt8] = []
        // The marks are looked for in the template only: what is put in is never looked at again.
        var rest = PackageResources.timeline_html[...]
        for (mark, content) in [
            ("{{title}}", Array(SVGText.escaped(title).utf8)),
            ("{{style}}", PackageResources.timeline_css),
            ("{{data}}", data.json(title: title, cuts: cuts)),
            ("{{script}}", Self.script),
        ] {
            guard let range = rest.firstRange(of: Array(mark.utf8)) else {
                preconditionFailure("the page's template has no \(mark)")
            }
            page += rest[..<range.lowerBound]
            page += content
            rest = rest[range.upperBound...]
        }
        return page + rest
    }

    /// The parts of the page's script, each of which knows those above it only.
    private static let script =
        PackageResources.run_js + PackageResources.layout_js + PackageResources.marks_js
        + PackageResources.view_js + PackageResources.drawing_js + PackageResources.cutdrawing_js
        + PackageResources.panels_js + PackageResources.pointer_js + PackageResources.controls_js
}

/// A log is too large for a page.
public enum TooLargePage: Error, Hashable, Sendable, CustomStringConvertible {
    /// It has too many events.
    case events(count: Int, max: Int)
    /// Its texts are too long.
    case texts(bytes: Int, max: Int)

    /// One line, with what to do.
    public var description: String {
        let remedy = "write a part with --from, --to or --nodes"
        return switch self {
        case .events(let count, let max):
            "\(count) events are too many for a page, which holds \(max); \(remedy)"
        case .texts(let bytes, let max):
            "\(bytes) bytes of texts are too many for a page, which holds \(max); \(remedy)"
        }
    }
}
