import Files
import FoundationEssentials
import Glibc
import LabKit
import Nodes

/// What a folder of checkpoints says of its job, so that it can go on: the file `job.json`.
struct JobFile: Codable {
    static let name = "job.json"
    static let currentVersion = 1

    var version = currentVersion
    /// The options with which the job was started.
    let words: [String]
    /// From where their paths are meant.
    let root: String
    /// How many complete checkpoints stay.
    let keptMax: Int
    /// The files of each stream, and how large they were: a cursor means something in these only.
    let files: [String: [File]]

    /// A file of words.
    struct File: Hashable, Codable {
        let name: String
        let bytes: Int
    }

    init(words: [String], root: String, keptMax: Int, files: [String: [File]]) {
        self.words = words
        self.root = root
        self.keptMax = keptMax
        self.files = files
    }

    /// Reads that of a folder.
    init(in folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try WholeFile.read(path) } catch {
            guard !error.isForLackOfRights else {
                let remedy = "let this user read and write there"
                throw CommandFailure("\(error)", remedy: remedy, status: .noPermission)
            }
            throw CommandFailure(
                "\(error)",
                remedy: "name a folder that 'checkpointing run --checkpoints' has made",
                status: .noInput
            )
        }
        guard let file = try? JSONDecoder().decode(JobFile.self, from: Data(bytes)),
            file.version == Self.currentVersion, file.keptMax >= 1
        else {
            throw CommandFailure("this is not the file of a job", at: path, status: .data)
        }
        self = file
    }

    /// Writes it; the folder is there.
    func write(to folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        let bytes = try JSONEncoder().encode(self)
        do throws(FileFailure) {
            try WholeFile.write([Array(bytes)], to: path + "~")
            try Folder.rename(path + "~", to: path)
            try Folder.synchronise(folder)
        } catch {
            throw CommandFailure("\(error)", status: .cantCreate)
        }
    }

    /// The options of the job, as a command line has them.
    func options() throws -> PipelineOptions {
        let parser = OptionParser(defaults: PipelineOptions()) { PipelineOptions.declaration }
        var options: PipelineOptions
        do throws(UsageError) {
            options = try parser.parse(words.map { Argument($0) }).options
        } catch {
            throw CommandFailure("\(Self.name): \(error.message)", status: .data)
        }
        options.root = root
        options.keptMax = keptMax
        return options
    }

    /// What the streams of a job hold now.
    static func files(of inputs: Inputs) -> [String: [File]] {
        var files: [String: [File]] = [:]
        for stream in inputs.names {
            files[stream] = inputs.texts(of: stream).map { name in
                var status = stat()
                // Made-up files are always the same.
                let isThere = stat(name, &status) == 0
                return File(name: name, bytes: isThere ? Int(status.st_size) : 0)
            }
        }
        return files
    }

    /// Refuses files that are not those with which the job began.
    func check(_ inputs: Inputs) throws(CommandFailure) {
        let now = Self.files(of: inputs)
        guard now != files else { return }
        let changed = files.keys.sorted().flatMap { stream in
            let before = files[stream] ?? []
            let after = now[stream] ?? []
            return before.indices.filter { $0 >= after.count || after[$0] != before[$0] }
                .map { before[$0].name }
        }
        throw CommandFailure(
            "\(changed.first.map { "\($0) is" } ?? "the files are") not as when the job began",
            remedy: "bring the files back, or begin anew in another folder",
            status: .data
        )
    }
}
