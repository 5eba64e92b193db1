import Messaging
import Testing

private let place = address("127.0.0.1:5000")

@Suite struct `A failure` {
    @Test(arguments: [
        (MessagingFailure.portInUse(place), ["127.0.0.1:5000", "another port"]),
        (.addressNotOfThisMachine(place), ["127.0.0.1", "not an address of this machine"]),
        (.noPermission(place), ["127.0.0.1:5000", "1024"]),
        (.tooManyOpenFiles, ["ulimit -n"]),
        (.connectionRefused(by: place), ["nobody listens at 127.0.0.1:5000"]),
        (.unreachable(place), ["127.0.0.1:5000"]),
        (.timedOut(connectingTo: place, limit: .seconds(2)), ["127.0.0.1:5000", "2.0 seconds"]),
        (.connectionLost(place, reason: "reset"), ["127.0.0.1:5000", "reset"]),
        (.connectionLost(nil, reason: "reset"), ["the connection broke: reset"]),
        (.tooMuchHeld(from: nil, bytes: 7), ["the peer has sent 7 bytes"]),
        (.refused(call: "listen", reason: "no"), ["listen: no"]),
    ])
    func `says in one line what, where and what to do`(failure: MessagingFailure, words: [String]) {
        let line = failure.description
        #expect(words.allSatisfy(line.contains), "\(line)")
        #expect(!line.contains("\n"))
    }

    @Test func `of an open connection does not promise that nothing was sent`() {
        #expect(!MessagingFailure.connectionLost(place, reason: "").definitelyNotSent)
        #expect(!MessagingFailure.tooMuchHeld(from: place, bytes: 1).definitelyNotSent)
        #expect(MessagingFailure.connectionRefused(by: place).definitelyNotSent)
        #expect(MessagingFailure.timedOut(connectingTo: place, limit: .zero).definitelyNotSent)
    }

    @Test func `passes by itself if the peer may come, not if we must act`() {
        #expect(MessagingFailure.connectionRefused(by: place).isPassing)
        #expect(!MessagingFailure.portInUse(place).isPassing)
    }
}
