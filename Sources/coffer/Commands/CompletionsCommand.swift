import ArgumentParser

struct CompletionsCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Print a completion script for your shell.",
    discussion: """
        coffer completions bash > /etc/bash_completion.d/coffer
        coffer completions zsh > "${fpath[1]}/_coffer"
        coffer completions fish > ~/.config/fish/completions/coffer.fish
      """)

  /// The shells that can complete.
  enum Shell: String, ExpressibleByArgument, CaseIterable {
    case bash, zsh, fish
  }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let kind: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    try console.data(text: CofferCommand.completionScript(for: kind) + "\n")
    return 0
  }
}
