import Files
import FoundationEssentials
import LabKit

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

    init(words: [String], root: String, keptMax: Int) {
        self.words = words
        self.root = root
        self.keptMax = keptMax
    }

    /// Reads that of a folder.
    init(in folder: String) throws {
        let path = "\(folder)/\(Self.name)"
        let bytes: [UInt8]
        do throws(FileFailure) { bytes = try WholeFile.read(path) } catch {
            throw CommandFailure(
                "\(error)",
                remedy: "name a folder that 'checkpointing run --checkpoints' has made",
                status: .noInput
            )
        }
        guard let file = try? JSONDecoder().decode(JobFile.self, from: Data(bytes)),
            file.version == Self.currentVersion
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
        var options = try parser.parse(words.map { Argument($0) }).options
        options.root = root
        options.keptMax = keptMax
        return options
    }
}
