import Glibc
import Messaging

// `messaging-bench` measures; `messaging-bench peer ROLE` is the other process of a measurement.
let words = Array(CommandLine.arguments.dropFirst())
do throws(MessagingFailure) {
    if words.count == 2, words[0] == "peer", let role = Role(rawValue: words[1]) {
        try Peer.run(role)
    } else if words.isEmpty {
        try Bench.run()
    } else {
        puts("usage: messaging-bench")
        exit(64)
    }
} catch {
    puts("messaging-bench: \(error)")
    exit(70)
}
