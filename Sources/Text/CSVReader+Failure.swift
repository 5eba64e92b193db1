extension CSVReader {
    /// Why the file cannot be read.
    enum Failure: Error {
        /// It breaks the rules on this line, counted from 1.
        case malformed(CSVFault, line: UInt64)
        /// The word that begins at this byte is longer than ``Limit/wordBytesMax``.
        case wordTooLong(offset: UInt64)

        /// The failure as it is told outside.
        func inFile(_ path: InputPath) -> TextFailure {
            switch self {
            case .malformed(let fault, let line):
                .malformedCSV(path: path, line: line, fault: fault)
            case .wordTooLong(let offset):
                .wordTooLong(path: path, offset: offset)
            }
        }
    }
}
