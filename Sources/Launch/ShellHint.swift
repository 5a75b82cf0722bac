/// Notices a command line whose variables were expanded by the wrong shell: the one in front of Coffer, or none at all.
package enum ShellHint {
  /// A sentence for the person, or nil when nothing looks odd. It repeats nothing but the command's name and a variable's: an
  /// argument might hold a secret by mistake.
  /// - Parameters:
  ///   - arguments: the command first.
  ///   - injectedNames: the variables the launch adds.
  package static func hint(for arguments: [String], injectedNames: [String]) -> String? {
    guard let command = arguments.first.map(baseName) else { return nil }
    let rest = arguments.dropFirst()
    if !shells.contains(command), let name = injectedNames.first(where: { mentions($0, in: rest) }) {
      return "$\(name) reaches \(command) as it is written; for its value, let a shell expand it: "
        + "coffer run -- sh -c '\(command) \"$\(name)\"'"
    }
    let isBare = command == "echo" && rest.allSatisfy(\.isEmpty)
    guard isBare || rest.contains("") else { return nil }
    let name = injectedNames.first ?? "NAME"
    return "your shell expanded the variables before coffer set them; to have them expanded inside: "
      + "coffer run -- sh -c '\(command) \"$\(name)\"'"
  }

  private static let shells: Set<String> = [
    "sh", "ash", "bash", "dash", "ksh", "mksh", "zsh", "fish", "busybox", "nu", "xonsh", "env",
  ]

  private static func baseName(_ command: String) -> String {
    command.split(separator: "/").last.map(String.init) ?? command
  }

  /// Whether an argument holds `$NAME` or `${NAME`, and not just a longer name's beginning.
  private static func mentions(_ name: String, in arguments: ArraySlice<String>) -> Bool {
    arguments.contains { argument in
      var rest = argument[...]
      while let dollar = rest.firstIndex(of: "$") {
        rest = rest[rest.index(after: dollar)...]
        let isBraced = rest.first == "{"
        let word = (isBraced ? rest.dropFirst() : rest).prefix {
          $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber))
        }
        if word == name { return true }
      }
      return false
    }
  }
}
