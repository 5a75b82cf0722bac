import Launch
import Platforms

/// Which calls hand over which names.
struct PushPlan {
  struct Call {
    let variables: [LaunchVariable]
    /// The program's name first.
    let arguments: [String]

    var names: [String] { variables.map(\.name) }
  }

  let target: PlatformTarget
  let calls: [Call]

  /// - Throws: `Failure` that tells all values which cannot be handed over.
  init(_ target: PlatformTarget, _ variables: [LaunchVariable], _ console: Console) throws {
    let recipe = target.recipe
    let refused = variables.compactMap { variable in
      PushPayload.refusal(of: variable, recipe).map { "\(variable.name) \($0)" }
    }
    guard refused.isEmpty else {
      for reason in refused.dropLast() { console.report(Failure(reason)) }
      throw Failure(
        "\(refused[refused.count - 1]): nothing was pushed", hints: ["--only A,B leaves out what is not named"])
    }
    for variable in variables where PushPayload.isTrimmed(variable, recipe) {
      console.warn("\(variable.name) ends in a line end, which \(recipe.program) takes away")
    }
    self.target = target
    var calls: [Call] = []
    var rest = variables[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(recipe.push.most))
      rest = rest.dropFirst(part.count)
      let name = recipe.push.isSingle ? part[0].name : nil
      calls.append(Call(variables: part, arguments: target.choices.push(recipe, name: name)))
    }
    self.calls = calls
  }

  /// The command lines as a shell would take them, and what each finds on its standard input.
  var text: String {
    calls.map { call in
      let what = call.names.joined(separator: ", ")
      return call.arguments.map(Self.quoted).joined(separator: " ") + "  # standard input: "
        + (target.recipe.push.isSingle ? "the value of \(what)" : "\(what), as \(target.recipe.push.format.rawValue)")
        + "\n"
    }.joined()
  }

  private static func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || "._-/:=@,%+".utf8.contains(byte)
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
