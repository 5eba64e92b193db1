/// The counts of a table as bytes, for those who keep bytes: what a worker hands over.
///
/// ``PackedCounts`` is the same as a value, and has the form.
public enum PartialCounts {
    /// Packs a table.
    public static func encode(_ table: WordTable) -> [UInt8] {
        table.packed().bytes
    }

    /// Adds packed counts to a table.
    ///
    /// All bytes are checked before the first word is added: the table takes all or nothing.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes at all.
    ///   - table: What they are added to.
    /// - Throws: ``DecodingFailure``; the table is then as it was.
    public static func merge(
        _ bytes: UnsafeRawBufferPointer,
        into table: WordTable
    ) throws(DecodingFailure) {
        let totals = try PackedForm.check(bytes, addingTo: table.words)
        table.merge(checked: bytes, totals)
    }

    /// Adds packed counts to a table.
    ///
    /// - Parameters:
    ///   - bytes: Any bytes at all.
    ///   - table: What they are added to.
    /// - Throws: ``DecodingFailure``; the table is then as it was.
    public static func merge(
        _ bytes: [UInt8],
        into table: WordTable
    ) throws(DecodingFailure) {
        // A closure that throws a type of its own is not accepted by every buffer call.
        let result = bytes.withUnsafeBytes { buffer in
            Result<Void, DecodingFailure> { () throws(DecodingFailure) in
                try merge(buffer, into: table)
            }
        }
        try result.get()
    }
}
