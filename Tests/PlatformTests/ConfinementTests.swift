import CHarness
import Glibc
import Testing

@testable import Platform

/// The version of this kernel's Landlock; below 1 without.
private let landlock = harness_call("landlock_create_ruleset", 0, 0, 1)

/// Each act runs in a process of its own that confines itself first. Those are forked from an exit test's process, where no
/// other test's threads hold locks that a child would wait for.
@Suite struct ConfinementTests {
  @Test(.enabled(if: landlock >= 3, "this kernel has no Landlock, or an early one"))
  func `files are in reach as they were named`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      place.expect("read what may be read", .ended(0)) { open(place.readable + "/file", O_RDONLY) }
      place.expect("list a folder", .ended(0)) { opendir(place.readable + "/below") == nil ? -1 : 0 }
      place.expect("read a single file that was named", .ended(0)) { open(place.root + "/single", O_RDONLY) }
      place.expect("read beside it", .ended(EACCES)) { open(place.root + "/other", O_RDONLY) }
      place.expect("list above", .ended(EACCES)) { opendir(place.root) == nil ? -1 : 0 }
      place.expect("read the system's files", .ended(EACCES)) { open("/etc/passwd", O_RDONLY) }
      place.expect("read through a link that leads out", .ended(EACCES)) { open(place.readable + "/link", O_RDONLY) }
      place.expect("write what may only be read", .ended(EACCES)) { open(place.readable + "/file", O_WRONLY) }
      place.expect("make a file there", .ended(EACCES)) { open(place.readable + "/new", O_WRONLY | O_CREAT, 0o600) }
      place.expect("cut a file there", .ended(EACCES)) { truncate(place.readable + "/file", 0) }
      place.expect("remove a file there", .ended(EACCES)) { unlink(place.readable + "/file") }
      place.expect("write a new file over the old one", .ended(0)) {
        let file = open(place.writable + "/new", O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0, write(file, "x", 1) == 1, fchmod(file, 0o644) == 0, fsync(file) == 0 else { return -1 }
        guard rename(place.writable + "/new", place.writable + "/below/file") == 0 else { return -1 }
        return open(place.writable + "/below/file", O_RDONLY)
      }
      place.expect("write a file at once", .ended(0)) {
        (try? Files.writeAtomically(place.writable + "/file", Array("new".utf8))) != nil ? 0 : -1
      }
      place.expect("cut and remove a file", .ended(0)) {
        truncate(place.writable + "/file", 0) == 0 ? unlink(place.writable + "/file") : -1
      }
      place.expect("make a folder", .ended(EACCES)) { mkdir(place.writable + "/folder", 0o700) }
      place.expect("make a link", .ended(EACCES)) { symlink("/etc/passwd", place.writable + "/link") }
      place.expect("bring a file in", .ended(EACCES)) { rename(place.readable + "/file", place.writable + "/taken") }
      place.expect(
        "keep using what was open", .ended(0), before: { open(place.root + "/report", O_WRONLY | O_CREAT, 0o600) }
      ) {
        write($0, "x", 1) == 1 && ftruncate($0, 0) == 0 ? 0 : -1
      }
    }
  }

  @Test func `calls that reach out of the process are refused`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      for name in [
        "socket", "socketpair", "io_uring_setup", "tkill", "rt_sigqueueinfo", "pidfd_open", "perf_event_open", "shmget",
        "mq_open", "add_key", "request_key", "keyctl", "fchmodat", "fchownat", "utimensat", "setxattr",
        "name_to_handle_at",
        "open_by_handle_at", "unshare", "setns", "mount", "chroot",
      ] {
        place.expect("\(name)", .ended(EPERM)) { Int32(harness_call(name, -1, -1, 0)) }
      }
      for name in ["clone3", "futex_wake", "file_getattr"] {
        place.expect("\(name)", .ended(ENOSYS)) { Int32(harness_call(name, 0, 0, 0)) }
      }
      for name in [
        "execve", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "bpf", "userfaultfd", "init_module",
      ] {
        place.expect("\(name)", .killed(SIGSYS)) { Int32(harness_call(name, 0, 0, 0)) }
      }
      place.expect("fork", .ended(EPERM)) { harness_fork() }
      place.expect("start a program", .ended(EPERM)) {
        var child: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/true"), nil]
        errno = posix_spawn(&child, "/bin/true", nil, nil, &arguments, environ)
        return errno == 0 ? 0 : -1
      }
      place.expect("signal the parent", .ended(EPERM)) { kill(getppid(), 0) }
      place.expect("signal the group", .ended(EPERM)) { kill(0, 0) }
      place.expect("be told of input by a signal to the parent", .ended(EPERM), before: { pipe() }) {
        fcntl($0, F_SETOWN, getppid())
      }
      place.expect("limit the parent", .ended(EPERM)) { Int32(harness_call("prlimit64", Int(getppid()), 0, 0)) }
      place.expect("signal oneself", .ended(0)) { kill(getpid(), 0) }
      place.expect("abort", .killed(SIGABRT)) { abort() }
    }
  }

  @Test func `a stream that is a socket can be written, and nothing else`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      func connected() -> Int32 {
        var ends: [Int32] = [-1, -1]
        return socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 ? ends[0] : -1
      }
      place.expect("write to it", .ended(0), before: connected) { write($0, "x", 1) == 1 ? 0 : -1 }
      place.expect("send over it", .ended(EPERM), before: connected) { Int32(send($0, "x", 1, 0)) }
      place.expect("connect it", .ended(EPERM), before: connected) { Int32(harness_call("connect", Int($0), 0, 0)) }
    }
  }

  @Test func `nothing is typed at the terminal in the user's name`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      func terminal() -> Int32 { open("/dev/ptmx", O_RDWR | O_NOCTTY) }
      place.expect("type", .ended(EPERM), before: terminal) {
        var letter: UInt8 = 0x0A
        return ioctl($0, UInt(TIOCSTI), &letter)
      }
      // The kernel drops the high half, so a filter that compares it would let this pass.
      place.expect("type by a wide number", .ended(EPERM), before: terminal) {
        var letter: UInt8 = 0x0A
        return ioctl($0, UInt(TIOCSTI) | 1 << 32, &letter)
      }
      place.expect("ask for the size", .ended(0), before: terminal) {
        var size = winsize()
        return ioctl($0, UInt(TIOCGWINSZ), &size)
      }
    }
  }

  @Test func `threads made later are confined, and there are threads`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      place.expect("a socket in a thread", .ended(EPERM)) {
        do { try Workers.run(count: 3) { _ in try checked(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) } } catch {
          errno = (error as? SystemError)?.code ?? 0
          return -1
        }
        return 0
      }
      if landlock > 0 {
        place.expect("a file in a thread", .ended(EACCES)) {
          do { try Workers.run(count: 3) { _ in try checked(open("/etc/passwd", O_RDONLY)) } } catch {
            errno = (error as? SystemError)?.code ?? 0
            return -1
          }
          return 0
        }
      }
      place.expect("a program in a thread", .killed(SIGSYS)) {
        Workers.run(count: 1) { _ in _ = harness_call("execve", 0, 0, 0) }
        return 0
      }
    }
  }

  @Test func `32-bit calls end the process`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      // Kernels without 32-bit programs kill it in any case.
      let works = inChild { harness_call_32bit() > 0 ? 0 : -1 }
      if works == .ended(0) {
        place.expect("getpid", .killed(SIGSYS)) { Int32(harness_call_32bit()) }
      }
    }
  }

  @Test func `memory has a limit, mapped files do not count, and no core is left`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      func map(_ flags: Int32, _ file: Int32, _ count: Int) -> Int32 {
        let writing = file < 0 ? PROT_WRITE : 0
        return mmap(nil, count, PROT_READ | writing, flags, file, 0) == MAP_FAILED ? -1 : 0
      }
      place.expect("take more than the limit", .ended(ENOMEM)) { map(MAP_PRIVATE | MAP_ANONYMOUS, -1, 600 << 20) }
      place.expect("take less", .ended(0)) { map(MAP_PRIVATE | MAP_ANONYMOUS, -1, 100 << 20) }
      place.expect("map a long file", .ended(0), before: { open(place.root + "/long", O_RDONLY) }) {
        map(MAP_PRIVATE, $0, 600 << 20)
      }
      place.expect("limit of cores", .ended(0)) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit) == 0 else { return -1 }
        return limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : -1
      }
    }
  }

  @Test func `what took hold is said, and what is missing`() async {
    await #expect(processExitsWith: .success) {
      let place = try Place()
      let version = landlock > 0 ? Int(landlock) : nil
      let all = inChild {
        let applied = try? Confinement.apply(
          readable: [place.readable, "/no/such/path", place.readable + "/file/x"], writable: [place.root + "/none"],
          memoryLimit: nil)
        let missing = version == nil ? [] : ["/no/such/path", place.readable + "/file/x", place.root + "/none"]
        return applied == .init(landlock: version, refusesCalls: true, missing: missing) ? 0 : -1
      }
      #expect(all == .ended(0))
      for code in [ENOSYS, EOPNOTSUPP, EPERM] {
        let answer = inChild {
          guard harness_hide_call("landlock_create_ruleset", code) == 0 else { return -1 }
          let applied = try? Confinement.apply(readable: ["/none"], writable: [], memoryLimit: nil)
          return applied == .init(landlock: nil, refusesCalls: true, missing: []) ? 0 : -1
        }
        #expect(answer == .ended(0), "without Landlock: \(code)")
      }
      for code in [ENOSYS, EINVAL, EPERM] {
        let answer = inChild {
          guard harness_hide_call("seccomp", code) == 0 else { return -1 }
          let applied = try? Confinement.apply(readable: [], writable: [], memoryLimit: nil)
          return applied == .init(landlock: version, refusesCalls: false, missing: []) ? 0 : -1
        }
        #expect(answer == .ended(0), "without seccomp: \(code)")
      }
    }
  }

  @Test func `a process that has threads is not confined`() async {
    await #expect(processExitsWith: .success) {
      let answer = inChild {
        var thread = pthread_t()
        guard
          pthread_create(
            &thread, nil,
            { _ in
              pause()
              return nil
            }, nil) == 0
        else { return -1 }
        do throws(SystemError) {
          _ = try Confinement.apply(readable: [], writable: [], memoryLimit: nil)
          return -1
        } catch {
          return error == SystemError(operation: "confine", code: EBUSY) && socket(AF_UNIX, 1, 0) >= 0 ? 0 : -1
        }
      }
      #expect(answer == .ended(0))
    }
  }
}

