import Glibc
import Testing

@testable import Files

@Suite struct SealTests {
    private let form = Seal.Form("lightcone-test", version: 2, wordCount: 2)
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func file(_ body: [UInt8], _ words: [String] = ["a", "17"]) -> [UInt8] {
        Seal(form, words, sealing: body).line(form) + body
    }

    /// What both ways of reading say, which must be the same.
    private func read(_ bytes: [UInt8]) throws -> Result<SealedFile, SealedFile.Failure> {
        let path = scratch.path + "/file"
        try scratch.write(bytes, to: "file")
        let read = result { () throws(SealedFile.Failure) in try SealedFile.read(path, form) }
        let checked = result { () throws(SealedFile.Failure) in try SealedFile.check(path, form) }
        switch (read, checked) {
        case (.success(let read), .success(let checked)):
            #expect(read.seal == checked.seal && read.bodyBytes == checked.bodyBytes)
            #expect(read.isWhole == checked.isWhole)
            #expect(read.bytes == bytes && checked.bytes.isEmpty)
            #expect(try SealedFile.seal(of: path, form) == read.seal)
        case (.failure(let one), .failure(let other)): #expect(one == other)
        case (.success, .failure), (.failure, .success): Issue.record("\(read), \(checked)")
        }
        return read
    }

    @Test func `the line has a mark, a version, words and the checksum of all the rest`() throws {
        let file = file(Array("body".utf8))
        // zlib.crc32(b"lightcone-test 2 a 17 body")
        #expect(String(decoding: file, as: UTF8.self) == "lightcone-test 2 a 17 e440ec49\nbody")
    }

    @Test(arguments: [0, 1, 1000, 1 << 18, (1 << 18) + 1, 3 << 18])
    func `what is read is what was sealed, however large`(count: Int) throws {
        // The ends of the pieces in which a file is checked are met exactly, and by one byte.
        for bytes in [count, max(0, count - 30), max(0, count - 31), max(0, count - 29)] {
            let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }
            let sealed = try read(file(body)).get()
            #expect(sealed.isWhole && sealed.bodyBytes == bytes)
            #expect(sealed.seal.words == ["a", "17"])
            #expect(sealed.bytes[sealed.seal.lineBytes...].elementsEqual(body))
        }
    }

    @Test func `every flipped bit and every length but the right one is noticed`() throws {
        let whole = file(Array("to be or not".utf8))
        func isWhole(_ bytes: [UInt8]) throws -> Bool { (try? read(bytes).get())?.isWhole ?? false }
        #expect(try isWhole(whole))
        for count in 0..<whole.count { #expect(try !isWhole(Array(whole[..<count]))) }
        #expect(try !isWhole(whole + [0]))
        for place in whole.indices {
            for bit in 0..<8 {
                var damaged = whole
                damaged[place] ^= 1 << bit
                #expect(try !isWhole(damaged), "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test func `what is no seal is told apart`() throws {
        func mistake(_ text: String) throws -> Seal.Mistake? {
            switch try read(Array(text.utf8)) {
            case .success: return nil
            case .failure(.mistake(let mistake)): return mistake
            case .failure(.file(let failure)): throw failure
            }
        }
        #expect(try mistake("") == .otherMark)
        #expect(try mistake("lightcone-tes") == .otherMark)
        #expect(try mistake("#!/bin/sh\n") == .otherMark)
        #expect(try mistake("lightcone-test 3 a b c\n") == .otherVersion("3"))
        #expect(try mistake("lightcone-test 02 a b c\n") == .otherVersion("02"))
        #expect(try mistake("lightcone-test \n") == .malformedLine)
        #expect(try mistake("lightcone-test 2 a b c") == .malformedLine)
        #expect(try mistake("lightcone-test 2 a b\n") == .malformedLine)
        #expect(try mistake("lightcone-test 2 a b c d\n") == .malformedLine)
        let long = String(repeating: "x", count: Seal.lineBytesMax)
        #expect(try mistake("lightcone-test 2 a \(long) c\n") == .malformedLine)
        #expect(try mistake("lightcone-test 2 a b c\n") == nil)
    }

    @Test func `any bytes behind the mark are read without a trap`() throws {
        // A line is put together from the pieces that matter, in every order of four.
        let pieces: [[UInt8]] = [[32], [10], [50], [0xFF], [0xC3], [0], [97]]
        let mark = Array("lightcone-test ".utf8)
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let bytes = mark + [50, 32] + a + b + c + d
                        let seal = try? bytes.withUnsafeBytes { try Seal(reading: $0, form) }
                        // The checksum is never right by chance: it has as many digits as here.
                        #expect(seal?.holds(UnsafeRawBufferPointer(start: nil, count: 0)) != true)
                    }
                }
            }
        }
    }
}

private func result<Value, Failure>(
    _ body: () throws(Failure) -> Value
) -> Result<Value, Failure> {
    do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
}
