import FoundationEssentials
import Testing

@testable import Causality

@Suite struct VectorClockTests {
    @Test func `a receive comes after its send and after what the receiver did before`() {
        var sender = VectorClock()
        var receiver = VectorClock()
        receiver.tick(5)
        let before = receiver
        sender.tick(0)
        receiver.merge(sender)
        receiver.tick(5)
        #expect(sender.order(to: receiver) == .before)
        #expect(before.order(to: receiver) == .before)
        #expect(before.order(to: sender) == .concurrent)
        #expect(receiver[5] == 2 && receiver[0] == 1 && receiver[99] == 0)
    }

    @Test func `the text form is a list, and only counts are read`() throws {
        var clock = VectorClock()
        clock.tick(2)
        let data = try JSONEncoder().encode(clock)
        #expect(String(decoding: data, as: UTF8.self) == "[0,0,1]")
        #expect(try JSONDecoder().decode(VectorClock.self, from: data) == clock)
        // Zeros at the end make no difference.
        let longer = try JSONDecoder().decode(VectorClock.self, from: Data("[0,0,1,0]".utf8))
        #expect(longer == clock)
        for text in ["[-1]", "{}", "[1.5]", "[\"a\"]"] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(VectorClock.self, from: Data(text.utf8))
            }
        }
    }
}