/// The reading end of a new one.
private func pipe() -> Int32 {
  var ends: [Int32] = [-1, -1]
  return Glibc.pipe(&ends) == 0 ? ends[0] : -1
}

/// Files to be confined to, and processes that are.
private final class Place {
  private let scratch = Scratch()
  var root: String { scratch.path }
  var readable: String { root + "/readable" }
  var writable: String { root + "/writable" }

  init() throws {
    for folder in [readable, writable] {
      for path in [folder, folder + "/below"] { try checked(mkdir(path, 0o700)) }
      try Files.writeAtomically(folder + "/file", Array("text".utf8))
    }
    for name in ["/single", "/other", "/long"] { try Files.writeAtomically(root + name, Array("text".utf8)) }
    try checked(truncate(root + "/long", 600 << 20))
    try checked(symlink(root + "/other", readable + "/link"))
  }

  /// Sees what `act` ends with in a process that is confined to this place; `before` runs while it is free.
  func expect(
    _ what: Comment, _ outcome: Outcome, at location: SourceLocation = #_sourceLocation, before: () -> Int32,
    _ act: (Int32) -> Int32
  ) {
    let found = inChild {
      let given = before()
      let applied = try? Confinement.apply(
        readable: [readable, root + "/single"], writable: [writable], memoryLimit: 500 << 20)
      guard applied != nil else { _exit(254) }
      errno = 0
      return act(given)
    }
    #expect(found == outcome, what, sourceLocation: location)
  }

  func expect(
    _ what: Comment, _ outcome: Outcome, at location: SourceLocation = #_sourceLocation, _ act: () -> Int32
  ) {
    expect(what, outcome, at: location, before: { 0 }, { _ in act() })
  }
}
