import Causality

/// Who watches a job: a person at a terminal, an event log, both or neither.
struct JobObserver {
    /// One line for a person: something happened that is worth telling.
    var note: (String) -> Void = { _ in }
    /// One event for the log.
    var event: (Event) -> Void = { _ in }
    /// How far the job is: files acknowledged, and bytes counted.
    var progress: (_ files: Int, _ bytes: Int) -> Void = { _, _ in }
}
