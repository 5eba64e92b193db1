extension Command {
    /// The command, or another one where a word is among the arguments: `run SCENARIO`, `run --deployed`.
    ///
    /// The other one does not see the word. Help shows both, one after the other.
    ///
    /// - Parameters:
    ///   - word: The word, such as `--deployed`.
    ///   - other: What is done then; its name does not matter.
    /// - Returns: A command with the name and the summary of this one.
    public func or(_ word: String, _ other: Command) -> Command {
        with {
            help($0) + "\nWith \(word):\n\n" + other.help("\($0) \(word)")
        } run: { arguments in
            guard let place = arguments.firstIndex(of: Argument(word)) else {
                return try run(arguments)
            }
            var rest = arguments
            rest.remove(at: place)
            return try other.run(rest)
        }
    }
}
