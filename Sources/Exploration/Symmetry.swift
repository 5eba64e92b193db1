import Chance

/// Finds one fingerprint for all states that differ only in who is who within the system's groups.
///
/// It is the fingerprint of a state whose nodes are renamed: exactly that of an image of the state, so
/// that no two states ever count as one that are not images of each other. Which image is chosen:
///
/// 1. Each member of a group gets a signature, from all places and messages, with itself called `me`,
///    the other members of groups called `one of them`, and nothing else changed.
/// 2. The members are put in the order of their signatures.
/// 3. Where signatures tie, all orders of those who tie are tried, and the least fingerprint wins. Who can
///    change places without any difference need not be tried: mostly, ties are of that kind.
///
/// So all images of a state have one fingerprint, unless more than `ordersMax` orders would have to be
/// tried: then some count as different states that need not.
final class Symmetry {
    /// How many orders of members who tie are tried.
    static let ordersMax = 5_040

    /// A run of members whose signatures tie, as positions in a group's order.
    private struct Tie {
        let group: Int
        let positions: Range<Int>
    }

    private let tables: Tables
    private let groups: [[Int]]
    /// What nodes are called in signatures: the same for all members of a group.
    private let anonymous: [UInt64]
    // Terms that were computed already, by number of local state or call and by naming.
    private var localSignatures: [UInt64: UInt64] = [:]
    private var callSignatures: [UInt64: UInt64] = [:]
    private var localTerms: [UInt64: UInt64] = [:]
    private var callTerms: [UInt64: UInt64] = [:]
    private var orders: [[Int]: UInt32] = [:]
    /// Beyond this, what was computed is forgotten, and computed anew where it is asked for.
    private static let cachedMax = 1 << 20

    init(_ tables: Tables) {
        self.tables = tables
        groups = tables.groups
        var names = (0..<tables.nodeCount).map { UInt64($0) }
        for (index, group) in groups.enumerated() {
            for member in group { names[member] = 1 << 32 + UInt64(index) }
        }
        anonymous = names
    }

    /// The fingerprint that stands for a state and all its images.
    func fingerprint(of record: StateRecord) -> UInt64 {
        var order = groups
        var ties: [Tie] = []
        for (index, group) in groups.enumerated() {
            let signed = group.map { (signature(of: $0, in: record), $0) }.sorted { $0 < $1 }
            order[index] = signed.map(\.1)
            var begin = 0
            for end in 1...signed.count
            where end == signed.count || signed[end].0 != signed[begin].0 {
                if end - begin > 1 { ties.append(Tie(group: index, positions: begin..<end)) }
                begin = end
            }
        }
        let first = fingerprint(of: record, order)
        let open = ties.filter { !isFree($0, order, first, record) }
        var least = first
        var left = Self.ordersMax
        tryAll(open[...], order, &left) { least = min(least, fingerprint(of: record, $0)) }
        return least
    }

    /// Whether all who tie can change places without any difference: if each two neighbours can.
    private func isFree(
        _ tie: Tie,
        _ order: [[Int]],
        _ fingerprint: UInt64,
        _ record: StateRecord
    ) -> Bool {
        tie.positions.dropLast().allSatisfy { position in
            var swapped = order
            swapped[tie.group].swapAt(position, position + 1)
            return self.fingerprint(of: record, swapped) == fingerprint
        }
    }

    private func tryAll(
        _ ties: ArraySlice<Tie>,
        _ order: [[Int]],
        _ left: inout Int,
        _ body: ([[Int]]) -> Void
    ) {
        guard let tie = ties.first else {
            if left > 0 { body(order) }
            left -= 1
            return
        }
        permute(tie.positions, of: tie.group, order, &left) { order, left in
            tryAll(ties.dropFirst(), order, &left, body)
        }
    }

    private func permute(
        _ positions: Range<Int>,
        of group: Int,
        _ order: [[Int]],
        _ left: inout Int,
        _ body: ([[Int]], inout Int) -> Void
    ) {
        guard positions.count > 1 else { return body(order, &left) }
        for position in positions where left > 0 {
            var chosen = order
            chosen[group].swapAt(positions.lowerBound, position)
            permute(positions.dropFirst(), of: group, chosen, &left, body)
        }
    }

    // MARK: Terms

    private func signature(of member: Int, in record: StateRecord) -> UInt64 {
        var names: [UInt64]?
        func naming() -> [UInt64] {
            var made = names ?? anonymous
            made[member] = 1 << 33
            names = made
            return made
        }
        let prefix = UInt64(member) << 32
        return sum(record) { local in
            if let known = localSignatures[prefix | UInt64(local)] { return known }
            let term = tables.term(ofLocal: local, naming: naming())
            keep(term, at: prefix | UInt64(local), in: &localSignatures)
            return term
        } call: { call in
            if let known = callSignatures[prefix | UInt64(call)] { return known }
            let term = tables.term(ofCall: call, naming: naming())
            keep(term, at: prefix | UInt64(call), in: &callSignatures)
            return term
        }
    }

    /// The fingerprint of the image in which those in the order take the places of their groups.
    private func fingerprint(of record: StateRecord, _ order: [[Int]]) -> UInt64 {
        var names = (0..<tables.nodeCount).map { $0 }
        for (group, members) in zip(groups, order) {
            for (place, member) in zip(group, members) { names[member] = place }
        }
        let number = orders[names] ?? UInt32(orders.count)
        orders[names] = number
        let prefix = UInt64(number) << 32
        let places = sum(record) { local in
            if let known = localTerms[prefix | UInt64(local)] { return known }
            let term = tables.term(ofLocal: local, naming: names.map { UInt64($0) })
            keep(term, at: prefix | UInt64(local), in: &localTerms)
            return term
        } call: { call in
            if let known = callTerms[prefix | UInt64(call)] { return known }
            let term = tables.term(ofCall: call, naming: names.map { UInt64($0) })
            keep(term, at: prefix | UInt64(call), in: &callTerms)
            return term
        }
        return places &+ ContentHash.budgets(record.budgets)
    }

    private func keep(_ term: UInt64, at key: UInt64, in cache: inout [UInt64: UInt64]) {
        if cache.count >= Self.cachedMax { cache.removeAll() }
        cache[key] = term
    }

    private func sum(
        _ record: StateRecord,
        local: (UInt32) -> UInt64,
        call: (UInt32) -> UInt64
    ) -> UInt64 {
        var sum: UInt64 = 0
        for node in 0..<tables.nodeCount { sum &+= local(record.locals[node]) }
        for datagram in record.datagrams(nodeCount: tables.nodeCount) { sum &+= call(datagram) }
        let streams = record.streams(nodeCount: tables.nodeCount)
        var at = 0
        while at < streams.count {
            let end = at + 2 + Int(streams[at + 1])
            sum &+= ContentHash.stream(streams[(at + 2)..<end].map(call))
            at = end
        }
        return sum
    }
}
