/// Which blobs hold which secrets: what a scan found, and what the trees are searched for.
package struct MarkedBlobs: Sendable {
  /// By number of the blob in the inventory; sorted, each secret once.
  private let secrets: [Int32: [Int32]]
  /// One more than the highest secret.
  package let secretCount: Int

  /// - Parameter marks: the secrets of each blob, both as numbers; those of secrets count from 0.
  package init(_ marks: [Int32: [Int32]]) {
    secrets = marks.compactMapValues { $0.isEmpty ? nil : Array(Set($0)).sorted() }
    secretCount = secrets.values.lazy.compactMap(\.last).max().map { Int($0) + 1 } ?? 0
  }

  /// The blobs that hold any, in the order of the inventory.
  package var blobs: [Int32] { secrets.keys.sorted() }

  /// The secrets of a blob, sorted; none for one that holds none.
  package func secrets(of blob: Int32) -> [Int32] { secrets[blob] ?? [] }

  /// Submodules are searched for like one more secret: this.
  var submodule: Int32 { Int32(secretCount) }

  func contains(_ blob: Int32) -> Bool { secrets[blob] != nil }
}
