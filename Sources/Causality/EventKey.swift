/// The keys of an event's line, with their quotes and colon, in the order in which they stand there.
enum EventKey {
    static let clock = Array("\"clock\":".utf8)
    static let effects = Array("\"effects\":".utf8)
    static let incarnation = Array("\"incarnation\":".utf8)
    static let kind = Array("\"kind\":".utf8)
    static let link = Array("\"link\":".utf8)
    static let message = Array("\"message\":".utf8)
    static let node = Array("\"node\":".utf8)
    static let peer = Array("\"peer\":".utf8)
    static let state = Array("\"state\":".utf8)
    static let text = Array("\"text\":".utf8)
    static let time = Array("\"time\":".utf8)
}
