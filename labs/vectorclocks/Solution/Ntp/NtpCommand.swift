import LabKit

/// `vectorclocks ntp`.
enum NtpCommand {
    static let ntp = Command("ntp", summary: "set a clock over a network", defaults: NtpOptions()) {
        Option.value("--seed", "N", \.seed, .whole(), "where all chance comes from")
    } run: { _ in
        .ok
    }
}

/// What `ntp` can be told.
struct NtpOptions {
    var seed: UInt64 = 1
}
