/// Finds one state to stand for all that differ only in who is who.
final class Symmetry {
    init(_ tables: Tables) {}

    func fingerprint(of record: StateRecord) -> UInt64 { record.fingerprint }
}
