import Testing

/// The rules, held against the house itself.
@Suite struct HouseTests {
    let tree = SourceTree.house

    @Test func `the whole house is looked at`() {
        #expect(tree["Package.swift"] != nil)
        #expect(tree[".ci/run"] != nil)
        #expect(tree["Sources/Text/WordTable.swift"] != nil)
        #expect(tree["labs/wordcount/Solution/wordcount.lua"] != nil)
        #expect(tree.files(suffix: ".swift").count > 60)
        #expect(tree.files(suffix: ".md").count > 10)
    }

    @Test func `pure rooms have no clock, no chance and no output`() {
        expectNone(tree.check(suffix: ".swift") { SwiftRules.purity($0) })
    }

    @Test func `nodes are plain data, as the compiler sees it`() {
        #expect(tree.files(suffix: ".swift").count(where: SwiftRules.declaresNode) > 5)
        expectNone(tree.check(suffix: ".swift", SwiftRules.synthesisedNodes))
    }

    @Test func `nothing traps where an error belongs`() {
        expectNone(tree.check(suffix: ".swift", SwiftRules.noTraps))
    }

    @Test func `nothing is printed past the check of the write`() {
        expectNone(tree.check(suffix: ".swift", SwiftRules.noPrint))
    }

    @Test func `files are of a length to be read`() {
        expectNone(tree.check(suffix: ".swift", SwiftRules.length))
    }

    @Test func `there are no tabs in Swift`() {
        expectNone(tree.check(suffix: ".swift", SwiftRules.noTabs))
    }

    @Test func `no work is left lying in the text`() {
        expectNone(tree.files.flatMap(SwiftRules.nothingLeftToDo))
    }

    @Test func `files are named for what they declare`() {
        expectNone(tree.check(suffix: ".swift") { SwiftRules.name($0) })
    }

    @Test func `modules import along the edges of the table`() {
        expectNone(tree.check(suffix: ".swift") { HouseRules.edges($0) })
    }

    @Test func `each edge is used, and its reason written down`() {
        expectNone(HouseRules.edgesAreUsedAndExplained(tree))
    }

    @Test func `failpoints have names of one form, each its own`() {
        expectNone(HouseRules.failpoints(tree))
    }

    @Test func `warnings are errors in every target`() throws {
        let manifest = try #require(tree["Package.swift"])
        expectNone(HouseRules.strictTargets(manifest))
    }

    @Test func `paths say what is there, and differ in more than case`() {
        expectNone(HouseRules.paths(tree))
    }

    @Test func `no path of a machine stands in the text`() {
        expectNone(tree.files.flatMap(HouseRules.noMachinePaths))
    }

    @Test func `the README's test command is the one that is run on every change`() {
        expectNone(HouseRules.sameTestCommand(tree))
    }

    @Test func `pages have one main heading, and blocks of code that end`() {
        expectNone(tree.check(suffix: ".md", PageRules.oneHeading))
        expectNone(tree.check(suffix: ".md", PageRules.blocksEnd))
    }

    @Test func `links lead somewhere`() {
        expectNone(tree.check(suffix: ".md") { PageRules.linksResolve($0, tree) })
    }

    @Test func `every page of the book can be reached from its index`() {
        expectNone(PageRules.reachable(tree))
    }

    @Test func `tables have the same columns in every row`() {
        expectNone(tree.check(suffix: ".md", PageRules.tablesAreRegular))
    }
}

private func expectNone(
    _ findings: [Finding],
    _ location: SourceLocation = #_sourceLocation
) {
    let list = findings.map(\.description).joined(separator: "\n")
    #expect(findings.isEmpty, "\(list)", sourceLocation: location)
}
