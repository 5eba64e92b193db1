import Nodes

/// The words of ping-pong.
enum PingPong: Vocabulary {
    enum Message: Hashable, Codable {
        case ping(number: Int)
        case pong(number: Int)
    }
    enum Timer: Hashable, Codable {
        /// No answer came: ask again.
        case retry
    }
    enum Output: Hashable, Codable {
        /// The answer to a question, and the number that it carried.
        case answered(question: Int, by: Int)
    }
}
