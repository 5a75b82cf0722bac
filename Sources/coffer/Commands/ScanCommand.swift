import ArgumentParser
import Platform
import ScanArguments

/// Hands over to `coffer-scan`, which never holds a key, with fingerprints of the vault's values.
struct ScanCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "scan", abstract: ScanArguments.abstract, discussion: ScanArguments.discussion)

  @OptionGroup var arguments: ScanArguments
  @OptionGroup var unlock: UnlockOptions

  var output: OutputOptions {
    var output = OutputOptions()
    output.quiet = arguments.quiet
    output.noColor = arguments.noColor
    return output
  }

  func perform(_ console: Console) throws -> Int32 {
    let known = KnownValueCollection(for: arguments.repository ?? arguments.folder ?? ".", unlock, console)
    unlock.discard()
    throw Companion.replace(by: "coffer-scan", words: try known.words() + arguments.words)
  }
}
