import Chance

/// A decoder that is given any bytes, and what must hold of its answers.
///
/// To add one: conform a type to this and put it into the list of `main.swift`. A `WireCodec` needs no
/// new type, only a ``CodecTarget``.
protocol FuzzTarget {
    /// One word that names it on the command line.
    var name: String { get }

    /// What may become of an input. Each must have been seen at the end, or the fuzzer did not get there
    /// and has shown nothing.
    var outcomes: [String] { get }

    /// Replaces `bytes` by an input that follows from the numbers drawn.
    func makeInput(_ bytes: inout [UInt8], _ chance: inout SplitMix64)

    /// Decodes an input and checks the answer.
    ///
    /// - Returns: Which of ``outcomes`` it was.
    func outcome(
        of bytes: [UInt8],
        _ chance: inout SplitMix64
    ) throws(BrokenInvariant) -> Int
}

/// Something that must hold of every input, and does not of this one.
struct BrokenInvariant: Error {
    let reason: String
}
