import Findings
import Git

/// What the facts of a repository mean for a scan of it.
enum FactGaps {
  /// - Returns: one gap for each kind of fact, counted.
  static func gaps(_ facts: [RepositoryFact]) -> [Coverage.Gap] {
    var gaps: [Coverage.Gap] = []
    var damaged: [String] = []
    var unreadable: [String] = []
    var outside: [String] = []
    // By the files that name them: what those files hold may be no path at all, and no line of them is repeated.
    var gone: [String] = []
    var empty: [String] = []
    for fact in facts {
      switch fact {
      // Told with what they lack: see `RepositoryScan`.
      case .shallow, .partialClone, .promisorPack: break
      case .format(let feature): gaps.append(gap(feature))
      case .layout(let file, _): damaged.append(file)
      case .alternateNotFollowed(let path, _): outside.append(path)
      case .alternateMissing(_, let file), .alternatesBeyondLimit(let file): gone.append(file)
      case .pack(let path, let fault):
        if case .unreadable = fault { unreadable.append(path) } else { damaged.append("\(path) (\(words(fault)))") }
      case .unreadable(let path, _): unreadable.append(path)
      case .emptyLooseObject(let id): empty.append(id.hex)
      case .brokenReference(let name): damaged.append("reference \(name)")
      case .damagedReflog(let name, let lines): damaged.append("reflog of \(name) (\(lines) lines)")
      case .tooManyReferences(let limit): damaged.append("more than \(limit) references")
      case .damagedIndex(let path): damaged.append(path)
      }
    }
    if !damaged.isEmpty { gaps.append(.damaged(damaged.count, names: damaged)) }
    if !empty.isEmpty { gaps.append(.damaged(empty.count, names: empty)) }
    if !unreadable.isEmpty { gaps.append(.unreadable(unreadable.count, names: unreadable.map { Array($0.utf8) })) }
    if !outside.isEmpty { gaps.append(.alternatesOutside(outside)) }
    if !gone.isEmpty { gaps.append(.alternatesMissing(namedIn: gone)) }
    return gaps
  }

  static func gap(_ feature: FormatFeature) -> Coverage.Gap {
    switch feature {
    case .objectFormat("sha256"):
      .format(
        "objects are named by SHA-256, which is not read yet: only the files of the work tree were",
        remedy: "scan a SHA-1 copy: git fast-export --all | git -C COPY fast-import")
    case .objectFormat: .format("objects are named by a hash that is not known", remedy: "use a newer coffer")
    case .refStorage(let name):
      .format(
        "references are kept as \(TerminalText.escaped(name)), which is not read: commits cannot be told by branch",
        remedy: "git refs migrate --ref-format=files")
    case .unknownExtension(let name):
      .format(
        "the repository needs the extension \(TerminalText.escaped(name)), which is not known",
        remedy: "use a newer coffer")
    case .version: .format("the repository is of a version that is not known", remedy: "use a newer coffer")
    }
  }

  private static func words(_ fault: RepositoryFact.PackFault) -> String {
    switch fault {
    case .noPack: "its pack is gone"
    case .notIndexed: "it has no index: git index-pack makes one"
    case .damagedPack: "truncated or damaged"
    case .damagedIndex: "its index is damaged"
    case .mismatch: "its index is of another pack"
    case .unsupported: "of a version that is not known"
    case .unreadable: "unreadable"
    }
  }
}
