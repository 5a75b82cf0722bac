import ArgumentParser
import Platform

/// What every command takes.
struct OutputOptions: ParsableArguments {
  @Flag(name: [.customShort("q"), .long], help: "Say only what went wrong.")
  var quiet = false

  @Flag(name: .customLong("no-color"), help: "No colours (NO_COLOR does the same).")
  var noColor = false
}

/// How to get at the keys without a person.
struct UnlockOptions: ParsableArguments {
  @Option(
    name: .customLong("passphrase-fd"),
    help: ArgumentHelp(
      "Read the passphrase from this file descriptor.",
      discussion: "COFFER_PASSPHRASE_FILE names a file to read it from instead.", valueName: "n"))
  var passphraseDescriptor: Int32?

  /// Whether the passphrase comes from somewhere else than a person.
  var isGiven: Bool { passphraseDescriptor != nil || passphraseFile != nil }

  /// COFFER_PASSPHRASE_FILE; nil when it is not set, or empty.
  var passphraseFile: String? {
    AmbientEnvironment.value(of: "COFFER_PASSPHRASE_FILE").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Ends the descriptors that bring the passphrase, read or not: the launched program must not find them open. A shell's
  /// process substitution is one as well.
  func discard() {
    if let passphraseDescriptor { InheritedDescriptor.discard(passphraseDescriptor) }
    guard let file = passphraseFile else { return }
    InheritedDescriptor.discardAll(of: file)
  }
}

/// Which environment a command is about.
struct EnvironmentOptions: ParsableArguments {
  @Option(
    name: [.customShort("e"), .customLong("env")],
    help: ArgumentHelp(
      "The environment: development, staging, production, or your own.",
      discussion: "Without it: COFFER_ENV, else development.", valueName: "environment"))
  var environment: String?

  /// The environment that was asked for.
  var name: String { asked ?? "development" }

  /// The environment that was asked for in words; nil when nobody did.
  var asked: String? {
    if let environment { return environment }
    return AmbientEnvironment.value(of: "COFFER_ENV").flatMap { $0.isEmpty ? nil : $0 }
  }

  /// `-e NAME` where a hint must repeat it.
  var asTyped: String { environment.map { " -e \($0)" } ?? "" }
}

/// How a list is written.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}
