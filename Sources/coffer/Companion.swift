import Glibc
import Platform

/// Coffer's other programs: beside this one, or in ../libexec/coffer, as `git` finds `git-foo`.
enum Companion {
  /// All of the environment that another program of Coffer gets: it reads hostile input, and whatever else the user's shell exports
  /// is none of its business.
  private static let passed: Set<String> = [
    "COFFER_HOME", "COFFER_POLICIES", "GIT_INDEX_FILE", "HOME", "XDG_CACHE_HOME", "CI", "NO_COLOR", "TERM", "COLUMNS",
    "LANG", "LC_ALL", "TZ",
  ]

  /// Replaces this process by `program`.
  /// - Returns: only on failure.
  static func replace(by program: String, words: [String]) -> Failure {
    guard let path = path(of: program) else { return missing(program) }
    let failure = withStrings([path] + words) { arguments in
      withEnvironment { Exec.replace(arguments: arguments, environment: $0) }
    }
    return Failure(
      "\(path) does not start: \(SystemError(operation: "execve", path: path, code: failure.code).message)")
  }

  /// Where `program` is; nil when it is not installed.
  static func path(of program: String) -> String? { places(of: program).first { Files.kind(of: $0) == .regular } }

  /// That it is not.
  static func missing(_ program: String) -> Failure {
    Failure(
      "\(program) is not installed: it was looked for at \(places(of: program).joined(separator: " and "))",
      hints: ["install all of Coffer: make install, or the package it came from"])
  }

  private static func places(of program: String) -> [String] {
    // Without /proc, in a minimal container, only the name it was started by tells where it is.
    let own = (try? Files.canonical("/proc/self/exe")) ?? RawArguments.strings.first.flatMap(Exec.find)
    guard let own, let own = try? Files.canonical(own) else { return ["/usr/bin/" + program] }
    let folder = Files.parent(of: own)
    return [folder + "/" + program, Files.parent(of: folder) + "/libexec/coffer/" + program]
  }

  private static func withStrings<R>(_ strings: [String], _ body: (Exec.Strings) -> R) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(&pointers)
  }

  private static func withEnvironment<R>(_ body: (Exec.Strings) -> R) -> R {
    var kept: [UnsafeMutablePointer<CChar>?] = []
    AmbientEnvironment.forEach { entry in
      guard let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { return }
      let name = String(
        decoding: UnsafeRawBufferPointer(start: entry, count: equals - UnsafeMutablePointer(mutating: entry)),
        as: UTF8.self)
      if passed.contains(name) { kept.append(UnsafeMutablePointer(mutating: entry)) }
    }
    kept.append(nil)
    return body(&kept)
  }
}
