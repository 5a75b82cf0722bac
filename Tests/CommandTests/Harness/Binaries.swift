import Glibc

/// Where the programs under test are.
enum Binaries {
  /// What the tests run: COFFER_BIN, which `make test` sets to the binary that is shipped; else the debug build.
  static let coffer = environmentVariable("COFFER_BIN") ?? debugCoffer

  /// The debug build of `coffer`, beside the test bundle: other than the static one, it takes a library put before the system's.
  static let debugCoffer = testBundleFolder + "/coffer"

  /// The fully static binary that `make dist` leaves; nil when it was not built.
  static let staticCoffer: String? = {
    let path = packageFolder + "/dist/coffer"
    return access(path, X_OK) == 0 ? path : nil
  }()

  /// The folder of Package.swift.
  static let packageFolder = parent(of: #filePath, levels: 4)

  static var isRoot: Bool { geteuid() == 0 }

  private static let testBundleFolder: String = {
    guard let executable = canonicalPath("/proc/self/exe"),
      access(parent(of: executable) + "/coffer", X_OK) == 0
    else { return packageFolder + "/.build/debug" }
    return parent(of: executable)
  }()
}

/// A variable of the test's own environment.
func environmentVariable(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}

/// The path of an existing file, without symbolic links.
func canonicalPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// A path without its last components.
func parent(of path: String, levels: Int = 1) -> String {
  path.split(separator: "/").dropLast(levels).reduce(into: "") { $0 += "/" + $1 }
}
