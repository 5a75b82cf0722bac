import Glibc
import Testing

@testable import Platform

/// The keyring belongs to the user, not to a test: every key has a name of its own and is removed.
@Suite(.enabled(if: KernelKeyring.isAvailable, "no kernel keyring here")) struct KernelKeyringTests {
  let name = "coffer:test:\(getpid()):\(UInt64.random(in: 0...UInt64.max))"

  private func store(_ payload: String, seconds: UInt32 = 60) throws {
    let bytes = Array(payload.utf8)
    try KernelKeyring.store(description: name, payload: bytes.span.bytes, timeout: seconds)
  }

  private func read(_ capacity: Int = 100) throws -> String? {
    let (count, bytes) = try lend(capacity) { try KernelKeyring.read(name, into: &$0) }
    return count.map { text(Array(bytes[..<$0])) }
  }

  @Test func `a key is stored, read, replaced and removed`() throws {
    defer { _ = try? KernelKeyring.remove(name) }
    #expect(try read() == nil)
    try store("first")
    #expect(try read() == "first")
    try store("the second")
    #expect(try read() == "the second")
    #expect(try KernelKeyring.remove(name))
    #expect(try read() == nil)
    #expect(try !KernelKeyring.remove(name))
  }

  @Test func `a key ends by itself`() throws {
    defer { _ = try? KernelKeyring.remove(name) }
    try store("soon gone", seconds: 1)
    #expect(try read() == "soon gone")
    usleep(2_100_000)
    #expect(try read() == nil)
    try store("again")
    #expect(try read() == "again")
  }

  @Test func `keys are listed by how their descriptions start`() throws {
    let names = ["a", "b;c", "a:d"].map { name + $0 }
    defer { names.forEach { _ = try? KernelKeyring.remove($0) } }
    for name in names {
      let bytes: [UInt8] = [1]
      try KernelKeyring.store(description: name, payload: bytes.span.bytes, timeout: 60)
    }
    #expect(try KernelKeyring.descriptions(startingWith: name).sorted() == names.sorted())
    #expect(try KernelKeyring.descriptions(startingWith: name + "a:") == [names[2]])
    try KernelKeyring.remove(names[1])
    #expect(try KernelKeyring.descriptions(startingWith: name).count == 2)
  }

  @Test func `memory that is too small, and payloads that are too large, are refused`() throws {
    defer { _ = try? KernelKeyring.remove(name) }
    try store("0123456789")
    #expect(try read(10) == "0123456789")
    #expect(throws: KeyringError.tooLarge) { try read(9) }
    #expect(throws: KeyringError.tooLarge) {
      try store(String(repeating: "x", count: KernelKeyring.payloadLimit + 1))
    }
    #expect(try read(10) == "0123456789")
  }

  // Possession ends with the session: `setsid` alone keeps the session keyring, KEYCTL_JOIN_SESSION_KEYRING is what login does.
  @Test(arguments: [false, true])
  func `another session of the user reads the key and may not change it`(joinsNewKeyring: Bool) throws {
    defer { _ = try? KernelKeyring.remove(name) }
    try store("for all terminals")
    let seen = spawn([
      "/usr/bin/setsid", "-w", "/usr/bin/perl", "-e", script, name, joinsNewKeyring ? "1" : "0",
    ])
    #expect(seen == Finished(code: 0, output: "for all terminals"))
  }

  @Test(.enabled(if: geteuid() == 0, "only root can be two users")) func `another user sees nothing`() throws {
    defer { _ = try? KernelKeyring.remove(name) }
    try store("not for others")
    let seen = spawn([
      "/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/perl", "-e", script, name, "1",
    ])
    #expect(seen.code == 3)
    #expect(seen.output == "")
  }

  // keyctl(2) by number, as a stranger to this code would: 1 JOIN_SESSION_KEYRING, 10 SEARCH, 11 READ, -4 the user keyring.
  private var script: String {
    #if arch(arm64)
      let number = 219
    #else
      let number = 250
    #endif
    return """
      my ($name, $join) = @ARGV; my $type = "user"; my $buffer = "\\0" x 100;
      if ($join) { syscall(\(number), 1, 0) >= 0 or exit 2 }
      my $key = syscall(\(number), 10, -4, $type, $name, 0); exit 3 if $key < 0;
      my $count = syscall(\(number), 11, $key, $buffer, 100); exit 4 if $count < 0;
      print substr($buffer, 0, $count);
      """
  }
}
