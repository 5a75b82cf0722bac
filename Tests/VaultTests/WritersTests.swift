import Glibc
import Synchronization
import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Many writers at once, and writers without room.
struct WritersTests {
  /// What happened on other threads.
  private final class Outcomes: Sendable {
    let errors = Mutex<[VaultError]>([])
    func note(_ error: VaultError?) { if let error { errors.withLock { $0.append(error) } } }
  }

  /// Adds one to a number in the vault.
  private func increment(_ founded: Founded, _ vault: Vault) -> VaultError? {
    refusal { () throws(VaultError) in
      try vault.write(founded.session) { (transaction) throws(VaultError) in
        let snapshot = try transaction.snapshot()
        let key = try snapshot.key("development", in: founded.session)
        let found = try snapshot.values(["N"], key)[0].map(bytes) ?? []
        let number = Int(String(decoding: found, as: UTF8.self)) ?? -1
        let value = try secret(Array("\(number + 1)".utf8))
        _ = try transaction.put([Transaction.NewValue(name: "N", value: value)], key)
      }
    }
  }

  private struct Shared: @unchecked Sendable {
    let founded: Founded
    let vaults: [Vault]
  }

  private final class Job {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Runs `body` on as many threads at once, and waits for all: tasks would share two, and take turns.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let threads = (0..<count).map { number in
      var thread = pthread_t()
      let job = Unmanaged.passRetained(Job { body(number) }).toOpaque()
      let status = pthread_create(
        &thread, nil,
        { job in
          job.map { Unmanaged<Job>.fromOpaque($0).takeRetainedValue().run() }
          return nil
        }, job)
      precondition(status == 0)
      return thread
    }
    for thread in threads { pthread_join(thread, nil) }
  }

  @Test func `16 writers of 50 increments lose none`() throws {
    let founded = try Founded()
    try founded.put([("N", "0")])
    // One vault a thread, all open at once, as 16 processes would have it.
    let shared = Shared(founded: founded, vaults: try (0..<16).map { _ in try founded.open() })
    let outcomes = Outcomes()
    onThreads(16) { writer in
      for _ in 0..<50 { outcomes.note(increment(shared.founded, shared.vaults[writer])) }
    }
    #expect(outcomes.errors.withLock { $0 } == [])
    #expect(try founded.values(["N"]) == [Array("800".utf8)])
    let (check, entries) = (try founded.open().verifyWhole(), 2 + 1 + 800)
    #expect(check.entries == entries)
    #expect(check.records == 801)
  }

  @Test func `opening the vault beside a writer takes nothing from it`() throws {
    let founded = try Founded()
    try founded.put([("N", "0")])
    let shared = Shared(founded: founded, vaults: [])
    let outcomes = Outcomes()
    onThreads(4) { _ in
      for _ in 0..<25 {
        // Opened and closed for each write, as a process does.
        do throws(VaultError) { outcomes.note(increment(shared.founded, try shared.founded.open())) } catch {
          outcomes.note(error)
        }
      }
    }
    #expect(outcomes.errors.withLock { $0 } == [])
    #expect(try founded.values(["N"]) == [Array("100".utf8)])
    #expect(try founded.open().verifyWhole().records == 101)
  }

  /// Limits the size that any file of this process may grow to; nil takes the limit away again.
  private static func limitFiles(to bytes: Int?) {
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    #expect(getrlimit(resource, &limit) == 0)
    limit.rlim_cur = bytes.map { rlim_t($0) } ?? limit.rlim_max
    #expect(setrlimit(resource, &limit) == 0)
  }

  // In a child, because the limit belongs to a whole process.
  @Test func `a full disk is an error, and what was there stays`() async {
    await #expect(processExitsWith: .success) {
      let founded = try Founded()
      try founded.put([("A", "old")])
      let contents = try founded.contents()
      signal(SIGXFSZ, SIG_IGN)
      var refused = 0
      for limit in stride(from: 0, to: 160 << 10, by: 4096) {
        WritersTests.limitFiles(to: limit)
        let error = refusal { () throws(VaultError) in
          try founded.put([("A", String(repeating: "x", count: 100_000))])
        }
        WritersTests.limitFiles(to: nil)
        guard let error else { break }
        refused += 1
        switch error {
        case .storage, .system: break
        default: Issue.record("\(limit) bytes: \(error)")
        }
        #expect(try founded.contents() == contents, "\(limit) bytes")
      }
      #expect(refused > 10)
      try founded.put([("A", "new")])
      #expect(try founded.values(["A"]) == [Array("new".utf8)])
    }
  }
}
