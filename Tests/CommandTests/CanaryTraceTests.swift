import Glibc
import Platform
import Testing

/// What the kernel was told, call by call: a secret goes into pipes, terminals and files in memory, and nowhere else.
@Suite(.enabled(if: Trace.isPossible, "strace cannot work here")) struct CanaryTraceTests {
  @Test func `every system call that carries a secret ends in a pipe, a terminal or memory`() throws {
    let sandbox = try Sandbox.withVault()
    let values = (0..<4).map { _ in Marker() }
    let passphrase = Marker(Sandbox.passphrase)
    try sandbox.write("[variables.PEM]\nfile = true\n", to: "more.toml")
    try sandbox.write(sandbox.text(of: "coffer.toml") + sandbox.text(of: "more.toml"), to: "coffer.toml")
    try sandbox.succeed("link", "--yes")
    try sandbox.write("IMPORTED=\(values[2].text)\nURL=postgres://u:\(values[2].text)@h/d\n", to: ".env")
    try sandbox.write(values[3].text, to: "value.txt")

    let commands: [([String], Input)] = [
      (["set", "TOKEN"], .text(values[0].text)), (["set", "TOKEN"], .text(values[1].text)),
      (["set", "PEM", "--file", "value.txt"], .none), (["import", ".env", "--yes"], .none), (["get", "TOKEN"], .none),
      (["get", "TOKEN", "--version-number", "1"], .none), (["list"], .none), (["history", "TOKEN"], .none),
      (["check"], .none),
      (["export", "--format", "json"], .none), (["rollback", "TOKEN", "1"], .none),
      (["env", "copy", "development", "staging"], .none),
      (["run", "--", "sh", "-c", "cat \"$PEM\""], .none), (["unlock", "--for", "1m"], .none),
      (["rm", "TOKEN", "--yes"], .none),
    ]
    var carried = 0
    for (number, command) in commands.enumerated() {
      if command.0.first == "unlock", !KernelKeyring.isAvailable { continue }
      let file = sandbox.root + "/trace.\(number)"
      let result = try sandbox.run(Trace.prefix(to: file) + [sandbox.program] + command.0, input: command.1)
      #expect(result.succeeded, "\(result)")
      carried += try look(at: Trace(file: file), for: values + [passphrase], in: sandbox, command.0)
    }
    #expect(carried > 4, "the trace showed no secret even where it must be: it proves nothing")
  }

  /// - Returns: how many calls carried a secret where it may go.
  private func look(at trace: Trace, for markers: [Marker], in sandbox: Sandbox, _ command: [String]) throws -> Int {
    let reading: Set<String> = ["read", "readv", "pread64", "preadv", "mmap", "munmap"]
    var carried = 0
    for call in trace.calls {
      if let marker = markers.first(where: { $0.form(in: call.arguments) != nil }), !reading.contains(call.name) {
        let target = call.target
        let isMemory = ["pipe:", "/memfd:", "memfd:", "/dev/pts/", "/dev/tty"].contains { target.hasPrefix($0) }
        #expect(
          ["write", "writev"].contains(call.name) && isMemory,
          "\(command.joined(separator: " ")): a secret (\(marker.form(in: call.arguments) ?? "")) in \(call)")
        carried += 1
      }
      if ["open", "openat", "creat"].contains(call.name),
        ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"].contains(where: call.arguments.contains)
      {
        let parts = call.arguments.split(separator: "\"", omittingEmptySubsequences: false)
        let path = parts.count > 1 ? String(parts[1]) : ""
        #expect(
          path.hasPrefix(sandbox.cofferHome) || path.hasPrefix(sandbox.project)
            || ["/dev/tty", "/dev/null"].contains(path) || path.hasPrefix("/proc/"),
          "\(command.joined(separator: " ")): opened for writing: \(call)")
      }
      // A file that is written through memory shows in no call: only SQLite's index of its log is.
      if call.name == "mmap", call.arguments.contains("PROT_WRITE"), call.arguments.contains("MAP_SHARED"),
        !call.arguments.contains("MAP_ANONYMOUS")
      {
        #expect(call.target.hasSuffix("/vault.db-shm"), "\(command.joined(separator: " ")): \(call)")
      }
    }
    return carried
  }

  @Test func `a secret typed at a terminal goes nowhere`() throws {
    let sandbox = try Sandbox.withVault()
    let value = Marker()
    let file = sandbox.root + "/trace"
    let command = Trace.prefix(to: file) + [sandbox.program, "set", "TYPED"]
    let terminal = try PseudoTerminal(command, environment: sandbox.environment, folder: sandbox.project)
    try terminal.expect("Value of TYPED: ")
    try terminal.waitForEcho(false)
    try terminal.send(value.text + "\r")
    #expect(terminal.finish() == .exit(0), "\(terminal)")
    #expect(value.form(in: terminal.transcript) == nil, "\(terminal)")
    for call in try Trace(file: file).calls where !["read", "mmap"].contains(call.name) {
      #expect(value.form(in: call.arguments) == nil, "\(call)")
    }
    #expect(try sandbox.coffer("get", "TYPED").stdout == value.text)
  }
}
