import ArgumentParser
import Platform
import ScanArguments

/// The command line of `coffer-scan`: that of `coffer scan`, and what `coffer` hands over with it.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coffer-scan", abstract: ScanArguments.abstract,
    discussion: ScanArguments.discussion.replacing("coffer scan", with: "coffer-scan"),
    version: "coffer-scan \(Version.current)")

  @OptionGroup var arguments: ScanArguments

  /// A descriptor with a `KnownValueTable`.
  @Option(name: .customLong("known-values-fd"), help: .hidden)
  var knownValuesDescriptor: Int32?

  /// Why values of the vault are not looked for, or not all.
  @Option(name: .customLong("known-values-missing"), help: .hidden)
  var knownValuesMissing: String?

  /// `[scan] salt` of the coffer.toml that the vault belongs to.
  @Option(name: .long, help: .hidden)
  var salt: String?
}
