/// Sizes of a space-time diagram, in pixels.
enum DiagramMetrics {
    static let margin = 18.0
    static let laneDistance = 76.0
    /// Between an event and the one that a handler call led to at once.
    static let effectGap = 17.0
    /// Between two events of a node.
    static let eventGap = 32.0
    /// Between an event and a cut.
    static let cutRoom = 20.0
    /// What is left for the cut itself.
    static let cutSpare = 6.0
    /// How far to the right an arrow goes at least.
    static let arrowReach = 26.0
    /// How much of these gaps must be kept where distances tell of times.
    static let timeShare = 0.4
    /// How far above and below a line a cut goes straight on.
    static let cutStraight = 9.0
    /// The same where vector times stand there, which a slant would go through.
    static let cutStraightWithClocks = 21.0
    /// From the left end of the lines to the first event, and from the last event to their right end.
    static let laneLead = 22.0
    /// How wide a picture to the scale of time is, without its margins.
    static let timeWidth = 900.0
    static let widthMin = 560.0

    static let titleSize = 15.0
    static let nameSize = 13.0
    static let textSize = 11.0
    static let captionSize = 12.0
    static let clockSize = 10.0
    static let labelWidthMax = 210.0
    static let nameWidthMax = 190.0
    static let rowHeight = 19.0

    /// With how many labels a picture has them if nobody asks.
    static let labelsFew = 70
}
