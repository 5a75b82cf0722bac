import Git
import Platform
import Project
import ScanArguments
import Scanning

/// What is scanned, and what may be read for it. Made before the process confines itself.
enum ScanSource: Sendable {
  case repository(RepositoryLayout, RepositoryScan.Scope, start: String, followsAlternates: Bool)
  case folder(String)
  case stdin

  /// - Throws: `Failure` when there is nothing of the kind.
  init(_ arguments: ScanArguments) throws {
    if arguments.stdin {
      self = .stdin
      return
    }
    let path = arguments.folder ?? arguments.repository ?? "."
    let start: String
    do throws(SystemError) { start = try Files.canonical(path) } catch {
      throw Failure("\(Wording.line(path)): \(error.message)")
    }
    if arguments.folder != nil {
      guard Files.kind(of: start) == .directory else { throw Failure("\(Wording.line(path)) is no folder") }
      self = .folder(start)
      return
    }
    let layout: RepositoryLayout
    do throws(GitError) { layout = try RepositoryLayout.find(at: start) } catch { throw Failure(error) }
    let scope: RepositoryScan.Scope =
      if arguments.staged { .staged(indexFile: Self.indexFile(of: layout)) } else if let range = arguments.range {
        .range(range)
      } else { .everything }
    // Who made the repository chose them: a person sees them in the report, a machine has to be told.
    let isUnattended = AmbientEnvironment.value(of: "CI").map { !["", "0", "false"].contains($0) } ?? false
    let follows = arguments.followAlternates || !isUnattended
    if !follows, let outside = layout.outsideFolders.first {
      throw Failure(
        "\(Wording.line(outside.namedIn)) leads to a git folder outside: \(Wording.line(outside.path))",
        hints: ["if that is meant: --follow-alternates"])
    }
    self = .repository(
      layout, scope, start: start, followsAlternates: follows)
  }

  /// Folders outside of what was asked for that are read since the repository names them.
  var outside: [(path: String, namedIn: String)] {
    guard case .repository(let layout, _, _, true) = self else { return [] }
    return layout.outsideFolders.map { ($0.path, $0.namedIn) }
      + layout.objectFolders.filter(\.isOutside).map { ($0.path, $0.listedIn ?? layout.commonDirectory) }
  }

  /// What git names to its hooks for `git commit FILE`; only within the git folder, where git makes it.
  private static func indexFile(of layout: RepositoryLayout) -> String? {
    guard let named = AmbientEnvironment.value(of: "GIT_INDEX_FILE"), !named.isEmpty,
      let path = try? Files.canonical(named), path.hasPrefix(layout.gitDirectory + "/")
    else { return nil }
    return path
  }

  /// All that a scan of it has to read.
  var readablePaths: [String] {
    switch self {
    case .stdin: []
    case .folder(let folder): [folder]
    case .repository(let layout, _, _, let follows):
      [layout.gitDirectory, layout.commonDirectory] + (layout.workTree.map { [$0] } ?? [])
        + layout.objectFolders.filter { follows || !$0.isOutside }.map(\.path)
    }
  }

  /// Whether a finding that is not there now is nowhere.
  var isWhole: Bool {
    switch self {
    case .repository(_, .everything, _, _): true
    case .repository, .folder, .stdin: false
    }
  }

  func scan(_ tools: ScanTools) throws(ScanError) -> ScanOutcome {
    switch self {
    case .stdin: try StreamScan.run(descriptor: 0, tools)
    case .folder(let folder): try FolderScan.run(folder, tools)
    case .repository(let layout, let scope, _, let follows):
      try RepositoryScan(layout, followsAlternates: follows, tools).run(scope)
    }
  }

  /// `[scan] salt` of the nearest coffer.toml, from where the scan was asked for up to the root of what is scanned.
  func manifestSalt(warn: (String) -> Void) -> String? {
    guard let bytes = nearest(Manifest.fileName, limit: 1 << 20) else { return nil }
    do {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure("not UTF-8") }
      return try Manifest(text: text).scanSalt
    } catch {
      warn("coffer.toml cannot be read: fingerprints are of this run only")
      return nil
    }
  }

  /// The text of `.cofferignore`.
  var ignoreText: String? {
    nearest(IgnoreList.fileName, limit: IgnoreList.maximumSize).map { String(decoding: $0, as: UTF8.self) }
  }

  private func nearest(_ name: String, limit: Int) -> [UInt8]? {
    switch self {
    case .stdin: return nil
    case .folder(let folder): return try? Files.read(folder + "/" + name, limit: limit)
    case .repository(let layout, _, let start, let follows):
      guard let root = layout.workTree else {
        return RepositoryScan.fileOfHead(name, limit: limit, layout, followsAlternates: follows)
      }
      var folder = start == root || start.hasPrefix(root + "/") ? start : root
      while true {
        if let bytes = try? Files.read(folder + "/" + name, limit: limit) { return bytes }
        guard folder != root, folder != "/" else { return nil }
        folder = Files.parent(of: folder)
      }
    }
  }
}
