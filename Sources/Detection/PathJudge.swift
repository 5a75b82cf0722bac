package import Findings

/// The third stage: what a file's path and its first bytes say of a candidate. Pure; the same candidate is judged anew
/// at every path.
package enum PathJudge {
  /// Of a file, the start that is worth handing over, in bytes.
  package static let headCount = 4096

  /// How sure the candidate is in that file; nil: it is none there.
  ///
  /// A provider's token is never dropped for its path and a proven one never lowered: a real key in a test is a leak.
  /// An assignment in a lock file, a translation, a picture or minified code is no secret.
  /// - Parameters:
  ///   - path: with `/` between its parts; nil: a message or standard input.
  ///   - head: the file's first `headCount` bytes.
  package static func confidence(
    of candidate: Candidate, by detector: Detector, path: [UInt8]?, head: [UInt8]
  ) -> Confidence? {
    let confidence = candidate.confidence
    guard candidate.checksum != .valid, let path else { return confidence }
    let place = FilePlace(path)
    switch detector.kind {
    case .token, .privateKey, .jwt:
      return place.isExample ? confidence.lowered : confidence
    case .urlPassword:
      return place.isExample ? lowered(confidence) : confidence
    case .generic:
      if place.isMachineMade || place.isTranslation || isMinified(head, place) || head.contains(0) { return nil }
      if place.isExample || place.isOthers { return lowered(confidence) }
      return place.isConfiguration ? confidence.raised : confidence
    }
  }

  /// One step down, and out below the last.
  private static func lowered(_ confidence: Confidence) -> Confidence? {
    confidence == .low ? nil : confidence.lowered
  }

  /// Scripts and styles without line ends.
  private static func isMinified(_ head: [UInt8], _ place: FilePlace) -> Bool {
    guard place.isWebCode else { return false }
    let lines = head.count { $0 == 0x0A }
    return head.count >= 1500 && head.count / (lines + 1) > 400
  }
}

/// What a path says of a file.
struct FilePlace {
  private let folders: [String]
  private let name: String
  /// Of the name, behind its last dot; empty without one.
  private let ending: String

  init(_ path: [UInt8]) {
    // Hostile paths are long: the last parts tell enough.
    let parts = path.suffix(1024).split(separator: UInt8(ascii: "/")).map {
      String(decoding: $0.map(\.lowercased), as: UTF8.self)
    }
    folders = Array(parts.dropLast())
    let name = parts.last ?? ""
    self.name = name
    ending = name.utf8.lastIndex(of: UInt8(ascii: ".")).map { String(name[name.index(after: $0)...]) } ?? ""
  }

  private static let exampleFolders: Set<String> = [
    "test", "tests", "testing", "__tests__", "spec", "specs", "fixture", "fixtures", "__fixtures__", "testdata",
    "test_data", "test-data",
    "mock", "mocks", "__mocks__", "example", "examples", "sample", "samples", "demo", "demos", "doc", "docs",
    "documentation",
    "tutorial", "tutorials", "e2e", "cypress", "stories", "benchmark", "benchmarks", "testutil", "testutils",
    "unittest", "unittests",
    "integration", "snapshots", "__snapshots__", "man", "clar", "t",
  ]
  private static let otherFolders: Set<String> = [
    "node_modules", "vendor", "third_party", "third-party", "thirdparty", "deps", "bower_components", "external",
    "extern",
  ]
  private static let exampleEndings: Set<String> = [
    "example", "sample", "template", "tmpl", "dist", "md", "mdx", "rst", "adoc", "asciidoc", "snap", "feature", "ipynb",
    "1", "html", "htm", "tpl",
  ]
  private static let translationFolders: Set<String> = [
    "locale", "locales", "i18n", "l10n", "lang", "langs", "language", "languages", "translation", "translations",
    "messages", "po",
  ]
  private static let translationEndings: Set<String> = [
    "po", "pot", "mo", "xlf", "xliff", "strings", "stringsdict", "arb", "resx", "qm", "ts2", "ftl",
  ]
  private static let machineEndings: Set<String> = [
    "lock", "svg", "map", "sum", "css", "scss", "less", "csv", "tsv", "pdf", "ttf", "woff", "woff2", "eot", "png",
    "jpg", "jpeg", "gif", "ico",
    "webp", "bin", "wasm", "dat", "diff", "patch", "sig", "asc",
  ]
  private static let machineNames: Set<String> = [
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "package.resolved", "packages.lock.json",
    "project.assets.json",
    "pnpm-lock.yml", "bun.lockb", "gradle.lockfile", "checksums.txt", "sha256sums", "go.sum",
  ]
  private static let configurationEndings: Set<String> = [
    "env", "pem", "key", "tfvars", "tfstate", "properties", "ini", "conf", "cnf", "cfg", "toml", "ppk", "p12", "netrc",
    "npmrc", "pypirc",
    "pgpass", "htpasswd", "credentials", "secrets",
  ]
  private static let configurationNames: Set<String> = [
    ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", ".netrc", "_netrc", ".pgpass", ".my.cnf", ".git-credentials",
    "credentials", "credentials.json",
    "wp-config.php", "settings.py", "local_settings.py", "secrets.yml", "secrets.yaml", "secrets.json", "database.yml",
    "appsettings.json",
    "application.yml", "application.yaml", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml",
    "config.json",
    "config.yml", "config.yaml", "config.php", "config.js", "values.yaml", ".dockercfg", "id_rsa", "id_ed25519",
    "terraform.tfvars",
    "local.settings.json", "serviceaccount.json", "firebase.json",
  ]

  /// A test, an example, a document.
  var isExample: Bool {
    if folders.contains(where: Self.exampleFolders.contains) || Self.exampleEndings.contains(ending) { return true }
    let words = name.split(whereSeparator: { ".-_".contains($0) })
    return words.contains {
      ["test", "tests", "spec", "example", "sample", "mock", "mocks", "fixture", "readme", "changelog"].contains($0)
    }
      || name.hasPrefix("readme")
      || folders.contains { $0.hasSuffix("_test") || $0.hasSuffix("tests") || $0.hasSuffix("-test") }
  }

  /// Someone else's code, copied in.
  var isOthers: Bool { folders.contains(where: Self.otherFolders.contains) }

  /// Written by a program for programs, full of digests.
  var isMachineMade: Bool {
    Self.machineEndings.contains(ending) || Self.machineNames.contains(name) || name.hasSuffix(".min.js")
      || name.hasSuffix(".bundle.js") || name.hasSuffix(".lock.json")
  }

  /// Texts for people, keyed by names as "password".
  var isTranslation: Bool {
    Self.translationEndings.contains(ending)
      || folders.contains(where: Self.translationFolders.contains)
        && ["json", "yml", "yaml", "php", "js", "ts", "properties"].contains(ending)
  }

  /// Where secrets are kept: `.env`, credentials, settings.
  var isConfiguration: Bool {
    name.hasPrefix(".env") || Self.configurationEndings.contains(ending) || Self.configurationNames.contains(name)
  }

  /// Code that browsers get, which is often minified.
  var isWebCode: Bool { ["js", "mjs", "cjs", "css", "html", "htm", "json", "jsx", "ts"].contains(ending) }
}
