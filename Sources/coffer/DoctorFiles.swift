import Platform
import Sealing
import Vault

/// What lies on this device: Coffer's folders, the identity, the folder's binding and its vault.
enum DoctorFiles {
  static func findings() -> [DoctorFinding] {
    guard let folders = try? Folders.current() else {
      return [.attention("folders", "neither HOME nor COFFER_HOME says where coffer's files are", fix: "set HOME")]
    }
    return permissions(folders) + [audit(folders), identity(folders)] + project()
  }

  private static let mostShown = 5

  private static func permissions(_ folders: Folders) -> [DoctorFinding] {
    let trees = [folders.config, folders.data, folders.state, folders.cache].map { PrivateTree($0) }
    let problems = trees.flatMap(\.problems)
    guard !problems.isEmpty else {
      return [.fine("permissions", "\(trees.map(\.count).reduce(0, +)) files and folders are yours alone")]
    }
    var findings = problems.prefix(mostShown).map { problem -> DoctorFinding in
      switch problem.refusal {
      case .symlink: .attention("permissions", "\(problem.path) is a symbolic link", fix: "move what it leads to here")
      case .notRegular: .attention("permissions", "\(problem.path) is not a regular file", fix: "remove it")
      case .foreignOwner(let owner):
        .attention(
          "permissions", "\(problem.path) belongs to another user (\(owner))", fix: "give it to yourself, or remove it")
      case .looseMode(let mode):
        .attention(
          "permissions", "\(problem.path) can be reached by others (mode \(String(mode, radix: 8)))",
          fix: "chmod \(problem.isFolder ? "700" : "600") \(problem.path)")
      }
    }
    if problems.count > mostShown {
      findings.append(.attention("permissions", "\(problems.count - mostShown) more like these"))
    }
    return findings
  }

  /// Whether reads and launches can be recorded.
  private static func audit(_ folders: Folders) -> DoctorFinding {
    // The nearest folder that exists decides.
    var folder = folders.state + "/audit"
    while !Files.exists(folder), folder != "/" { folder = Files.parent(of: folder) }
    guard Files.isWritable(folder) else {
      return .attention(
        "audit file", "\(folder) cannot be written: reads and launches are not recorded",
        fix: "make it writable, or name another place by COFFER_HOME or XDG_STATE_HOME")
    }
    return .fine("audit file", "reads and launches are recorded in \(folders.state)/audit")
  }

  private static func identity(_ folders: Folders) -> DoctorFinding {
    do throws(VaultError) {
      let file = try IdentityFile.load(folders)
      return .fine(
        "identity",
        "made \(Age.text(since: file.created)), its passphrase costs \(file.derivation.memory >> 20) MiB each try")
    } catch {
      guard error != .noIdentity else {
        return .note("identity", "this device has none yet", fix: "coffer init makes one, with a vault")
      }
      return .attention("identity", error)
    }
  }

  private static func project() -> [DoctorFinding] {
    guard let start = try? Files.canonical(".") else { return [.note("project", "the working folder is gone")] }
    guard hasManifest(above: start) else { return [.note("project", "no coffer.toml here or in a folder above")] }
    do {
      let workspace = try Workspace.find(from: start)
      var findings: [DoctorFinding] = []
      let vault = try workspace.vault()
      if let change = workspace.widening.first {
        let more = workspace.widening.count > 1 ? " and \(workspace.widening.count - 1) more" : ""
        findings.append(
          .attention(
            "project", "coffer.toml asks for more than you approved: \(Wording.brief(change))\(more)",
            fix: "coffer link"))
      } else {
        findings.append(.fine("project", "\(workspace.manifestPath) is linked and approved"))
      }
      return findings + self.vault(vault)
    } catch { return [.attention("project", error)] }
  }

  private static func hasManifest(above start: String) -> Bool {
    var folder = start
    while !Files.exists(folder + "/coffer.toml") {
      guard folder != "/" else { return false }
      folder = Files.parent(of: folder)
    }
    return true
  }

  /// A clock may be wrong by this much, in milliseconds.
  private static let clockTolerance: UInt64 = 5 * 60_000

  private static func vault(_ vault: Vault) -> [DoctorFinding] {
    do throws(VaultError) {
      let (sequence, time) = try vault.read { (snapshot) throws(VaultError) in (snapshot.sequence, snapshot.time) }
      let sound = DoctorFinding.fine("vault", "\(vault.id.short), entry \(sequence), verified from what was seen here")
      let now = Clock.now()
      guard time <= now || time - now <= clockTolerance else {
        return [
          sound,
          .attention(
            "clock",
            "this device's clock (\(Age.timestamp(now))) is behind the vault's newest entry (\(Age.timestamp(time)))",
            fix: "set the clock, or ask who wrote that entry to set theirs"),
        ]
      }
      return [sound, .fine("clock", "not before the vault's newest entry")]
    } catch { return [.attention("vault", error)] }
  }
}
