import Testing

/// Each rule, held against a planted violation: a rule that cannot fail holds nothing.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String = "") -> SourceFile {
        SourceFile(path: path, text: text)
    }

    @Test(arguments: SwiftRules.impureWords)
    func `an impure word is found in a pure room and nowhere else`(word: String) {
        let text = "let a = 1\nlet b = thing\(word)\nlet c = \(word)\n"
        let found = SwiftRules.purity(file("Sources/Text/A.swift", text))
        #expect(found.map(\.line).contains(3))
        #expect(SwiftRules.purity(file("Sources/Redis/A.swift", text)).isEmpty)
    }

    @Test func `a node is pure and plain wherever it stands`() {
        let impure = "struct Worker: Node {\n  let a = Date()\n  static func == (l: A, r: A) {}\n}"
        for path in ["labs/a/Solution/Worker.swift", "Tests/ATests/Worker.swift"] {
            #expect(SwiftRules.purity(file(path, impure)).map(\.line) == [2])
            #expect(SwiftRules.synthesisedNodes(file(path, impure)).map(\.line) == [3])
        }
        let others = [
            "struct A: NodeID {}", "struct A<N: Node>: B {}", "let a: Node",
            "enum A: Hashable {} // : Node",
        ]
        for text in others {
            #expect(!SwiftRules.declaresNode(file("labs/a/Solution/A.swift", text)), "\(text)")
        }
        #expect(SwiftRules.declaresNode(file("A.swift", "enum Role: Sendable, Node {")))
    }

    @Test func `an exception lets one word of one file pass`() {
        let bad = file("Sources/Text/A.swift", "let a = getenv(name)\n")
        let exception = SwiftRules.Exception(path: bad.path, word: "getenv(", reason: "a test")
        #expect(SwiftRules.purity(bad).count == 1)
        #expect(SwiftRules.purity(bad, exceptions: [exception]).isEmpty)
        let other = file("Sources/Text/B.swift", bad.text)
        #expect(SwiftRules.purity(other, exceptions: [exception]).count == 1)
    }

    @Test func `words in comments and in quotes are not code`() {
        let text = """
            // Date() and print(
            /* Task {
               print( */
            let a = "print(\\"x\\") Date()"
            let b = \"\"\"
                getenv(
                \"\"\"
            let c = Date()
            """
        let found = SwiftRules.purity(file("Sources/Text/A.swift", text))
        #expect(found.map(\.line) == [8])
    }

    @Test func `a longer name does not hold the word`() {
        let text = "blueprint(x)\nlet d = UpDate()\nlog.print(x)\n"
        #expect(SwiftRules.noPrint(file("Sources/Redis/A.swift", text)).isEmpty)
        #expect(SwiftRules.noPrint(file("labs/a/Solution/A.swift", "print(x)")).count == 1)
        #expect(SwiftRules.noPrint(file("Tests/A/A.swift", "print(x)")).isEmpty)
    }

    @Test(arguments: ["try! f()", "    fatalError(\"no\")", "x as! Int", "x = (try! f())"])
    func `a trap is found`(text: String) {
        #expect(SwiftRules.noTraps(file("Sources/Text/A.swift", text)).count == 1)
        #expect(SwiftRules.noTraps(file("Sources/Text/A.swift", "// " + text)).isEmpty)
    }

    @Test func `a tab, a long file and work left over are found`() {
        let tab = SwiftRules.noTabs(file("A.swift", "a\n\tb\n"))
        #expect(tab.map(\.line) == [2])
        let line = "a\n"
        let long = String(repeating: line, count: SwiftRules.linesMax)
        #expect(SwiftRules.length(file("A.swift", long)).isEmpty)
        #expect(SwiftRules.length(file("A.swift", long + line)).count == 1)
        let left = SwiftRules.nothingLeftToDo(file("A.swift", "a\n// TO" + "DO: b\n"))
        #expect(left.map(\.line) == [2])
    }

    @Test func `a file without the type of its name is found`() {
        let path = "Sources/Text/Word.swift"
        #expect(SwiftRules.name(file(path, "public struct Word {}\nstruct Part {}")).isEmpty)
        #expect(SwiftRules.name(file(path, "struct Part {}")).count == 1)
        #expect(SwiftRules.name(file(path, "private struct Part {}\nfunc f() {}")).isEmpty)
        #expect(SwiftRules.name(file(path, "func word() {}\nstruct Part {}")).isEmpty)
        let topic = "Sources/Text/Word+Parts.swift"
        #expect(SwiftRules.name(file(topic, "extension Word {}")).isEmpty)
        #expect(SwiftRules.name(file(topic, "extension Part {}")).count == 1)
    }

    @Test func `an import across a missing edge is found, however it is written`() {
        let table: [String: Set<String>] = ["A": [], "B": ["A"]]
        for text in ["import B", "public import B", "@testable import B", "import struct B.C"] {
            let found = HouseRules.edges(file("Sources/A/X.swift", "\n" + text), table: table)
            #expect(found.map(\.line) == [2], "\(text)")
        }
        #expect(HouseRules.edges(file("Sources/B/X.swift", "import A"), table: table).isEmpty)
        #expect(HouseRules.edges(file("Sources/A/X.swift", "import Glibc"), table: table).isEmpty)
        #expect(HouseRules.edges(file("Sources/C/X.swift", ""), table: table).count == 1)
        #expect(HouseRules.edges(file("labs/C/Solution/X.swift"), table: table).count == 1)
    }

    @Test func `an edge that nobody uses, or nobody explains, is found`() {
        let table: [String: Set<String>] = ["A": [], "B": ["A"]]
        let page = file("docs/architecture.md", "| B → A | for the words |")
        let user = file("Sources/B/X.swift", "import A")
        func found(_ files: [SourceFile]) -> Int {
            HouseRules.edgesAreUsedAndExplained(SourceTree(files: files), table: table).count
        }
        #expect(found([page, user]) == 0)
        #expect(found([page]) == 1)
        #expect(found([user]) == 1)
    }

    @Test func `a failpoint with a bad name, or with that of another, is found`() {
        let text = """
            /// static let example = Failpoint("store.after-save", "in a comment")
            static let good = Failpoint("store.after-save", "the save is durable")
            static let bad = Failpoint("afterSave", "no point in it")
            """
        let other = "let again = Failpoint(\n    \"store.after-save\", \"elsewhere\")\n"
        func found(_ files: [SourceFile]) -> [String] {
            HouseRules.failpoints(SourceTree(files: files)).map(\.reason)
        }
        #expect(found([file("Sources/A/A.swift", text)]) == ["afterSave is no name of a place"])
        let both = [file("Sources/A/A.swift", text), file("labs/b/Solution/B.swift", other)]
        #expect(found(both).last == "store.after-save is in Sources/A/A.swift too")
        #expect(found([file("Tests/A/A.swift", text)]).isEmpty)
    }

    @Test func `a target that is not strict is found`() {
        let text = """
            .target(name: "A", swiftSettings: strict),
            .systemLibrary(name: "C"),
            .testTarget(
                name: "B",
                dependencies: ["A"]
            ),
            """
        let found = HouseRules.strictTargets(file("Package.swift", text))
        #expect(found.map(\.reason) == ["target B is not strict"])
    }

    @Test func `an empty name and two paths that differ in case are found`() {
        let found = HouseRules.paths(
            SourceTree(files: [
                file("Sources/A/Utils.swift"), file("Sources/Common/B.swift"),
                file("Sources/A/C.swift"), file("Sources/a/c.swift"),
            ])
        )
        #expect(found.count == 3)
    }

    @Test func `a path of a machine is found`() {
        #expect(HouseRules.noMachinePaths(file("A.md", "see /ho" + "me/me/x")).count == 1)
        #expect(HouseRules.noMachinePaths(file("A.md", "see /usr/local/bin")).isEmpty)
    }

    @Test func `a README with another test command is found`() {
        let tree = SourceTree(files: [
            file("README.md", "swift test"), file(".ci/run", "make test"),
        ])
        #expect(HouseRules.sameTestCommand(tree).map(\.path) == ["README.md"])
    }

    @Test func `a page with no heading, two headings or an open block is found`() {
        #expect(PageRules.oneHeading(file("A.md", "# One\n\n## Two\n")).isEmpty)
        #expect(PageRules.oneHeading(file("A.md", "text\n")).count == 1)
        #expect(PageRules.oneHeading(file("A.md", "# One\n# Two\n")).map(\.line) == [2])
        #expect(PageRules.oneHeading(file("A.md", "# One\n```sh\n# no\n```\n")).isEmpty)
        #expect(PageRules.blocksEnd(file("A.md", "# One\n```sh\n")).count == 1)
    }

    @Test func `a link that leads nowhere is found`() {
        let page = file(
            "docs/a.md",
            """
            # Page
            [good](b.md) [good](../README.md) [good](#page) [good](b.md#the-end) [good](../labs)
            [good](https://example.org) `[code](not/a/link)`
            [bad](c.md) [bad](../docs/d.md) [bad](b.md#no)
            """
        )
        let tree = SourceTree(files: [
            page, file("docs/b.md", "# B\n## The end\n"), file("README.md", "# R\n"),
            file("labs/x/README.md"),
        ])
        let found = PageRules.linksResolve(page, tree)
        #expect(found.count == 3)
        #expect(Set(found.map(\.line)) == [4])
    }

    @Test func `a page that cannot be reached is found`() {
        let found = PageRules.reachable(
            SourceTree(files: [
                file("docs/README.md", "[a](a.md)"), file("docs/a.md", "[b](decisions/b.md)"),
                file("docs/decisions/b.md"), file("docs/c.md"), file("README.md"),
            ])
        )
        #expect(found.map(\.path) == ["docs/c.md"])
    }

    @Test func `a table with a row of another length is found`() {
        let text = "| a | b |\n|---|---|\n| 1 | 2 \\| 3 |\n| 1 |\n\n| c |\n"
        #expect(PageRules.tablesAreRegular(file("A.md", text)).map(\.line) == [4])
    }
}
