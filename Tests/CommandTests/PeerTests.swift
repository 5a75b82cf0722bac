import Glibc
import Testing

/// What another process of the same user gets of Coffer while it holds keys, and what a launched program gets back.
@Suite struct PeerTests {
  /// Everything is in memory there: keys, and the values about to be imported.
  private static func waiting(_ sandbox: Sandbox, _ command: [String]) throws -> PseudoTerminal {
    try sandbox.write("TOKEN=a value in memory\n", to: ".env", mode: 0o600)
    let terminal = try sandbox.terminal(running: command)
    try terminal.expect("Import into development? [Y/n] ")
    return terminal
  }

  @Test func `a process of the same user cannot look into Coffer while it holds keys`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    let terminal = try Self.waiting(sandbox, ["coffer", "import", ".env"])
    defer { terminal.child.kill() }
    let pid = terminal.child.pid
    for file in ["mem", "environ", "maps", "smaps", "auxv", "syscall", "stack", "fd", "map_files", "pagemap", "io"] {
      let result = try sandbox.run([
        "sh", "-c", "ls /proc/\(pid)/\(file)/ >/dev/null || head -c 1 /proc/\(pid)/\(file)",
      ])
      #expect(!result.succeeded && result.output.isEmpty, "\(file) of another's process: \(result)")
    }
    for link in ["exe", "cwd", "root"] {
      #expect(try !sandbox.run(["readlink", "/proc/\(pid)/\(link)"]).succeeded, "\(link)")
    }
    // The same looks work at a program that does not defend itself: they would have shown something.
    let open = try sandbox.start("sleep", "60")
    defer { open.kill() }
    usleep(300_000)
    let result = try sandbox.run([
      "sh", "-c", "cat /proc/\(open.pid)/environ /proc/\(open.pid)/maps; readlink /proc/\(open.pid)/exe",
    ])
    #expect(result.succeeded && result.stdout.contains("COFFER_HOME="), "\(result)")
    #expect(terminal.child.poll() == nil, "it waited no more: \(terminal)")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `a process of the same user cannot trace Coffer while it holds keys`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    let terminal = try Self.waiting(sandbox, ["coffer", "import", ".env"])
    defer { terminal.child.kill() }
    let result = try sandbox.run(["strace", "-p", "\(terminal.child.pid)"], seconds: 20)
    #expect(!result.succeeded && result.stderr.contains("Operation not permitted"), "\(result)")
    #expect(terminal.child.poll() == nil, "it waited no more: \(terminal)")
  }

  @Test func `a crash shows nothing of memory`() throws {
    _ = try Self.crashed()
  }

  @Test(.enabled(if: Conditions.leavesCoreDumps, "nobody leaves a core dump in the working folder here"))
  func `a crash leaves no core dump`() throws {
    let sandbox = try Self.crashed()
    #expect(Conditions.cores(in: sandbox).isEmpty)
    // In the same folder, a program that does not defend itself leaves one.
    let control = try sandbox.run(["sh", "-c", "ulimit -c unlimited && kill -SEGV $$"])
    #expect(control.ending == .signal(SIGSEGV) && Conditions.cores(in: sandbox).count == 1, "\(control)")
  }

  /// Coffer, ended by a fault while it holds keys and values.
  private static func crashed() throws -> Sandbox {
    let sandbox = try Sandbox.withVault(unlocked: false)
    let terminal = try waiting(sandbox, ["sh", "-c", "ulimit -c unlimited; exec \(sandbox.program) import .env"])
    terminal.child.signal(SIGSEGV)
    #expect(terminal.finish() == .signal(SIGSEGV), "\(terminal)")
    // Swift's own crash report holds registers and, at a terminal, lets one read on in the memory.
    #expect(terminal.transcript.hasSuffix("[Y/n] "), "\(terminal)")
    return sandbox
  }

  @Test func `a launched program finds everything as without Coffer, but for its secrets`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    let report = """
      grep -E '^(Sig|Shd|Cap|NoNewPrivs|Seccomp|Umask|Uid|Gid|Groups|Cpus_allowed:|CoreDumping|THP_enabled)' /proc/self/status | grep -v SigQ
      cat /proc/self/limits /proc/self/coredump_filter /proc/self/oom_score_adj /proc/self/timerslack_ns
      stat -c 'owner %u' /proc/self/environ /proc/self/mem
      ls /proc/self/fd; readlink /proc/self/fd/0 /proc/self/cwd; nice; env | grep -v ^TOKEN= | grep -v ^COFFER_PASSPHRASE_FILE= | sort
      """
    let bare = try sandbox.run(["sh", "-c", report])
    let launched = try sandbox.coffer("run", "--", "sh", "-c", report)
    #expect(bare.succeeded && launched.succeeded, "\(bare)\(launched)")
    #expect(launched.stdout == bare.stdout, "\(launched)\(bare)")
    let owner = Binaries.isRoot ? "owner 65534" : "owner \(getuid())"
    #expect(bare.stdout.contains(owner), "it can be looked into again: \(bare)")

    // What its parent ignores and blocks, a pipe it inherited, and the passphrase's descriptor, which it must not.
    let odd = "trap '' PIPE HUP USR1; umask 027; ulimit -n 77; ulimit -c 0; exec 7</dev/null; exec "
    let words = ["--passphrase-fd", "6", "--"].joined(separator: " ")
    let oddBare = try sandbox.run(["sh", "-c", odd + "sh -c \"$0\"", report])
    let oddLaunched = try sandbox.run(
      ["sh", "-c", odd + "\(sandbox.program) run \(words) sh -c \"$0\"", report],
      descriptors: [6: Array((Sandbox.passphrase + "\n").utf8)])
    #expect(oddBare.succeeded && oddLaunched.succeeded, "\(oddBare)\(oddLaunched)")
    #expect(oddLaunched.stdout == oddBare.stdout, "\(oddLaunched)\(oddBare)")
  }

  @Test func `a program launched at a terminal owns it, and keys do not reach it`() throws {
    let sandbox = try Sandbox.withVault(as: .nobody, unlocked: false)
    try sandbox.succeed("set", "TOKEN", input: .text("the value"))
    sandbox.environment["COFFER_PASSPHRASE_FILE"] = nil
    let terminal = try sandbox.terminal(
      "coffer", "run", "--", "sh", "-c",
      "stty -a; cut -d' ' -f1,5,8 /proc/self/stat; echo $$; ls /proc/self/fd; echo over")
    try terminal.expect("Passphrase: ")
    try terminal.waitForEcho(false)
    try terminal.send(Sandbox.passphrase + "\r")
    let shown = try terminal.expect("over")
    #expect(terminal.finish() == .exit(0) && shown.contains(" echo ") && shown.contains("isig icanon "), "\(terminal)")
    #expect(shown.contains("\r\n\(terminal.child.pid)\r\n"), "its process is Coffer's: \(terminal)")
    #expect(shown.contains("\r\n0  1  2  3\r\n"), "no more descriptors than ls has: \(terminal)")
  }
}
