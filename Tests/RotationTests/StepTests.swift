import Testing

@testable import Rotation

struct StepTests {
  /// Written anew from docs/FORMAT.md, "Ledger": which step may follow which, by which event.
  private static let allowed: [RotationStep: [RotationEvent: RotationStep]] = [
    .planned: [.savePending: .pending, .abort: .aborted],
    .pending: [.markSet: .set, .abort: .aborted],
    .set: [.recordTest: .tested, .abort: .aborted],
    .tested: [.promote: .promoted, .abort: .aborted],
    .promoted: [.markRolledOut: .rolledOut, .abort: .aborted],
    .rolledOut: [.markRevoked: .revoked, .abort: .aborted],
    .revoked: [.proveDead: .dead, .leaveUnproven: .unproven],
    .unproven: [.proveDead: .dead],
    .dead: [:],
    .aborted: [:],
  ]

  @Test(arguments: RotationStep.allCases, RotationEvent.allCases)
  func `each event leads where it should, or nowhere`(_ step: RotationStep, _ event: RotationEvent) {
    #expect(step.after(event) == Self.allowed[step]?[event])
  }

  @Test func `no step is reached without those before it`() {
    for (place, step) in Way.steps.enumerated() {
      let before = RotationStep.allCases.filter { from in
        RotationEvent.allCases.contains { from.after($0) == step.step }
      }
      let expected: Set<RotationStep> =
        step.step == .dead ? [.revoked, .unproven] : [place == 0 ? .planned : Way.steps[place - 1].step]
      #expect(Set(before) == expected, "\(step.step)")
    }
  }

  @Test func `every open rotation can come to an end, and an end stays one`() {
    for step in RotationStep.allCases {
      var reached: Set<RotationStep> = [step]
      for _ in RotationStep.allCases {
        reached.formUnion(reached.flatMap { from in RotationEvent.allCases.compactMap { from.after($0) } })
      }
      #expect(reached.contains { !$0.isOpen })
      if !step.isOpen { #expect(reached.allSatisfy { !$0.isOpen }, "\(step)") }
    }
  }

  @Test func `numbers and words of steps stay`() {
    #expect(RotationStep.allCases.map(\.rawValue) == Array(1...10))
    #expect(
      RotationStep.allCases.map(\.description) == [
        "planned", "pending", "set", "tested", "promoted", "rolled out", "revoked", "dead", "unproven", "aborted",
      ])
  }
}
