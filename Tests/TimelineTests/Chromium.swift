import Foundation
import Processes
import Testing

/// A browser without a window, to which a page is given together with a script that uses it.
struct Chromium {
    /// What the script found.
    struct Outcome: Decodable {
        /// Errors of any script on the page.
        let errors: [String]
        /// Checks that failed.
        let failures: [String]
        /// How many checks there were.
        let checks: Int
    }

    /// The program; nil where none is installed.
    static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = ["chromium", "chromium-browser", "google-chrome"].flatMap { name in
            folders.map { "\($0)/\(name)" }
        }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// Runs a script of `Page/` on a page.
    ///
    /// - Parameters:
    ///   - html: The page.
    ///   - script: The file whose script uses it.
    ///   - expected: What the script finds in the constant `expected`, as JSON.
    /// - Returns: What the script has reported.
    /// - Throws: If there is no browser, or the script did not come to its end.
    static func run(_ html: String, _ script: String, expected: String) throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("page-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func source(_ name: String) throws -> String {
            let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            return try String(
                contentsOf: here.appendingPathComponent("Page/\(name).js"),
                encoding: .utf8
            )
        }
        // Errors are collected from the first script on.
        let head = try #require(html.range(of: "<head>"))
        let page =
            html[..<head.upperBound] + "<script>\(try source("errors"))</script>"
            + html[head.upperBound...] + "<script>const expected = \(expected);\n"
            + "\(try source(script))</script>"
        let file = folder.appendingPathComponent("page.html")
        try Data(page.utf8).write(to: file)
        let dump = try dump(file, in: folder)
        let mark = "data-outcome=\""
        let start = try #require(
            dump.range(of: mark),
            "the script came to no end: \(dump.prefix(300))"
        )
        let encoded = dump[start.upperBound...].prefix { $0 != "\"" }
        let json = try #require(Data(base64Encoded: String(encoded)))
        return try JSONDecoder().decode(Outcome.self, from: json)
    }

    /// The page as it is when its scripts have done their work.
    private static func dump(_ file: URL, in folder: URL) throws -> String {
        let output = folder.appendingPathComponent("output")
        let descriptor = open(output.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer {
            close(descriptor)
            close(null)
        }
        var command = ChildProcess.Command(
            try #require(path),
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                "--window-size=1280,800", "--user-data-dir=\(folder.path)/profile", "--dump-dom",
                "--virtual-time-budget=60000", file.absoluteString,
            ]
        )
        command.directory = folder.path
        command.output = descriptor
        command.error = null
        let process = try ChildProcess(command)
        _ = try #require(process.wait(upTo: .seconds(180)), "the browser still runs")
        return try String(contentsOf: output, encoding: .utf8)
    }
}
