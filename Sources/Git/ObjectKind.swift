/// What an object is. The raw values are those of packs and of libgit2's `git_object_t`.
package enum ObjectKind: UInt8, Sendable, CaseIterable {
  case commit = 1
  case tree = 2
  case blob = 3
  case tag = 4

  /// As git writes it.
  package var name: String {
    switch self {
    case .commit: "commit"
    case .tree: "tree"
    case .blob: "blob"
    case .tag: "tag"
    }
  }
}

/// A choice of kinds.
package struct ObjectKinds: OptionSet, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) { self.rawValue = rawValue }

  package init(_ kind: ObjectKind) { self.init(rawValue: 1 << kind.rawValue) }

  package static let commit = ObjectKinds(.commit)
  package static let tree = ObjectKinds(.tree)
  package static let blob = ObjectKinds(.blob)
  package static let tag = ObjectKinds(.tag)
  package static let all: ObjectKinds = [.commit, .tree, .blob, .tag]

  package func contains(_ kind: ObjectKind) -> Bool { contains(ObjectKinds(kind)) }
}
