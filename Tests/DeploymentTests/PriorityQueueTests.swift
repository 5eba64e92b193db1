import Chance
import Testing

@testable import Deployment

@Suite struct PriorityQueueTests {
    @Test func `elements come in their order, however they were put in`() {
        var chance = SplitMix64(seed: 1)
        for count in 0..<60 {
            var queue = PriorityQueue<UInt64>(<)
            let numbers = (0..<count).map { _ in chance.next(below: 20) }
            for number in numbers { queue.add(number) }
            var taken: [UInt64] = []
            while let number = queue.removeFirst() { taken.append(number) }
            #expect(taken == numbers.sorted())
        }
    }

    @Test func `taking and adding may alternate`() {
        var chance = SplitMix64(seed: 2)
        var queue = PriorityQueue<UInt64>(<)
        var model: [UInt64] = []
        for _ in 0..<2000 {
            if chance.chance(0.6) {
                let number = chance.next(below: 100)
                queue.add(number)
                model.append(number)
            } else {
                model.sort(by: >)
                #expect(queue.removeFirst() == model.popLast())
            }
        }
    }

    @Test func `an empty queue gives nothing, again and again`() {
        var queue = PriorityQueue<Int>(<)
        #expect(queue.removeFirst() == nil)
        queue.add(1)
        #expect(queue.removeFirst() == 1)
        #expect(queue.removeFirst() == nil)
    }
}
