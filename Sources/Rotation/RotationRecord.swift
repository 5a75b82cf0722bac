package import Leaks
package import Sealing
package import Vault

/// Names one rotation.
package struct RotationID: Hashable, Sendable, CustomStringConvertible {
  /// 16 random bytes.
  package let bytes: Bytes16

  package init(_ bytes: Bytes16) { self.bytes = bytes }

  static func random() -> RotationID { RotationID(Bytes16(Randomness.bytes(16))) }

  /// 32 lower-case hexadecimal digits.
  package var description: String { bytes.bytes.hex }
}

/// What is stored of one rotation: everything that `--resume` needs, and no value. docs/FORMAT.md, "Ledger".
package struct RotationRecord: Hashable, Sendable {
  /// A step that the rotation came to.
  package struct Mark: Hashable, Sendable {
    package let step: RotationStep
    /// Milliseconds since 1970 by the author's clock. Nothing is decided by it.
    package let time: UInt64
    package let author: MemberID
  }

  /// What the test of the new value said.
  package enum Test: UInt8, Sendable {
    case passed = 1
    case skipped
  }

  package let id: RotationID
  package let environment: EnvironmentID
  /// The vault's name of the secret.
  package let name: String
  /// The version that is to be replaced.
  package let from: UInt32
  /// The id of the playbook that the rotation began with.
  package let playbook: String
  /// The leak that it closes.
  package let leak: LeakFingerprint?
  /// The new version; nil until it is stored.
  package internal(set) var to: UInt32?
  /// How Coffer made the new value; empty when somebody brought it, or until it is stored.
  package internal(set) var generator: String
  /// Nil until the test.
  package internal(set) var test: Test?
  /// The way so far, the oldest first; it begins with `planned`.
  package internal(set) var marks: [Mark]

  /// The newest mark's.
  package var step: RotationStep { marks[marks.count - 1].step }

  /// When it came to `step`, in milliseconds since 1970; nil if it never did.
  package func time(of step: RotationStep) -> UInt64? { marks.first { $0.step == step }?.time }
}
