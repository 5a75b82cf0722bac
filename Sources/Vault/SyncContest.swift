/// What one side of a contest shut out.
package struct SyncContest: Hashable, Sendable {
  /// One entry that shuts somebody or something out.
  package struct Deed: Hashable, Sendable {
    package let author: String
    package let time: UInt64
    package let what: [String]
  }

  /// Where it comes from: nil for this device's own log, else the bundle's file.
  package let first: String?
  package let firstDeeds: [Deed]
  package let second: String?
  package let secondDeeds: [Deed]
}
