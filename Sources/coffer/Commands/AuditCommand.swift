import ArgumentParser
import Audit
import Platform
import Vault

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Show what was changed, read and launched, and by whom.",
    discussion: """
      Changes are the vault's own log, signed by their authors. Reads and launches are those of this device, in a file that \
      its user can change: it shows accidents, not a forger.

        coffer audit
        coffer audit --name STRIPE_SECRET --since 7d
        coffer audit verify

      coffer audit show --help lists what narrows it down.
      """,
    subcommands: [Show.self, Verify.self], defaultSubcommand: Show.self)

  struct Show: Performing {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "List changes, reads and launches, the newest last; never values.",
      discussion: """
        Changes are shown while the vault is unlocked, in the order of the log. Reads and launches need no key.

          coffer audit
          coffer audit --name STRIPE_SECRET --since 7d
          coffer audit --kind run -e production --format json
        """)

    @Option(name: .long, help: ArgumentHelp("Only of this variable.", valueName: "name"))
    var name: String?

    @Option(
      name: [.customShort("e"), .customLong("env")],
      help: ArgumentHelp("Only of this environment.", valueName: "environment"))
    var environment: String?

    @Option(name: .long, help: ArgumentHelp("Only from then on: 12h, 7d, 2026-11-21.", valueName: "time"))
    var since: String?

    @Option(name: .long, help: ArgumentHelp("Only of this kind: run, get, put ...", valueName: "kind"))
    var kind: String?

    @Option(name: .long, help: ArgumentHelp("Only what this member changed.", valueName: "member"))
    var by: String?

    @Option(name: .long, help: ArgumentHelp("The newest n only.", valueName: "n"))
    var limit: Int?

    @Option(name: .long, help: "text, or json: one object a line.")
    var format: ListFormat = .text

    @OptionGroup var unlock: UnlockOptions
    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      guard limit ?? 1 > 0 else { throw Failure("--limit takes a number from 1") }
      let workspace = try Workspace.find()
      let filter = AuditFilter(
        name: name.map(workspace.vaultName), environment: environment,
        since: try since.map { try AuditFilter.time($0) },
        kind: kind, author: by)
      let listing = try AuditListing(workspace, filter, limit: limit, unlock)
      for row in listing.rows { try console.data(text: format == .json ? row.json : row.text) }
      for note in listing.notes { console.hint(note) }
      return 0
    }
  }

  struct Verify: Performing {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract: "Prove that the log is whole, and look for changes in this device's file.",
      discussion: """
        Reads the whole vault, as coffer verify does, and computes the checkpoints over this device's record of reads and \
        launches again. Needs no passphrase and no network.

          coffer audit verify

        Exit codes: 0 whole, 4 not, or it cannot be told: checkpoints are gone.
        """)

    @OptionGroup var output: OutputOptions

    func perform(_ console: Console) throws -> Int32 {
      let workspace = try Workspace.find()
      let vault = try workspace.vault()
      let found = try vault.verifyWhole()
      console.note("changes: sound, \(Wording.count(found.entries, "log entry", "log entries"))")
      var problems: [AuditCheck.Problem] = []
      for check in try AuditFile(vault: vault.id.hex, workspace.folders).verify() {
        if let problem = check.problem {
          problems.append(problem)
          console.report(Failure("\(check.path): \(Self.text(problem))"))
        } else {
          console.note("reads and launches: \(Self.text(check))")
        }
      }
      guard problems.isEmpty else {
        throw Failure(
          problems.allSatisfy(Self.isUnproven)
            ? "whether what this device recorded was changed since cannot be told"
            : "what this device recorded was changed since",
          hints: ["a disk may have lied, or a program of your user did it; move both files away to begin anew"], code: 4
        )
      }
      return 0
    }

    private static func text(_ check: AuditCheck) -> String {
      "as written, \(Wording.count(check.lines, "line"))"
        + (check.unchained == 0 ? "" : ", the last \(check.unchained) not chained yet")
        + (check.unreadable == 0 ? "" : ", \(check.unreadable) torn by a crash or a full disk")
        + (check.path.hasSuffix(".1") ? " (the older file)" : "")
    }

    private static func text(_ problem: AuditCheck.Problem) -> String {
      switch problem {
      case .cut(let missing):
        "at least \(Wording.count(missing, "byte")) \(missing == 1 ? "is" : "are") missing at its end"
      case .changed(let after, let until):
        "something was changed, cut out or inserted in what was written "
          + (after.map { "from \(Age.timestamp($0)) " } ?? "") + "until \(Age.timestamp(until))"
      case .chain: "its checkpoints (\(Self.chain)) are damaged or were changed"
      case .unproven(nil): "its checkpoints (\(Self.chain)) are gone: nothing shows whether it was changed"
      case .unproven(let until?):
        "its checkpoints (\(Self.chain)) were begun anew at \(Age.timestamp(until)): nothing shows whether what was "
          + "written before was changed"
      }
    }

    private static func isUnproven(_ problem: AuditCheck.Problem) -> Bool {
      if case .unproven = problem { true } else { false }
    }

    private static let chain = "the file beside it that ends in .chain"
  }
}
