import Messaging

/// A file behind a ``Seal``, as it was found.
public struct SealedFile: Hashable, Sendable {
    /// Its first line.
    public let seal: Seal
    /// How many bytes follow the first line.
    public let bodyBytes: Int
    /// Whether the body is the one that was sealed, to the last bit.
    public let isWhole: Bool
    /// All bytes of the file, if they were to be kept: the body begins at `seal.lineBytes`.
    public let bytes: [UInt8]

    /// Why a file has no seal that can be read.
    public enum Failure: Error, Hashable, Sendable {
        /// It could not be read at all.
        case file(FileFailure)
        /// It could, and its first line is not one.
        case mistake(Seal.Mistake)
    }

    /// Reads a file with its body: one copy of the bytes, and no more.
    public static func read(_ path: String, _ form: Seal.Form) throws(Failure) -> SealedFile {
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try WholeFile.read(path) } catch { throw .file(error) }
        let seal = try seal(bytes, form)
        let isWhole = bytes.withUnsafeBytes {
            seal.holds(UnsafeRawBufferPointer(rebasing: $0[seal.lineBytes...]))
        }
        let count = bytes.count - seal.lineBytes
        return SealedFile(seal: seal, bodyBytes: count, isWhole: isWhole, bytes: bytes)
    }

    /// Goes through a file piece by piece, and keeps nothing of its body.
    public static func check(_ path: String, _ form: Seal.Form) throws(Failure) -> SealedFile {
        let file = try open(path)
        let head = try piece(of: file, upTo: pieceBytes)
        let seal = try seal(head, form)
        var sum = Checksum.crc32(Array(head[seal.lineBytes...]), after: seal.begun)
        var count = head.count
        while count <= WholeFile.bytesMax {
            let piece = try piece(of: file, upTo: pieceBytes)
            if piece.isEmpty { break }
            sum = Checksum.crc32(piece, after: sum)
            count += piece.count
        }
        return SealedFile(
            seal: seal,
            bodyBytes: count - seal.lineBytes,
            isWhole: seal.isRight(sum),
            bytes: []
        )
    }

    /// Reads the first line of a file, whatever follows it.
    public static func seal(of path: String, _ form: Seal.Form) throws(Failure) -> Seal {
        let file = try open(path)
        return try seal(try piece(of: file, upTo: Seal.lineBytesMax), form)
    }

    private static func open(_ path: String) throws(Failure) -> OpenFile {
        do throws(FileFailure) { return try OpenFile(reading: path) } catch { throw .file(error) }
    }

    private static func piece(
        of file: borrowing OpenFile,
        upTo bytesMax: Int
    ) throws(Failure) -> [UInt8] {
        do throws(FileFailure) { return try file.read(upTo: bytesMax) } catch { throw .file(error) }
    }

    private static func seal(_ head: [UInt8], _ form: Seal.Form) throws(Failure) -> Seal {
        let result: Result<Seal, Seal.Mistake> = head.withUnsafeBytes { bytes in
            do throws(Seal.Mistake) { return .success(try Seal(reading: bytes, form)) } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let seal): return seal
        case .failure(let mistake): throw .mistake(mistake)
        }
    }

    private static let pieceBytes = 1 << 18
}
