import Causality
import Nodes

/// What the processes of a run have put on record, life by life.
struct RunHistory {
    /// One handler call and what came of it.
    struct Unit {
        /// An effect that others could notice, or lives that ended by the call's will.
        struct Part {
            /// Its place among the effects of the call.
            let place: Int
            var event: Event?
            /// Of a save, its number.
            var save: Int?
            /// Who died by this effect.
            var killed: Life?
            /// Who was launched by it.
            var launched: Life?
            /// Whose end it came after, and who was still to end: it changed nothing about them.
            var foundDead: Life?
            var foundAlive: Life?
        }

        let call: Event
        let view: Int
        /// How many records were to follow.
        let recordCount: Int
        var recordsSeen = 0
        /// Of a call that asked for launches and kills, its place among those of the run; 0 for others.
        var order = 0
        /// Of a timer that waited for the end of a life: which life has ended.
        var ended: Life?
        /// The lives that the call has begun to watch, some of which had ended.
        var watched: [Life] = []
        var parts: [Part] = []
        var isComplete: Bool { recordsSeen == recordCount }
    }

    /// How a life ended.
    enum Death {
        /// It crashed, and this was the number of the last save that its node's store had then.
        case crashed(time: Int, lastSave: Int)
        /// Another node's call killed it.
        case killed(lastSave: Int)
        case halted
    }

    struct LifeHistory {
        let life: Life
        /// The view with which it began.
        let view: Int
        let beganAt: Int
        var units: [Unit] = []
        /// What was noted after so many of them.
        var notes: [(event: Event, unitCount: Int)] = []
        /// A save beside its work that has been begun, and whose end was not told.
        var writing: Record.Writing?
        var death: Death?
        var hasHalted: Bool { if case .halted = death { true } else { false } }
    }

    private(set) var lives: [LifeHistory] = []
    /// What was lost, and which faults landed.
    private(set) var remarks: [(event: Event, view: Int)] = []
    private(set) var eventCount = 0
    private var places: [Life: Int] = [:]

    mutating func begin(_ life: Life, view: Int, at time: Int) {
        places[life] = lives.count
        lives.append(LifeHistory(life: life, view: view, beganAt: time))
    }

    mutating func add(_ call: Record.Call, of life: Life) {
        guard let place = places[life] else { return }
        eventCount += 1
        var unit = Unit(call: call.event, view: call.view, recordCount: call.recordCount)
        unit.ended = call.ended
        lives[place].units.append(unit)
        if call.event.kind == .written || call.event.kind == .refused {
            lives[place].writing = nil
        }
    }

    /// A life's last call has begun to watch another life.
    mutating func add(watch watched: Life, of life: Life) {
        guard let place = places[life], let last = lives[place].units.indices.last else { return }
        lives[place].units[last].watched.append(watched)
    }

    /// Whoever has watched a life has watched another one.
    mutating func replaceWatches(of life: Life, by other: Life) {
        for place in lives.indices {
            for unit in lives[place].units.indices {
                for watch in lives[place].units[unit].watched.indices
                where lives[place].units[unit].watched[watch] == life {
                    lives[place].units[unit].watched[watch] = other
                }
            }
        }
    }

    /// A life has begun a save beside its work.
    mutating func begin(_ writing: Record.Writing, of life: Life) {
        guard let place = places[life] else { return }
        lives[place].writing = writing
    }

    /// The save beside its work whose end a life has not told.
    func writing(of life: Life) -> Record.Writing? { places[life].flatMap { lives[$0].writing } }

    /// The save took place, and its node died before it did anything else.
    mutating func finish(_ writing: Record.Writing, of life: Life, at time: Int, node: String) {
        guard let place = places[life] else { return }
        eventCount += 1
        let event = Event(
            time: time,
            node: node,
            incarnation: life.incarnation,
            kind: .written,
            text: writing.text
        )
        let view = lives[place].units.last?.view ?? lives[place].view
        lives[place].units.append(Unit(call: event, view: view, recordCount: .max))
        lives[place].writing = nil
    }

    mutating func add(_ performed: Record.Performed, of life: Life) {
        eventCount += 1
        let part = Unit.Part(place: performed.place, event: performed.event, save: performed.save)
        add([part], of: life)
    }

    /// Launches and kills that have taken place, as far as they changed anything.
    mutating func add(changes parts: [Unit.Part], of life: Life, order: Int) {
        add(parts, of: life)
        guard let place = places[life], let last = lives[place].units.indices.last,
            lives[place].units[last].order == 0
        else { return }
        lives[place].units[last].order = order
    }

    /// Takes back what was announced last, and was not done any more when the process died.
    mutating func dropLastNotes(of life: Life, but marks: [String]) {
        guard let place = places[life] else { return }
        let count = lives[place].units.count
        lives[place].notes.removeAll { note in
            note.unitCount == count && note.event.text.map { !marks.contains($0) } ?? false
        }
    }

    /// Whether something was announced since a life's last call.
    func hasLastNotes(_ life: Life) -> Bool {
        guard let place = places[life] else { return false }
        return lives[place].notes.contains { $0.unitCount == lives[place].units.count }
    }

    /// The life whose stream brought the message of the call that a life is in; nil if none did.
    func trigger(of life: Life, names: [String]) -> Life? {
        guard let place = places[life], let call = lives[place].units.last?.call,
            call.kind == .receive, call.link == Link.stream.rawValue,
            let id = call.message.flatMap({ MessageID($0, names: names) })
        else { return nil }
        return Life(node: id.sender.index, incarnation: id.incarnation)
    }

    private mutating func add(_ parts: [Unit.Part], of life: Life) {
        guard let place = places[life], let last = lives[place].units.indices.last else { return }
        lives[place].units[last].parts += parts
        lives[place].units[last].recordsSeen += 1
    }

    mutating func add(remark: Event, view: Int) {
        eventCount += 1
        remarks.append((remark, view))
    }

    /// A remark of a life; what it says of a damaged save has its place among the calls.
    mutating func add(remark: Event, of life: Life, view: Int) {
        guard remark.kind == .note, let place = places[life] else {
            return add(remark: remark, view: view)
        }
        eventCount += 1
        lives[place].notes.append((remark, lives[place].units.count))
    }

    /// Whether a life has announced effects of its last call that it has not told of, or has not said
    /// anything at all.
    func isInsideCall(_ life: Life) -> Bool {
        guard let place = places[life] else { return false }
        return !(lives[place].units.last?.isComplete ?? false)
    }

    mutating func end(_ life: Life, _ death: Death) {
        guard let place = places[life], lives[place].death == nil else { return }
        lives[place].death = death
    }
}
