import ArgumentParser
import Platform
import Sealing

/// From arguments to an exit code. Nothing below this prints or exits but through `Console`.
enum Program {
  /// Runs the command that `arguments` (the program's name first) ask for.
  static func run(_ arguments: [String]) -> Int32 {
    let words = withOptionalValues(Array(arguments.dropFirst()))
    let isRun = words.first == RunCommand.configuration.commandName
    let command: any ParsableCommand
    do {
      // `run` stands in front of every process of the user's app: it is parsed without building the whole tree of commands.
      command = isRun ? try RunCommand.parse(Array(words.dropFirst())) : try CofferCommand.parseAsRoot(words)
    } catch {
      return answer(error, words: words, isRun: isRun)
    }
    guard let command = command as? any Performing else {
      // A bare `coffer`, a group without its subcommand, or `help`: each answers by throwing the text.
      var asking = command
      do { try asking.run() } catch { return answer(error, words: words, isRun: isRun) }
      return 0
    }
    let console = Console(quiet: command.output.quiet, noColor: command.output.noColor)
    do {
      let status = try command.perform(console)
      if SecretBytes.lockFailed { console.warn(Wording.memoryNotLocked) }
      return status
    } catch {
      if case TerminalError.interrupted(let signal) = error { Signals.deliver(signal) }
      let failure = Wording.withoutSecrets(Wording.failure(error), words: words)
      console.report(failure)
      return isRun ? max(failure.launchCode, 125) : failure.code
    }
  }

  /// `--preserve-env=A,B`: the parser knows no option whose value may be left out, so that form gets a name of its own.
  private static func withOptionalValues(_ words: [String]) -> [String] {
    let forms =
      words.first == SyncCommand.configuration.commandName
      ? [("--mine=", "--mine-names="), ("--theirs=", "--theirs-names=")] : [("--preserve-env=", "--preserve=")]
    let end = words.firstIndex(of: "--") ?? words.count
    return words.enumerated().compactMap { place, word in
      guard place < end, let (prefix, other) = forms.first(where: { word.hasPrefix($0.0) }) else { return word }
      // An empty list names nothing.
      return word == prefix ? nil : other + word.dropFirst(prefix.count)
    }
  }

  private static let commandNames: Set<String> = Set(
    (CofferCommand.configuration.subcommands
      + CofferCommand.configuration.groupedSubcommands.flatMap(\.subcommands))
      .flatMap { [$0.configuration.commandName ?? ""] + $0.configuration.aliases } + ["help"])

  /// Help and version are answers; everything else is a mistake in the arguments.
  private static func answer(_ error: any Error, words: [String], isRun: Bool) -> Int32 {
    let root: any ParsableCommand.Type = isRun ? RunCommand.self : CofferCommand.self
    let console = Console()
    if root.exitCode(for: error) == .success {
      let text = root.fullMessage(for: error)
      do { try console.data(text: text.hasSuffix("\n") ? text : text + "\n") } catch {
        console.report(Wording.failure(error))
        return isRun ? 125 : 2
      }
      return 0
    }
    let name = words.first ?? ""
    if !isRun, !name.hasPrefix("-"), !commandNames.contains(name) {
      // What is not a command may be anything: only what looks like a word is repeated.
      let shown =
        name.utf8.count <= 16 && name.allSatisfy { $0.isLetter || $0 == "-" } ? " named \(name)" : " of that name"
      console.report(Failure("there is no command\(shown)", hints: ["coffer --help lists them"]))
      return 2
    }
    let message = Wording.withoutArguments(root.message(for: error), words: words)
    let command = commandNames.contains(name) ? " \(name)" : ""
    console.report(Failure(message, hints: ["coffer\(command) --help shows what it takes"], code: 2))
    return isRun ? 125 : 2
  }
}

/// A command that does something.
protocol Performing: ParsableCommand {
  var output: OutputOptions { get }
  /// - Returns: the exit code.
  func perform(_ console: Console) throws -> Int32
}
