import Glibc
import Synchronization
import Testing

@testable import Leaks
@testable import Rotation
@testable import Sealing
@testable import Vault

/// Two processes at one rotation, and others that move what it stands on.
struct RaceTests {
  @Test(arguments: Way.steps.map(\.event))
  func `of two processes that make one step, one does`(_ event: RotationEvent) throws {
    let place = try #require(Way.steps.firstIndex { $0.event == event })
    let from = place == 0 ? .planned : Way.steps[place - 1].step
    let (shop, record) = try Way.shop(at: from, leak: true)
    // Both have read the same.
    let (first, second) = (try shop.rotator(), try shop.rotator())
    let moved = try Way.take(event, record, first)
    let after = try shop.state()
    #expect(throws: RotationError.movedOn(to: moved.step)) { try Way.take(event, record, second, value: "other") }
    #expect(try shop.state() == after)
    // Giving up what the other has moved on is refused the same way.
    if from != .revoked {
      #expect(throws: RotationError.movedOn(to: moved.step)) { try second.abort(record) }
    }
    #expect(try shop.state() == after)
  }

  @Test func `one that gave up is not gone on with`() throws {
    for step in [RotationStep.planned, .pending, .set, .tested, .promoted, .rolledOut] {
      let (shop, record) = try Way.shop(at: step)
      let (first, second) = (try shop.rotator(), try shop.rotator())
      _ = try first.abort(record)
      let event = try #require(Way.steps.first { step.after($0.event) == $0.step }).event
      #expect(throws: RotationError.movedOn(to: .aborted)) { try Way.take(event, record, second) }
      #expect(try shop.value() == "old")
    }
  }

  private struct Shared: @unchecked Sendable {
    let shop: Shop
    let rotators: [Rotator]
  }

  private final class Job {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  /// Runs `body` on as many threads at once, and waits for all.
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

  @Test func `of eight that plan at once one does`() throws {
    let shop = try Shop()
    try shop.put("TOKEN", "old")
    let shared = Shared(shop: shop, rotators: try (0..<8).map { _ in try shop.rotator() })
    let planned = Mutex<[RotationRecord]>([])
    let found = Mutex<[RotationRecord]>([])
    onThreads(8) { worker in
      do throws(RotationError) {
        let record = try shared.rotators[worker].plan("TOKEN", playbook: "")
        planned.withLock { $0.append(record) }
      } catch {
        guard case .alreadyOpen(let open) = error else { return }
        found.withLock { $0.append(open) }
      }
    }
    let (mine, others) = (planned.withLock { $0 }, found.withLock { $0 })
    #expect(mine.count == 1 && others == Array(repeating: mine[0], count: 7))
    #expect(try shop.rotations() == mine)
  }

  @Test func `eight at once take a rotation to its end, each step once`() throws {
    let (shop, planned) = try Way.shop(at: .planned)
    let shared = Shared(shop: shop, rotators: try (0..<8).map { _ in try shop.rotator() })
    let taken = Mutex<[String]>([])
    onThreads(8) { worker in
      var record: RotationRecord? = planned
      while let known = record, let next = Way.steps.first(where: { known.step.after($0.event) == $0.step }) {
        do throws(RotationError) {
          let moved = try Way.take(next.event, known, shared.rotators[worker], value: "new of \(worker)")
          taken.withLock { $0.append(moved.step.description) }
          record = moved
        } catch {
          guard case .movedOn = error else { return taken.withLock { $0.append("\(error)") } }
          record = try? shared.shop.rotations().last
        }
      }
    }
    // Noted after each commit, so perhaps in another order.
    #expect(taken.withLock { $0.sorted() } == Way.steps.map(\.step.description).sorted())
    #expect(try shop.rotations().last?.marks.map(\.step) == [.planned] + Way.steps.map(\.step))
    #expect(try shop.rotations().count == 1)
    #expect(try shop.versions() == Snapshot.Versions(current: 2, pending: nil, previous: 1))
    #expect(try shop.open().verifyWhole().records == 2 + 8)
  }

  /// What may happen to the name beside a rotation whose new version waits.
  enum Meanwhile: CaseIterable {
    case set, rollback, remove

    func happen(to shop: Shop) throws {
      switch self {
      case .set: try shop.put("TOKEN", "set meanwhile")
      case .rollback: try shop.point("TOKEN", to: 1)
      case .remove:
        let key = try shop.key()
        try shop.open().write(shop.session) { (transaction) throws(VaultError) in try transaction.remove(["TOKEN"], key)
        }
      }
    }
  }

  @Test(arguments: Meanwhile.allCases, [RotationStep.pending, .set, .tested])
  func `what set, rollback and rm put in use is not overwritten`(_ meanwhile: Meanwhile, _ step: RotationStep) throws {
    var (shop, record) = try Way.shop(at: .dead)
    // Now version 2 is in use, so that there is something to roll back to.
    record = try shop.rotator().plan("TOKEN", playbook: "")
    for (event, next) in Way.steps {
      record = try Way.take(event, record, try shop.rotator(), value: "third")
      if next == step { break }
    }
    #expect(try shop.versions() == Snapshot.Versions(current: 2, pending: 3, previous: 1))
    try meanwhile.happen(to: shop)
    let value = try shop.value()
    while record.step != .tested {
      let event = try #require(Way.steps.first { record.step.after($0.event) == $0.step }).event
      record = try Way.take(event, record, try shop.rotator())
    }
    let found = try shop.versions()
    #expect(found.pending == (meanwhile == .remove ? nil : 3))
    let before = try shop.state()
    let moved = VaultError.moved(name: "TOKEN", current: found.current, pending: found.pending)
    #expect(throws: RotationError.vault(moved)) { try shop.rotator().promote(record) }
    #expect(try shop.state() == before)
    // Giving up leaves what they put in use.
    let (aborted, retreat) = try shop.rotator().abort(record)
    #expect(aborted.step == .aborted && retreat == .leftAsFound)
    #expect(try shop.value() == value)
    #expect(try shop.versions().pending == nil)
  }

  @Test func `a value that was set between the plan and the paste is not rotated away`() throws {
    let (shop, record) = try Way.shop(at: .planned)
    try shop.put("TOKEN", "set meanwhile")
    let moved = VaultError.moved(name: "TOKEN", current: 2, pending: nil)
    #expect(throws: RotationError.vault(moved)) { try shop.rotator().savePending(record, secret("new")) }
    #expect(try shop.rotations() == [record])
    #expect(try shop.value() == "set meanwhile")
  }
}

extension Shop {
  func point(_ name: String, to version: UInt32) throws {
    let key = try key()
    try open().write(session) { (transaction) throws(VaultError) in
      try transaction.point(name, to: version, key, in: transaction.snapshot())
    }
  }
}
