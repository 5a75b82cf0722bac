import Glibc
import Testing

@testable import Platform

/// Signal dispositions belong to the process: one at a time.
@Suite(.serialized) struct SubprocessTests {
  private static func run(_ line: String, _ variables: [String] = []) throws -> Subprocess.Ending {
    var pointers = variables.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return try Subprocess.shell(line, environment: &pointers)
  }

  @Test(arguments: [
    ("exit 0", Subprocess.Ending.exited(0)), ("exit 7", .exited(7)), ("kill -9 $$", .killed(signal: SIGKILL)),
    ("kill -TERM $$", .killed(signal: SIGTERM)), ("/nowhere/command", .exited(127)), ("/dev/null", .exited(126)),
  ])
  func `an ending is told as it was`(line: String, ending: Subprocess.Ending) throws {
    #expect(try Self.run(line) == ending)
  }

  @Test func `the command gets the given environment, byte for byte, and nothing else of this one`() throws {
    let folder = Scratch()
    let file = folder("environ")
    #expect(try Self.run("cat /proc/$$/environ >\(file)", ["SECRET=a b\n$x", "PATH=/usr/bin:/bin"]) == .exited(0))
    #expect(try Files.read(file, limit: 1000) == Array("SECRET=a b\n$x\0PATH=/usr/bin:/bin\0".utf8))
  }

  @Test func `standard input is empty, standard output is standard error, and no other descriptor is open`() throws {
    let inherited = dup2(2, 77)
    defer { close(inherited) }
    let line = """
      test "$(/usr/bin/readlink /proc/$$/fd/0)" = /dev/null || exit 1
      test "$(/usr/bin/readlink /proc/$$/fd/2)" = "$(/usr/bin/readlink /proc/self/fd/2)" || exit 2
      test /proc/$$/fd/1 -ef /proc/$$/fd/2 || exit 3
      test ! -e /proc/$$/fd/77 || exit 4
      """
    #expect(try Self.run(line) == .exited(0))
  }

  @Test func `the command is in this process group, with no signal blocked`() throws {
    let folder = Scratch()
    #expect(
      try Self.run("read -r pid name state parent group rest </proc/$$/stat; echo $group >\(folder("group"))")
        == .exited(0))
    #expect(text(try Files.read(folder("group"), limit: 100)) == "\(getpgrp())\n")
    var (blocked, before) = (sigset_t(), sigset_t())
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGUSR1)
    pthread_sigmask(SIG_BLOCK, &blocked, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    #expect(try Self.run("exec /bin/grep -q 'SigBlk:.0000000000000000' /proc/self/status") == .exited(0))
  }

  @Test func `an interrupt ends the command and not this process, and is as before afterwards`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      // Both get it, as from a keyboard.
      let ending = try SubprocessTests.run("kill -INT $PPID; kill -INT $$; exit 1")
      var action = sigaction()
      sigaction(SIGINT, nil, &action)
      guard ending == .killed(signal: SIGINT) else { exit(1) }
      guard unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 0 else { exit(2) }
      exit(0)
    }
  }

  @Test func `who ignores the end of children hears of this one, and an ignored interrupt stays ignored`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      signal(SIGCHLD, SIG_IGN)
      signal(SIGINT, SIG_IGN)
      exit(try SubprocessTests.run("kill -INT $$; exit 5") == .exited(5) ? 0 : 1)
    }
  }

  private static func feed(_ line: String, _ input: [UInt8], isQuiet: Bool = false) throws -> (
    ending: Subprocess.Ending, unread: Int
  ) {
    var none: [UnsafeMutablePointer<CChar>?] = [nil]
    return try Subprocess.feed(
      "/bin/sh", ["sh", "-c", line], environment: &none, input: input.span.bytes, isQuiet: isQuiet)
  }

  @Test(arguments: [0, 1, 65_536, 65_537, 1 << 20])
  func `a fed program reads all and finds the end, or its rest is known`(count: Int) throws {
    let input = [UInt8](repeating: 0x61, count: count)
    let all = try Self.feed("test \"$(/usr/bin/wc -c)\" -eq \(count)", input)
    #expect(all.ending == .exited(0) && all.unread == 0)
    let none = try Self.feed("exit 4", input)
    #expect(none.ending == .exited(4) && none.unread == count)
    // Opened anew by its path, as programs do that take a file.
    let path = try Self.feed("test \"$(/usr/bin/wc -c </dev/stdin)\" -eq \(count)", input)
    #expect(path.ending == .exited(0) && path.unread == 0)
  }

  @Test func `a fed program has no other descriptor, and what it writes can go nowhere`() throws {
    #expect(try Self.feed("test ! -e /proc/$$/fd/3 && test /proc/$$/fd/1 -ef /proc/$$/fd/2", [1]).ending == .exited(0))
    let quiet = try Self.feed("test \"$(/usr/bin/readlink /proc/$$/fd/1)\" = /dev/null", [1], isQuiet: true)
    #expect(quiet.ending == .exited(0))
  }

  private static func capture(_ line: String, room: Int) throws -> (ending: Subprocess.Ending, bytes: [UInt8]) {
    var none: [UnsafeMutablePointer<CChar>?] = [nil]
    var room = [UInt8](repeating: 0, count: room)
    var elements = room.mutableSpan
    var span = elements.mutableBytes
    let (ending, count) = try Subprocess.capture("/bin/sh", ["sh", "-c", line], environment: &none, into: &span)
    return (ending, Array(room[..<count]))
  }

  @Test func `what a program writes is kept whole, or refused`() throws {
    let said = try Self.capture("printf abc; printf d; exit 3", room: 4)
    #expect(said.ending == .exited(3) && said.bytes == Array("abcd".utf8))
    #expect(try Self.capture("exit 0", room: 0).bytes.isEmpty)
    #expect(try Self.capture("/usr/bin/head -c 300000 /dev/zero", room: 300_000).bytes.count == 300_000)
    #expect(throws: SystemError(operation: "read", code: EFBIG)) { try Self.capture("printf abcde", room: 4) }
    #expect(throws: SystemError(operation: "read", code: EFBIG)) {
      try Self.capture("while :; do echo y; done", room: 4)
    }
    // Nor does one go on for ever that no closed pipe ends.
    #expect(throws: SystemError(operation: "read", code: EFBIG)) {
      try Self.capture("trap '' PIPE; while :; do echo y; done 2>/dev/null", room: 4)
    }
    #expect(throws: SystemError.self) {
      var none: [UnsafeMutablePointer<CChar>?] = [nil]
      var room = [UInt8](repeating: 0, count: 4)
      var elements = room.mutableSpan
      var span = elements.mutableBytes
      return try Subprocess.capture("/nowhere", ["x"], environment: &none, into: &span)
    }
  }
}
