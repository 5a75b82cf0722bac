import Testing

@testable import Leaks
@testable import Rotation
@testable import Sealing
@testable import Vault

struct AbortTests {
  @Test(arguments: [RotationStep.planned, .pending, .set, .tested, .promoted, .rolledOut])
  func `before the old value is revoked it comes back`(_ step: RotationStep) throws {
    let (shop, record) = try Way.shop(at: step, leak: true)
    let (aborted, retreat) = try shop.rotator().abort(record)
    let expected: Rotator.Retreat =
      switch step {
      case .planned: .nothingStored
      case .pending, .set, .tested: .withdrawn
      default: .restored
      }
    #expect(retreat == expected)
    #expect(aborted.step == .aborted && aborted.to == record.to)
    #expect(try shop.value() == "old")
    let versions = try shop.versions()
    #expect(versions.current == 1 && versions.pending == nil)
    #expect(try shop.rotations() == [aborted])
    #expect(try shop.leaks().map(\.state) == [.open])
    #expect(try shop.open().verifyWhole().names == 3)
    // The new value is in the history, and the next rotation counts on.
    var next = try shop.rotator().plan("TOKEN", playbook: "")
    next = try shop.rotator().savePending(next, secret("newer"))
    #expect(next.to == (step == .planned ? 2 : 3))
  }

  @Test(arguments: [RotationStep.revoked, .dead])
  func `after it is revoked there is no way back`(_ step: RotationStep) throws {
    let (shop, record) = try Way.shop(at: step)
    let before = try shop.state()
    #expect(throws: RotationError.notPossible(.abort, at: step)) { try shop.rotator().abort(record) }
    #expect(try shop.state() == before)
    #expect(try shop.value() == "new")
  }

  @Test func `a value that was set after the promotion stays in use`() throws {
    let (shop, record) = try Way.shop(at: .rolledOut)
    try shop.put("TOKEN", "set meanwhile")
    let (aborted, retreat) = try shop.rotator().abort(record)
    #expect(aborted.step == .aborted && retreat == .leftAsFound)
    #expect(try shop.value() == "set meanwhile")
  }
}
