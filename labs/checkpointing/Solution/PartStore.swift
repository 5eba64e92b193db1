import Checkpointing
import Deployment
import Nodes

/// The part of one node in the checkpoints of a job: what its handlers save under the id of a checkpoint.
///
/// A worker's part lies in the folder of the checkpoint, whether that is complete or not. What the
/// coordinator saves is that all parts are there: the folder counts from then on.
struct PartStore: StableStore {
    static let system = "checkpointing"

    let store: CheckpointStore
    let part: String
    /// Whether this is the node that says that a checkpoint is complete.
    let completes: Bool

    /// Opens the part of a node in the checkpoints of a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - nodes: The names of all nodes, the coordinator's first.
    ///   - node: Whose part.
    ///   - keptMax: How many complete checkpoints stay.
    /// - Throws: `StoreFailure` if the folder cannot be used.
    init(_ path: String, nodes: [String], node: String, keptMax: Int) throws(StoreFailure) {
        do throws(CheckpointFailure) {
            store = try CheckpointStore(path, system: Self.system, parts: nodes, keptMax: keptMax)
        } catch {
            throw StoreFailure(line: "\(error)")
        }
        part = node
        completes = node == nodes.first
    }

    var names: [String] {
        let known = (try? store.names()) ?? []
        return known.filter { number(in: $0) != nil }.map { Pipeline.name(of: $0.id) }
    }

    var damagedNames: [String] {
        names.filter { name in (try? value(name)) == nil }
    }

    func value(_ name: String) throws(DamagedSave) -> Pipeline.Saved? {
        guard let checkpoint = newest(named: name) else { return nil }
        // What the coordinator has saved is that all parts are there: asked for when a job goes on.
        if completes, !isWhole(checkpoint) { throw DamagedSave(name: name) }
        do throws(CheckpointFailure) {
            return try store.load(part, of: checkpoint, with: .saved, incomplete: !completes)
        } catch {
            throw DamagedSave(name: name)
        }
    }

    func lastNumber() -> Int {
        guard completes else { return (try? store.lastNumber(of: part)) ?? 0 }
        return ((try? store.names()) ?? []).compactMap { number(in: $0) }.max() ?? 0
    }

    func number(of name: String) -> Int? { newest(named: name).flatMap { number(in: $0) } }

    func save(
        _ value: Pipeline.Saved,
        as name: String,
        number: Int,
        beforeCommit: () -> Void
    ) throws(StoreFailure) {
        guard let id = Int(name) else { throw StoreFailure(line: "'\(name)' is no checkpoint") }
        let checkpoint = CheckpointName(id, recovery: value.recovery)
        do throws(CheckpointFailure) {
            if completes {
                try store.save(value, as: part, of: checkpoint, number: number, with: .saved)
                try store.complete(checkpoint, beforeCommit: beforeCommit)
            } else {
                try store.save(
                    value,
                    as: part,
                    of: checkpoint,
                    number: number,
                    with: .saved,
                    beforeCommit: beforeCommit
                )
            }
        } catch {
            throw StoreFailure(line: "\(error)")
        }
    }

    func damage(_ name: String) -> Bool {
        guard let checkpoint = newest(named: name) else { return false }
        return (try? store.damage(part, of: checkpoint)) ?? false
    }

    /// The checkpoint of that id in which there is something of this node; of several recoveries, the last.
    private func newest(named name: String) -> CheckpointName? {
        ((try? store.names()) ?? []).first {
            Pipeline.name(of: $0.id) == name && number(in: $0) != nil
        }
    }

    private func isWhole(_ checkpoint: CheckpointName) -> Bool {
        let found = (try? store.checkpoints())?.first { $0.name == checkpoint }
        return found?.isComplete ?? false
    }

    private func number(in checkpoint: CheckpointName) -> Int? {
        store.number(of: part, in: checkpoint, incomplete: !completes)
    }
}

extension Pipeline.Saved {
    /// In which recovery it was saved.
    var recovery: Int {
        switch self {
        case .cursor(_, let recovery), .counts(_, let recovery), .complete(let recovery): recovery
        }
    }
}
