/// What a repository's `config` says about how it is kept.
/// Source: gitrepository-layout(5), "Git Repository Format Versions"; git-config(1), `extensions.*`.
package struct RepositoryFormat: Sendable, Equatable {
  /// `core.repositoryformatversion` as written; 0 when it is not.
  package private(set) var version = "0"
  /// `sha1` or `sha256`, or what else is written.
  package private(set) var objectFormat = "sha1"
  /// `files` or `reftable`, or what else is written.
  package private(set) var refStorage = "files"
  /// Names of extensions that are not known here, sorted.
  package private(set) var unknownExtensions: [String] = []
  /// `core.bare`; nil when it is not written.
  package private(set) var isBare: Bool?
  /// Remotes that may be asked later for objects that are not here, sorted: a partial clone.
  package private(set) var promisorRemotes: [String] = []
  /// What such a clone left out, `blob:none` for one.
  package private(set) var partialCloneFilter: String?
  /// Whether a part of the file could not be made out.
  package private(set) var isDamaged = false

  /// Extensions that change nothing about how objects and references are read.
  private static let harmless: Set = [
    "noop", "noop-v1", "preciousobjects", "worktreeconfig", "relativeworktrees", "submodulepathconfig",
  ]

  init(_ config: [UInt8]) {
    let text = ConfigText(config)
    isDamaged = text.isDamaged
    version = text.last("core", "repositoryformatversion")?.value ?? "0"
    isBare = text.last("core", "bare")?.isTrue
    var unknown: Set<String> = []
    var promisors: Set<String> = []
    for setting in text.settings {
      switch (setting.section, setting.name) {
      case ("extensions", "objectformat"): objectFormat = setting.value?.lowercased() ?? ""
      case ("extensions", "refstorage"): refStorage = setting.value ?? ""
      case ("extensions", "partialclone"): promisors.insert(setting.value ?? "")
      case ("extensions", let name): if !Self.harmless.contains(name) { unknown.insert(name) }
      case ("remote", "promisor"): if setting.isTrue { promisors.insert(setting.subsection) }
      case ("remote", "partialclonefilter"): partialCloneFilter = setting.value
      default: break
      }
    }
    unknownExtensions = unknown.sorted()
    promisorRemotes = promisors.sorted()
  }

  /// All that is not as this reader knows it. Objects of another format than SHA-1 cannot be read at all, the rest is read as far
  /// as it goes.
  package var unsupported: [FormatFeature] {
    var features: [FormatFeature] = []
    if version != "0" && version != "1" { features.append(.version(version)) }
    if objectFormat != "sha1" { features.append(.objectFormat(objectFormat)) }
    if refStorage != "files" { features.append(.refStorage(refStorage)) }
    return features + unknownExtensions.map { .unknownExtension($0) }
  }
}
