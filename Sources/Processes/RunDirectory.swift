import CLinux
import Glibc

/// A fresh folder of mode 0700 for one run, which vanishes with the run, however the run ends.
///
/// A small shell process stands guard: it holds the other end of a pipe, and when that closes (we
/// let go, left, crashed, or were killed by SIGKILL) it kills the process groups it was told to
/// guard and removes the folder. The ordinary ending takes the very same way, so that the way of
/// the crash is walked every day. The parent-death signal would not do: it fires when the *thread*
/// that started the child ends.
public final class RunDirectory {
    /// The folder's absolute path, short enough that a Unix socket fits below it.
    public let path: String
    private let guardian: ChildProcess
    private let orders: Int32
    private var guarded: [Int32] = []
    private var isRemoved = false

    /// Makes the folder below `TMPDIR`, or below `/tmp` where that is unset or too long.
    ///
    /// - Parameter name: The beginning of the folder's name.
    /// - Throws: `ProcessFailure` when the folder or its guard cannot be made; then neither is.
    public init(name: String) throws(ProcessFailure) {
        // A guard that somebody killed must not take us along when we write to it.
        signal(SIGPIPE, SIG_IGN)
        // A socket's path has 108 bytes on Linux; the folder's name and "/redis.sock" need 40.
        let temporary = getenv("TMPDIR").flatMap { resolved($0) }
        let base = temporary.flatMap { $0.utf8.count < 64 ? $0 : nil } ?? resolved("/tmp") ?? "/tmp"
        var template = Array("\(base)/\(name).XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .refusal(of: "making a folder in \(base)") }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        do throws(ProcessFailure) {
            (guardian, orders) = try startGuard(over: path, name: name)
        } catch {
            rmdir(path)
            throw error
        }
        self.path = path
    }

    deinit { remove() }

    /// Has the process group of `pid` killed when we end; the process must have started in `path`.
    public func guardGroup(of pid: Int32) {
        // Once the descriptor is closed, its number may be somebody else's.
        guard !isRemoved else { return }
        guarded.append(pid)
        send("guard \(pid)\n", to: orders)
    }

    /// Ends the guarding of a group, best after its end: before it, a death of ours in between
    /// would leave the group behind.
    public func releaseGroup(of pid: Int32) {
        guard !isRemoved else { return }
        guarded.removeAll { $0 == pid }
        send("release \(pid)\n", to: orders)
    }

    /// Removes the folder and what is guarded; returns when both are gone (at most 10 s).
    public func remove() {
        guard !isRemoved else { return }
        isRemoved = true
        close(orders)
        // A guard that somebody has stopped would leave the folder behind.
        guardian.signal(SIGCONT)
        if guardian.wait(upTo: .seconds(10))?.isSuccess ?? false { return }
        // Somebody has killed the guard: another one does what is left to do.
        if let (second, orders) = try? startGuard(over: path, name: "guard") {
            for pid in guarded { send("guard \(pid)\n", to: orders) }
            close(orders)
            if second.wait(upTo: .seconds(10))?.isSuccess ?? false { return }
        }
        // Where no more processes may be started, no guard can call `rm`.
        removeTree(path)
    }
}

/// Removes a folder with all that lies in it, as far as that can be done; links are not followed.
private func removeTree(_ path: String) {
    if let stream = opendir(path) {
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        closedir(stream)
        for name in names where unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") }
    }
    rmdir(path)
}

/// The path without links, since that is how the kernel names a process's folder.
///
/// Nil for a relative one. What is not there stays as it is, to be named when making a folder in it
/// fails.
private func resolved(_ path: UnsafePointer<CChar>) -> String? {
    guard path.pointee == CChar(UInt8(ascii: "/")) else { return nil }
    guard let real = realpath(path, nil) else { return String(cString: path) }
    defer { free(real) }
    return String(cString: real)
}

private func send(_ line: String, to orders: Int32) {
    // Shorter than PIPE_BUF, so it is written whole or not at all. If somebody has killed the guard
    // the write fails, and the run goes on unguarded.
    _ = Array(line.utf8).withUnsafeBytes { write(orders, $0.baseAddress, $0.count) }
}

private func startGuard(
    over path: String,
    name: String
) throws(ProcessFailure) -> (guardian: ChildProcess, orders: Int32) {
    let pipe = try Pipe()
    defer { close(pipe.reading) }
    var command = ChildProcess.Command("/bin/sh", ["-c", guardScript, name, path])
    command.input = pipe.reading
    command.output = nil
    command.error = nil
    command.ownSession = true
    do throws(ProcessFailure) {
        return (try ChildProcess(command), pipe.writing)
    } catch {
        close(pipe.writing)
        throw error
    }
}

/// Reads orders until its input closes; succeeds when the folder is gone.
///
/// `/proc/PID/cwd` tells whether the number still names the process that was started in our folder,
/// or, after a crash of ours, somebody who got it since. `kill -9 --` would be wrong: dash takes the
/// `--` for a number.
private let guardScript = """
    trap '' INT TERM HUP QUIT
    PATH="$PATH:/usr/bin:/bin"
    pids=' '
    while read -r word number; do
        case $word in
            guard) pids="$pids$number " ;;
            release)
                case $pids in
                    *" $number "*) pids="${pids%% $number *} ${pids#* $number }" ;;
                esac
                ;;
        esac
    done
    for pid in $pids; do
        # Somebody may have removed the folder before us.
        case $(readlink "/proc/$pid/cwd") in
            "$1" | "$1 (deleted)") kill -s KILL -- "-$pid" ;;
        esac
    done
    tries=0
    while ! rm -rf -- "$1" && [ $tries -lt 100 ]; do tries=$((tries + 1)); done
    [ ! -e "$1" ]
    """
