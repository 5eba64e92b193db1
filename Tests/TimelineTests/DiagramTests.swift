import Causality
import Testing

@testable import Timeline

/// What holds for every picture, whatever the log.
@Suite struct DiagramTests {
    private static let seeds = Array(1...100)

    private func layout(
        seed: Int,
        _ change: (inout SpaceTimeDiagram.Options) -> Void = { _ in }
    ) throws -> DiagramLayout {
        var draws = Draws(seed: seed)
        let linked = try LinkedLog(draws.log(events: 8 + draws.below(30)))
        let cut = Cut(counts: linked.execution.steps.map { draws.below($0.count + 1) })
        var options = SpaceTimeDiagram.Options()
        options.labels = .all
        options.showsClocks = seed.isMultiple(of: 2)
        options.scale = seed.isMultiple(of: 3) ? .time : .order
        change(&options)
        return DiagramLayout.roomiest(
            try SpaceTimeDiagram(linked, cuts: [DrawnCut(cut)], options: options)
        )
    }

    @Test func `no arrow points to the left`() throws {
        for seed in Self.seeds {
            for arrow in try layout(seed: seed).arrows {
                #expect(arrow.line.from.x < arrow.line.to.x, "seed \(seed)")
            }
        }
    }

    @Test func `no text lies over another one, over an event, or beside the page`() throws {
        for seed in Self.seeds {
            let layout = try layout(seed: seed)
            let texts = layout.labels.map(\.box) + layout.cutLines.map(\.caption.box)
            for (index, box) in texts.enumerated() {
                #expect(!texts[(index + 1)...].contains(where: box.overlaps), "seed \(seed)")
                #expect(box.left >= 0 && box.right <= layout.width, "seed \(seed)")
                #expect(box.top >= 0, "seed \(seed)")
            }
            let events = layout.diagram.shown.compactMap { layout.spot(at: $0) }
            for box in layout.labels.map(\.box) {
                let isOver = events.contains { spot in
                    spot.x > box.left && spot.x < box.right && spot.y > box.top
                        && spot.y < box.bottom
                }
                #expect(!isOver, "seed \(seed)")
            }
        }
    }

    @Test func `events of a node stand in their order, each in a column of its own`() throws {
        for seed in Self.seeds {
            let layout = try layout(seed: seed)
            let execution = layout.linked.execution
            for (process, steps) in execution.steps.enumerated() {
                let columns = steps.indices.compactMap { index in
                    execution.logIndex(of: EventPoint(process: process, index: index))
                        .flatMap { layout.columns.x[$0] }
                }
                #expect(columns.count == steps.count)
                #expect(
                    zip(columns, columns.dropFirst()).allSatisfy { $0 + 5 < $1 },
                    "seed \(seed)"
                )
            }
        }
    }

    @Test func `a cut goes between the last event in it and the first one behind it`() throws {
        for seed in Self.seeds {
            let layout = try layout(seed: seed)
            let cut = try #require(layout.diagram.cuts.first).cut
            let line = try #require(layout.cutLines.first)
            for place in layout.diagram.shown {
                guard let point = layout.linked.execution.point(logIndex: place),
                    let lane = layout.lane(of: point.process), let x = layout.columns.x[place]
                else { continue }
                // The line has a spot above and one below the line of each node.
                let crossing = line.spots[1 + 2 * lane].x
                #expect(cut.contains(point) ? x < crossing : x > crossing, "seed \(seed)")
            }
        }
    }

    @Test func `no cut goes through a vector time`() throws {
        for seed in Self.seeds {
            let layout = try layout(seed: seed) { $0.showsClocks = true }
            let line = try #require(layout.cutLines.first)
            let pieces = zip(line.spots, line.spots.dropFirst()).map { Segment(from: $0, to: $1) }
            for label in layout.labels where label.size == DiagramMetrics.clockSize {
                let isCrossed = pieces.contains(where: label.box.isCrossed)
                #expect(!isCrossed, "seed \(seed): \(label.text)")
            }
        }
    }

    @Test func `times that contradict the messages move nothing to the left`() throws {
        var log = Logs.log("M>m>P P<m<M P>n>M M<n<P")
        for place in log.events.indices { log.events[place].time = 100 - place }
        let diagram = try SpaceTimeDiagram(LinkedLog(log))
        let x = DiagramLayout.roomiest(diagram).columns.x
        #expect((0..<3).allSatisfy { x[$0] ?? 0 < x[$0 + 1] ?? 0 })
    }

    @Test func `a message that comes twice has two arrows`() throws {
        let diagram = try SpaceTimeDiagram(LinkedLog(Logs.log("M>m>P P<m<M P<m<M")))
        #expect(DiagramLayout.roomiest(diagram).arrows.map(\.end) == [.received, .received])
    }

    @Test(arguments: [
        ("M>m>P P<m<M", DiagramArrow.End.received), ("M>m>P P!m!M", .lost),
        ("M>m>P P:idle", .inFlight),
    ])
    func `the end of an arrow says what became of its message`(
        script: String,
        end: DiagramArrow.End
    ) throws {
        let diagram = try SpaceTimeDiagram(LinkedLog(Logs.log(script)))
        #expect(DiagramLayout.roomiest(diagram).arrows.map(\.end) == [end])
    }

    @Test func `in a part, an arrow whose other end is left out says so`() throws {
        var options = SpaceTimeDiagram.Options()
        options.nodes = [0]
        let linked = try LinkedLog(Logs.log("M>m>P P<m<M P>n>M M<n<P", nodes: ["M", "P"]))
        let layout = DiagramLayout.roomiest(try SpaceTimeDiagram(linked, options: options))
        #expect(layout.arrows.map(\.end) == [.outside, .received])
        #expect(layout.arrows.map(\.comesFromOutside) == [false, true])
    }

    @Test func `too many events are refused, with the way to draw fewer`() throws {
        let word = "M:idle "
        let linked = try LinkedLog(
            Logs.log(String(repeating: word, count: SpaceTimeDiagram.eventsMax + 1))
        )
        #expect(
            throws: TooManyEvents(
                count: SpaceTimeDiagram.eventsMax + 1,
                max: SpaceTimeDiagram.eventsMax
            )
        ) { try SpaceTimeDiagram(linked) }
        var options = SpaceTimeDiagram.Options()
        options.times = 0...1000
        #expect(try SpaceTimeDiagram(linked, options: options).shown.count == 2)
    }
}
