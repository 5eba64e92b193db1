import Glibc

// `wire-fuzz [--inputs N] [--seed S] [--only TARGET] [--first N]` gives each decoder N inputs that follow
// from the seed, and leaves with status 1 if one of them broke something, or too little was seen.

let targets: [any FuzzTarget] = [
    CodecTarget(
        "frame-stream",
        FrameInputs.codec,
        isDatagram: false,
        isCanonical: true,
        expected: [
            .unit, .more, .notAFrame, .otherVersion, .unknownKind, .tooLong, .otherRun, .damaged,
        ],
        make: FrameInputs.make
    ),
    CodecTarget(
        "frame-datagram",
        FrameInputs.codec,
        isDatagram: true,
        isCanonical: true,
        expected: [
            .unit, .notAFrame, .otherVersion, .unknownKind, .tooLong, .otherRun, .truncated,
            .trailing, .damaged,
        ],
        make: FrameInputs.make
    ),
    CodecTarget(
        "classic-stream",
        ClassicInputs.codec,
        isDatagram: false,
        isCanonical: false,
        expected: [
            .unit, .more, .tooLong, .notJSON, .unknownType, .missing, .wrongValue, .repeated,
        ],
        make: ClassicInputs.make
    ),
    CodecTarget(
        "classic-datagram",
        ClassicInputs.codec,
        isDatagram: true,
        isCanonical: false,
        expected: [
            .unit, .tooLong, .truncated, .trailing, .notJSON, .unknownType, .missing, .wrongValue,
            .repeated,
        ],
        make: ClassicInputs.make
    ),
]

var inputs = 10_000_000
var first = 0
var seed: UInt64 = 1
var only: String?

@MainActor func leaveWithUsage() -> Never {
    let names = targets.map(\.name).joined(separator: " | ")
    let line = "usage: wire-fuzz [--inputs N] [--seed S] [--only \(names)] [--first N]\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(64)
}

var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
    guard let value = words.popFirst() else { leaveWithUsage() }
    let number = UInt64(value)
    switch (word, number) {
    case ("--inputs", let number?) where 1...1 << 40 ~= number: inputs = Int(number)
    case ("--first", let number?) where number <= 1 << 40: first = Int(number)
    case ("--seed", let number?): seed = number
    case ("--only", _) where targets.contains { $0.name == value }: only = value
    default: leaveWithUsage()
    }
}

Fuzzing.tellOfTraps()
let chosen = targets.filter { only == nil || $0.name == only }
for target in chosen {
    guard Fuzzing(target: target, seed: seed, inputs: first..<first + inputs).run() else { exit(1) }
}
