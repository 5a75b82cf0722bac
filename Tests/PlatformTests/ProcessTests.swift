import Glibc
import Testing

@testable import Platform

@Suite struct ProcessTests {
  @Test func `a memory file is sealed, inherited and read by path`() throws {
    let contents = Array("-----BEGIN KEY-----\n\0\n".utf8)
    let descriptor = try Memfd.create(name: "TLS_KEY", contents: contents.span.bytes)
    defer { Memfd.close(descriptor) }
    #expect(descriptor >= 100)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC == 0)
    let path = "/proc/\(getpid())/fd/\(descriptor)"
    #expect(try Files.read(path, limit: 100) == contents)
    #expect(try Files.mode(path) == 0o400)
    #expect(write(descriptor, "x", 1) == -1)
    #expect(errno == EPERM)
    #expect(ftruncate(descriptor, 0) == -1)
    // A grandchild, and twice: each opening starts at the beginning.
    let seen = spawn(["/bin/sh", "-c", "sh -c 'head -1 \(path)'; head -1 \(path)"])
    #expect(seen == Finished(code: 0, output: "-----BEGIN KEY-----\n-----BEGIN KEY-----\n"))
  }

  @Test func `an empty memory file has its own mode`() throws {
    let descriptor = try Memfd.create(name: "EMPTY", contents: [UInt8]().span.bytes, mode: 0o440)
    defer { Memfd.close(descriptor) }
    #expect(try Files.mode("/proc/self/fd/\(descriptor)") == 0o440)
    #expect(try Files.size("/proc/self/fd/\(descriptor)") == 0)
  }

  @Test func `files opened here are not inherited`() throws {
    let scratch = Scratch()
    let held = try LockedFile(scratch("held"), .exclusive)
    #expect(!spawn(["/bin/ls", "-l", "/proc/self/fd"]).output.contains(held.path))
  }

  @Test func `the environment is read raw`() {
    setenv("COFFER_TEST_AMBIENT", "a=b c", 1)
    defer { unsetenv("COFFER_TEST_AMBIENT") }
    #expect(AmbientEnvironment.value(of: "COFFER_TEST_AMBIENT") == "a=b c")
    #expect(AmbientEnvironment.value(of: "COFFER_TEST_AMBIEN") == nil)
  }

  @Test func `the arguments are those the process was started with`() {
    #expect(RawArguments.count >= 1)
    #expect(RawArguments.strings == CommandLine.arguments)
    #expect(RawArguments.pointers(from: RawArguments.count).pointee == nil)
  }

  @Test func `a command that does not start says why`() throws {
    let scratch = Scratch()
    try Files.writeAtomically(scratch("plain"), Array("text".utf8), mode: 0o644)
    try Files.writeAtomically(scratch("orphan"), Array("#!/no/such/interpreter\n".utf8), mode: 0o755)
    let cases: [(String, ExecFailure.Kind, Int32)] = [
      ("no-such-command-here", .notFound, ENOENT), ("", .notFound, ENOENT),
      (scratch("none"), .notFound, ENOENT),
      (scratch("plain/x"), .notFound, ENOTDIR), (scratch("plain"), .notExecutable, EACCES),
      (scratch.path, .notExecutable, EACCES), (scratch("orphan"), .interpreterMissing, ENOENT),
    ]
    for (command, kind, code) in cases {
      var arguments = [strdup(command), nil]
      defer { free(arguments[0]) }
      let failure = Exec.replace(arguments: &arguments, environment: environ)
      #expect(failure == ExecFailure(kind: kind, code: code), "\(command)")
    }
    #expect(Exec.find("sh")?.hasSuffix("/sh") == true)
    #expect(Exec.find("no-such-command-here") == nil)
  }

  @Test func `a folder of PATH that may not be searched does not make a missing command found`() {
    #expect(
      Exec.failure(EACCES, file: "no-such-command-here") == ExecFailure(kind: .notFound, code: ENOENT))
    #expect(Exec.failure(EACCES, file: "/etc/passwd") == ExecFailure(kind: .notExecutable, code: EACCES))
  }

  @Test func `messages are the system's`() {
    #expect(SystemError(operation: "open", code: ENOENT).message == "No such file or directory")
    #expect(SystemError(operation: "open", code: 99999).message == "error 99999")
    #expect(SystemError(operation: "write", code: ENOSPC).isFull)
  }

  @Test func `the clock counts milliseconds`() {
    let seconds = UInt64(time(nil))
    #expect((seconds...seconds + 2).contains(Clock.now() / 1000))
  }
}
