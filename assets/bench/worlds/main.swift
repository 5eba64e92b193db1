import Foundation

// `worlds-bench WORD...` measures what the words name.

let benches = ["explore": exploreBench]
let words = CommandLine.arguments.dropFirst()
guard let bench = words.first.flatMap({ benches[$0] }) else {
    FileHandle.standardError.write(Data("usage: worlds-bench explore [cores]\n".utf8))
    exit(64)
}
try bench(Array(words.dropFirst()))
