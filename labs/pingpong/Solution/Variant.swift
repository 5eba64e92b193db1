/// The client as it should be, and with one mistake each.
enum Variant: String, CaseIterable, Hashable, Codable {
    case right
    /// Takes any answer for that to its present question.
    case careless
    /// Never disarms its timer.
    case restless
}
