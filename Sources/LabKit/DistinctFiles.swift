/// The files that a command line names: each is read, or written once.
public enum DistinctFiles {
    /// Refuses a file that is to be written if it is read as well, or written twice.
    ///
    /// Called before any file is made: nothing is lost, whatever was mistyped.
    ///
    /// - Parameters:
    ///   - written: Options with the files that they name, if they are given.
    ///   - read: What is read, for the message: "the fault plan", with its file.
    /// - Throws: `UsageError` that names the option and the file.
    public static func check(
        written: [(option: String, path: Argument?)],
        read: [(what: String, path: Argument)] = []
    ) throws(UsageError) {
        var inputs: [FileIdentity: String] = [:]
        for (what, path) in read {
            if let identity = FileIdentity(path) { inputs[identity] = what }
        }
        var outputs: [FileIdentity: String] = [:]
        for (option, path) in written {
            guard let path, let identity = FileIdentity(path) else { continue }
            if let what = inputs[identity] {
                throw UsageError("\(option) names \(what) that is read, \(path.quoted)")
            }
            if let other = outputs.updateValue(option, forKey: identity) {
                throw UsageError("\(other) and \(option) name the same file, \(path.quoted)")
            }
        }
    }
}
