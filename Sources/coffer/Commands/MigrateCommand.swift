import ArgumentParser
import Vault

struct MigrateCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Move the vault's file to the layout of this coffer.",
    discussion: """
      Forward only, in one step, after a backup that was verified by reading it again. The first change \
      does the same by itself; reading and launching leave the file as it is.

        coffer migrate --dry-run
        coffer migrate
      """)

  @Flag(name: .customLong("dry-run"), help: "Say what would be done, and change nothing.")
  var dryRun = false

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let vault = try Workspace.find().vault()
    let schema = try vault.schema()
    guard schema.found < schema.current else {
      console.note("layout \(schema.found) is the newest: nothing to do")
      return 0
    }
    if dryRun {
      console.note("layout \(schema.found) would become \(schema.current), after a backup in \(schema.backup)")
      return 0
    }
    try vault.migrate()
    console.note("layout \(schema.found) is \(schema.current) now; a backup of before is \(schema.backup)")
    return 0
  }
}
