import Glibc
import Testing
import Threads

@testable import Failpoints

@Suite struct FailpointsTests {
    /// Failpoints that keep what they announce, and never wait.
    private func failpoints(
        _ requests: [FailpointRequest],
        process: String = "Server"
    ) -> (failpoints: Failpoints, announced: Guarded<[String]>) {
        let announced = Guarded<[String]>([])
        let failpoints = Failpoints(
            requests,
            process: process,
            announce: { request in announced.withLock { $0.append("\(request)") } },
            waitForRelease: { request in
                announced.withLock { $0.append("wait for \(request.name)") }
            }
        )
        return (failpoints, announced)
    }

    @Test func `nothing happens at places that nobody asked about`() throws {
        for requests in [[], [FailpointRequest(.accepted, .error)]] {
            let (failpoints, announced) = failpoints(requests)
            for _ in 0..<3 { try failpoints.pass(.afterSave) }
            #expect(announced.withLock(\.self).isEmpty)
        }
        try Failpoints.off.pass(.afterSave)
    }

    @Test func `a place is not even looked up when nothing is switched on`() throws {
        func place() -> Failpoint {
            Issue.record("looked up")
            return .afterSave
        }
        try Failpoints.off.pass(place())
    }

    @Test func `it happens at the pass that was asked for, and once`() throws {
        let (failpoints, announced) = failpoints([
            .init(.afterSave, .error, pass: 2), .init(.afterSave, .error, pass: 4),
            .init(.beforeSave, .error),
        ])
        let thrown = (1...6).map { _ in
            do throws(FailpointError) {
                try failpoints.pass(.afterSave)
                return ""
            } catch {
                return error.name
            }
        }
        #expect(thrown == ["", "store.after-save", "", "store.after-save", "", ""])
        #expect(
            announced.withLock(\.self) == [
                "store.after-save=error@2", "store.after-save=error@4",
            ]
        )
    }

    @Test func `two runs in one process do not see each other`() throws {
        let (first, _) = failpoints([.init(.afterSave, .error, pass: 2)])
        let (second, _) = failpoints([.init(.afterSave, .error, pass: 2)])
        try first.pass(.afterSave)
        try second.pass(.afterSave)
        #expect(throws: FailpointError.self) { try first.pass(.afterSave) }
        #expect(throws: FailpointError.self) { try second.pass(.afterSave) }
    }

    @Test func `a request for another process is none here`() throws {
        let requests: [FailpointRequest] = [
            .init(.afterSave, .error, process: "Client"), .init(.beforeSave, .error),
        ]
        let (server, _) = failpoints(requests)
        try server.pass(.afterSave)
        #expect(throws: FailpointError.self) { try server.pass(.beforeSave) }
        let (client, _) = failpoints(requests, process: "Client")
        #expect(throws: FailpointError.self) { try client.pass(.afterSave) }
    }

    @Test func `of many threads one meets it`() {
        let (failpoints, announced) = failpoints([.init(.afterSave, .error, pass: 3000)])
        let thrown = Guarded(0)
        WorkCrew.perform(size: 4) { _ in
            for _ in 0..<1000 {
                do { try failpoints.pass(.afterSave) } catch { thrown.withLock { $0 += 1 } }
            }
        }
        #expect(thrown.withLock(\.self) == 1)
        #expect(announced.withLock(\.self).count == 1)
    }

    @Test func `a sleep is announced, lasts, and ends`() throws {
        let (failpoints, announced) = failpoints([.init(.afterSave, .sleep(nanoseconds: 2_000_000))]
        )
        let took = try ContinuousClock().measure { try failpoints.pass(.afterSave) }
        #expect(took >= .milliseconds(2))
        #expect(announced.withLock(\.self) == ["store.after-save=sleep:2ms@1"])
    }

    @Test func `a hold waits after it was announced, and goes on`() throws {
        let (failpoints, announced) = failpoints([.init(.afterSave, .hold)])
        try failpoints.pass(.afterSave)
        #expect(
            announced.withLock(\.self) == [
                "store.after-save=hold@1", "wait for store.after-save",
            ]
        )
    }

    @Test func `an exit ends the process with its status, at its pass`() async {
        await #expect(processExitsWith: .exitCode(37)) {
            try endOfProcess(.init(.afterSave, .exit(status: 37), pass: 3), passes: 3)
        }
        await #expect(processExitsWith: .exitCode(99)) {
            try endOfProcess(.init(.afterSave, .exit(status: 37), pass: 3), passes: 2)
        }
    }

    @Test func `whoever watches hears of an end before it comes`() async {
        await #expect(processExitsWith: .exitCode(55)) {
            try endOfProcess(.init(.afterSave, .kill), passes: 1) { _ in _exit(55) }
        }
        await #expect(processExitsWith: .exitCode(55)) {
            try endOfProcess(.init(.afterSave, .exit(status: 37)), passes: 1) { _ in _exit(55) }
        }
    }

    @Test func `a kill is a SIGKILL`() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            try endOfProcess(.init(.afterSave, .kill), passes: 1)
        }
    }
}

/// Passes so often, and leaves with 99 if that did not end the process.
private func endOfProcess(
    _ request: FailpointRequest,
    passes: Int,
    announce: @escaping Failpoints.Message = { _ in }
) throws -> Never {
    let failpoints = Failpoints(
        [request],
        process: "",
        announce: announce,
        waitForRelease: { _ in }
    )
    for _ in 0..<passes { try failpoints.pass(.afterSave) }
    _exit(99)
}
