import LabKit
import Testing

@Test func smoke() throws {
    let r = try SampleOptions.parser.parse(["--data", "a", "b", "--workers=4", "--seed", "-1"])
    #expect(r.options.data == ["a", "b"])
    #expect(r.options.workers == 4 && r.options.seed == -1)
    #expect(r.given == ["--data", "--workers", "--seed"])
    for a: [Argument] in [
        [], ["help", "run"], ["run", "--worker", "3"], ["rum"],
        ["run", "--data", "a", "--workers", "x"], ["sum"], ["worker", "-h"],
    ] {
        print(a, sample.run(a).code)
    }
}
