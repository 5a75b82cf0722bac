import ArgumentParser
import Vault

struct StatusCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show where this project's secrets stand, and what is due.",
    discussion: """
      Never asks for a passphrase: what is locked is said to be. Due are values older than their max_age in coffer.toml, \
      values that whoever was shut out has seen, leaks that nobody acted on, and rotations that are not finished.

        coffer status
        coffer status --format json

      Exit codes: 0 nothing to do, 1 something needs attention, 2 or more: it could not be told.
      """)

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let report = try StatusReport(workspace, unlock)
    switch format {
    case .text: try console.data(text: Wording.printable(report.text()))
    case .json: try console.data(text: report.json.line + "\n")
    }
    return report.needsAttention ? 1 : 0
  }
}
