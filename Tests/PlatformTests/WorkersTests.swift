import CHarness
import Glibc
import Synchronization
import Testing

@testable import Platform

@Suite struct WorkersTests {
  private struct Fault: Error, Equatable {
    let index: Int
  }

  @Test(arguments: [0, 1, 2, 64]) func `each index is called once, and all have ended`(count: Int) {
    let calls = Mutex<[Int]>([])
    Workers.run(count: count) { index in
      usleep(UInt32(1000 * (count - index)))
      calls.withLock { $0.append(index) }
    }
    #expect(calls.withLock(\.self).sorted() == Array(0..<count))
  }

  @Test func `all run at the same time, each in a thread of its own`() {
    let threads = Mutex<Set<UInt>>([])
    let arrived = Atomic<Int>(0)
    Workers.run(count: 4) { _ in
      _ = threads.withLock { $0.insert(UInt(pthread_self())) }
      arrived.add(1, ordering: .sequentiallyConsistent)
      for _ in 0..<5000 where arrived.load(ordering: .sequentiallyConsistent) < 4 { usleep(1000) }
      #expect(arrived.load(ordering: .sequentiallyConsistent) == 4)
    }
    #expect(threads.withLock(\.self).count == 4)
    #expect(!threads.withLock(\.self).contains(UInt(pthread_self())))
  }

  @Test func `the error of the lowest index is thrown when all have ended`() {
    let ended = Atomic<Int>(0)
    #expect(throws: Fault(index: 3)) {
      try Workers.run(count: 8) { index throws(Fault) in
        // In the order 4, 6, 3, 5, 7.
        usleep(UInt32(3000 * ((index * 5 + 4) % 8)))
        ended.add(1, ordering: .sequentiallyConsistent)
        if index >= 3 { throw Fault(index: index) }
      }
    }
    #expect(ended.load(ordering: .sequentiallyConsistent) == 8)
  }

  @Test func `a stack is deep enough for 7 MiB`() {
    let sum = Mutex(0)
    Workers.run(count: 2) { _ in
      let last = withUnsafeTemporaryAllocation(byteCount: 7 << 20, alignment: 16) { bytes in
        // From the end, as a stack grows: each page is touched.
        for at in stride(from: bytes.count - 1, through: 0, by: -4096) { bytes[at] = 1 }
        return Int(bytes[bytes.count - 1])
      }
      sum.withLock { $0 += last }
    }
    #expect(sum.withLock(\.self) == 2)
  }

  @Test func `signals are left to other threads, but for faults`() {
    var own = sigset_t()
    pthread_sigmask(0, nil, &own)
    Workers.run(count: 1) { _ in
      var mask = sigset_t()
      pthread_sigmask(0, nil, &mask)
      for signal in [SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGPIPE, SIGCHLD, SIGUSR1] {
        #expect(sigismember(&mask, signal) == 1, "\(signal)")
      }
      for signal in [SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS] {
        #expect(sigismember(&mask, signal) == 0, "\(signal)")
      }
    }
    var after = sigset_t()
    pthread_sigmask(0, nil, &after)
    for signal in Int32(1)...31 { #expect(sigismember(&after, signal) == sigismember(&own, signal)) }
  }

  @Test func `what is left over when threads run out is run by the caller`() async {
    await #expect(processExitsWith: .success) {
      let outcome = inChild {
        for name in ["clone", "clone3"] where harness_hide_call(name, EAGAIN) != 0 { return -1 }
        let here = UInt(pthread_self())
        let found = Mutex<[Int]>([])
        Workers.run(count: 3) { index in
          if UInt(pthread_self()) == here { found.withLock { $0.append(index) } }
        }
        return found.withLock(\.self) == [0, 1, 2] ? 0 : -1
      }
      #expect(outcome == .ended(0))
    }
  }

  @Test func `there is at least one processor, and no more than the machine has`() {
    #expect((1...sysconf(Int32(_SC_NPROCESSORS_ONLN))).contains(Workers.available))
  }

  @Test func `a process held to one processor has one`() async {
    await #expect(processExitsWith: .success) {
      let outcome = inChild {
        var set = [UInt](repeating: 0, count: 128)
        let size = harness_call(
          "sched_getaffinity", 0, 1024, Int(bitPattern: set.withUnsafeMutableBytes { $0.baseAddress }))
        guard size > 0, let word = set.firstIndex(where: { $0 != 0 }) else { return -1 }
        let lowest = set[word] & (0 &- set[word])
        set = set.map { _ in 0 }
        set[word] = lowest
        let answer = set.withUnsafeBytes { harness_call("sched_setaffinity", 0, 1024, Int(bitPattern: $0.baseAddress)) }
        return answer == 0 && Workers.available == 1 ? 0 : -1
      }
      #expect(outcome == .ended(0))
    }
  }

  @Test(
    arguments: [
      ("max 100000\n", nil), ("100000 100000\n", 1), ("150000 100000\n", 2), ("50000 100000\n", 1),
      ("1600000 100000", 16),
      ("", nil), ("max", nil), ("100000", nil), ("0 100000", nil), ("-1 100000", nil), ("100000 0", nil),
      ("9223372036854775807 1", Int.max), ("99999999999999999999 100000", nil), ("1 2 3", nil),
    ] as [(String, Int?)])
  func `a control group's quota is a number of processors`(text: String, processors: Int?) {
    #expect(Workers.processors(inQuota: text) == processors)
  }

  @Test(
    arguments: [
      ("0::/user.slice/a.scope\n", "/user.slice/a.scope"), ("0::/\n", ""), ("9:cpu:/old\n0::/new\n", "/new"),
      ("9:cpu:/old\n", nil), ("", nil), ("0::relative", nil),
    ] as [(String, String?)])
  func `a process's control group is read from proc`(membership: String, group: String?) {
    #expect(Workers.group(in: membership) == group)
  }
}
