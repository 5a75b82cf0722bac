/// What tests look at in backups, and put back from them.
extension Sandbox {
  /// The only file that a folder has; nil when it has none or several.
  func onlyFile(in folder: String) -> String? {
    let found = TestFiles.entries(folder)
    return found.count == 1 ? found[0] : nil
  }

  /// The sequence that a backup's header tells.
  func sequence(of backup: String) throws -> UInt64 {
    let bytes = try TestFiles.read(backup)
    guard bytes.count > 33, bytes.starts(with: Array("COFFERAR".utf8)) else {
      throw HarnessError("no backup: \(backup)")
    }
    return bytes[25..<33].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// How many entries the vault's log has.
  func entries() throws -> UInt64 {
    let result = try succeed("verify")
    guard let number = result.stderr.firstMatch(of: /(\d+) log entries/).flatMap({ UInt64($0.1) }) else {
      throw HarnessError("no number of entries: \(result)")
    }
    return number
  }

  /// A machine that has nothing but this one's project and, if wanted, its identity: where backups are put back.
  func otherMachine(withIdentity: Bool = true) throws -> Sandbox {
    let other = try Sandbox()
    try TestFiles.copy(path("coffer.toml"), to: other.path("coffer.toml"))
    if withIdentity {
      try TestFiles.makeFolder(parent(of: other.identityFile), mode: 0o700)
      try TestFiles.copy(identityFile, to: other.identityFile)
    }
    return other
  }
}
