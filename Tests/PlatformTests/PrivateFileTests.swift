import Glibc
import Testing

@testable import Platform

@Suite struct PrivateFileTests {
  let scratch = Scratch()

  private func refusal(_ path: String) -> FileRefusal? {
    do {
      _ = try Files.readPrivate(path, limit: 100)
    } catch .refused(let refusal, _) {
      #expect(throws: FileError.refused(refusal, path: path)) { try Files.checkPrivate(path) }
      return refusal
    } catch {}
    return nil
  }

  @Test func `a file of the user alone is read`() throws {
    try Files.writeAtomically(scratch("f"), Array("hello".utf8))
    #expect(try Files.readPrivate(scratch("f"), limit: 5) == Array("hello".utf8))
    try Files.checkPrivate(scratch("f"))
    chmod(scratch("f"), 0o400)
    try Files.checkPrivate(scratch("f"))
  }

  @Test(arguments: [0o640, 0o604, 0o620, 0o610, 0o777])
  func `group and others may have no bit`(mode: UInt32) throws {
    try Files.writeAtomically(scratch("f"), [1], mode: mode)
    #expect(refusal(scratch("f")) == .looseMode(mode))
  }

  @Test func `links, folders, pipes, sockets and devices are refused without waiting`() throws {
    try Files.writeAtomically(scratch("f"), [1])
    symlink(scratch("f"), scratch("link"))
    mkfifo(scratch("fifo"), 0o600)
    #expect(spawn(["/usr/bin/perl", "-MSocket", "-e", socketScript, scratch("socket")]).code == 0)
    #expect(refusal(scratch("link")) == .symlink)
    #expect(refusal(scratch("fifo")) == .notRegular)
    #expect(refusal(scratch("socket")) == .notRegular)
    #expect(refusal(scratch.path) == .notRegular)
    #expect(refusal("/dev/zero") == .notRegular)
  }

  private let socketScript =
    "socket(S, PF_UNIX, SOCK_STREAM, 0) or die; bind(S, sockaddr_un($ARGV[0])) or die"

  @Test func `another user's file is refused`() throws {
    if geteuid() == 0 {
      try Files.writeAtomically(scratch("f"), [1])
      chown(scratch("f"), 65534, 65534)
      #expect(refusal(scratch("f")) == .foreignOwner(65534))
    } else {
      #expect(refusal("/etc/passwd") == .foreignOwner(0))
    }
  }

  @Test func `a secret is read into lent memory, and one that does not fit leaves nothing there`() throws {
    try Files.writeAtomically(scratch("f"), Array("canary".utf8), mode: 0o644)
    let (count, bytes) = try lend(8) { try Files.readSecret(scratch("f"), into: &$0) }
    #expect(count == 6 && text(Array(bytes[..<6])) == "canary")
    let (exact, _) = try lend(6) { try Files.readSecret(scratch("f"), into: &$0) }
    #expect(exact == 6)
    let (refused, rest) = lend(5) { span in
      #expect(throws: FileError.tooLarge(path: scratch("f"), limit: 5)) {
        try Files.readSecret(scratch("f"), into: &span)
      }
    }
    #expect(refused != nil)
    #expect(rest == [0, 0, 0, 0, 0])
    _ = lend(9) { span in
      #expect(throws: FileError.refused(.looseMode(0o644), path: scratch("f"))) {
        try Files.readSecret(scratch("f"), into: &span, requirePrivate: true)
      }
    }
  }

  @Test func `a secret is read from a pipe to its end`() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { close(ends[0]) }
    write(ends[1], "two ", 4)
    write(ends[1], "parts", 5)
    close(ends[1])
    let (count, bytes) = try lend(100) { try Files.readSecret(descriptor: ends[0], into: &$0) }
    #expect(text(Array(bytes[..<count])) == "two parts")
  }
}
