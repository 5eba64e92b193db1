import Causality
import Failpoints
import Glibc
import Messaging
import Nodes

// What is put to rest: at once, and beside the node's work.
extension NodeHost {
    /// A write that was asked for and has not ended.
    struct Write {
        let value: Words.Saved
        let name: String
        let then: Words.Timer
        let otherwise: Words.Timer
        /// As it will stand in the log.
        let text: String?
    }

    func save(_ value: Words.Saved, as name: String, _ place: Int) {
        lastNumber += 1
        performed(event(.save, text(value, name)), place, save: lastNumber)
        // Whoever looks at the store after our death must know what the file is.
        control.flush()
        do {
            if isFull() { throw StoreFailure(line: Self.fullDisk(name)) }
            try failpoints.pass(.beforeSave)
            try store.save(value, as: name, number: lastNumber) {}
            try failpoints.pass(.afterSave)
        } catch let failure as FailpointError {
            return breakDown(.refused("\(self.name(me)) cannot save: \(failure)", status: EX_IOERR))
        } catch {
            return breakDown(.refused("\(self.name(me)) cannot save: \(error)", status: EX_IOERR))
        }
        count(.saves)
    }

    func write(
        _ value: Words.Saved,
        as name: String,
        then: Words.Timer,
        otherwise: Words.Timer
    ) {
        let text = text(value, name)
        writes.append(
            Write(value: value, name: name, then: then, otherwise: otherwise, text: text)
        )
        beginWrite()
    }

    private func text(_ value: Words.Saved, _ name: String) -> String? {
        setup.isRecording ? "\(name): \(recorder.summary(value))" : nil
    }

    /// Has the oldest write made ready; the next follows when the node was told of this one's end.
    private func beginWrite() {
        guard !isWriting, !hasHalted, !isBroken, let write = writes.first else { return }
        isWriting = true
        lastNumber += 1
        let number = lastNumber
        if let text = write.text {
            control.append(.writing(.init(name: write.name, number: number, text: text)))
            control.flush()
        }
        guard !isFull() else {
            return comeIn(.unwritten(.refused(Self.fullDisk(write.name))))
        }
        do throws(StoreFailure) { try beginWriter() } catch {
            return comeIn(.unwritten(.refused(error.description)))
        }
        let (store, failpoints, value, name) = (store, failpoints, write.value, write.name)
        writer.start { beforeCommit in
            do {
                try failpoints.pass(.beforeSave)
                try store.save(value, as: name, number: number, beforeCommit: beforeCommit)
            } catch {
                return .refused("\(error)")
            }
            // It is durable, and whoever says that it is not would be wrong.
            do { try failpoints.pass(.afterSave) } catch { return .broken("\(error)") }
            return .durable
        }
    }

    private func beginWriter() throws(StoreFailure) {
        guard writer.descriptor < 0 else { return }
        try writer.begin()
        do throws(MessagingFailure) {
            try loop.watch(writer.descriptor, for: .reading) { [unowned self] _ in
                for new in writer.takeNews() { hear(new) }
            }
        } catch {
            throw StoreFailure(line: "waiting for a write: \(error)")
        }
    }

    private func hear(_ new: SaveWriter.News) {
        guard !hasHalted else { return }
        switch new {
        case .isReady: comeIn(.commit)
        case .hasEnded(let outcome):
            guard isCommitting else { return comeIn(.unwritten(outcome)) }
            // The commit and this call are one step, which a change of view waits for.
            isCommitting = false
            endWrite(outcome)
            loop.after(.zero) { [unowned self] in
                if !takeInbox() { takeStreams() }
            }
        }
    }

    /// Lets the oldest write take place; no handler is called until it has ended.
    func commitWrite() {
        isCommitting = true
        writer.commit()
    }

    func endWrite(_ outcome: SaveWriter.Outcome) {
        guard !isBroken, !writes.isEmpty else { return }
        isWriting = false
        let (name, text) = (writes[0].name, writes[0].text)
        let (then, otherwise) = (writes[0].then, writes[0].otherwise)
        // The node's own value shall be the only one when its handler changes it.
        writes.removeFirst()
        switch outcome {
        case .durable:
            count(.saves)
            // It counts as an effect, so that a crash can fall between it and the first one of the handler.
            count(.effects)
            handle(.fire(then), Draft(kind: .written, text: text))
        case .refused(let reason):
            // The node learns that it is so, and whoever watches the run why: only people can help.
            control.append(.unwritten(name: name, reason: reason))
            handle(.fire(otherwise), Draft(kind: .refused, text: text))
        case .broken(let reason):
            let line = "\(self.name(me)) cannot save: \(reason)"
            return breakDown(.refused(line, status: EX_IOERR))
        }
        beginWrite()
    }

    /// Whether a fault has filled the disk; then it has hit.
    private func isFull() -> Bool {
        let isFull = faults.contains { state in
            guard case .fill = state.fault.action else { return false }
            return state.isActive && state.node?.index == me
        }
        if isFull { noteHit(ofKind: { if case .fill = $0 { true } else { false } }) }
        return isFull
    }

    private static func fullDisk(_ name: String) -> String {
        "writing \(name): No space left on device"
    }
}
