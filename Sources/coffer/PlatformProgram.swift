import Glibc
import Launch
import Platform
import Platforms
import Sealing

/// A platform's own program. It runs with the user's environment, less what unlocks Coffer.
struct PlatformProgram {
  private let recipe: Recipe
  private let path: String
  private let policy: LaunchPolicy

  /// - Throws: `Failure` when the program, or a variable that it needs, is not there.
  init(_ recipe: Recipe, _ policy: LaunchPolicy) throws {
    guard let path = Exec.find(recipe.program) else {
      throw Failure("\(recipe.program) is not in PATH", hints: [recipe.install], code: 127)
    }
    for name in recipe.needs where (AmbientEnvironment.value(of: name) ?? "").isEmpty {
      throw Failure("\(recipe.id) needs \(name) in the environment", hints: recipe.documentation)
    }
    self.recipe = recipe
    self.path = path
    self.policy = policy
  }

  /// Runs it to its end with `input` on its standard input.
  /// - Returns: how it ended, and how many bytes of the input it left.
  /// - Throws: `TerminalError.interrupted` when Ctrl-C ended it.
  func feed(_ arguments: [String], _ input: borrowing SecretBytes) throws -> (ending: Subprocess.Ending, unread: Int) {
    let child = try ChildEnvironment(variables: [], choice: AmbientChoice(), policy: policy)
    let fed = input.withBytes { bytes in
      child.withPointers { (environment) -> Result<(ending: Subprocess.Ending, unread: Int), SystemError> in
        do throws(SystemError) {
          return .success(
            try Subprocess.feed(
              path, arguments, environment: environment, input: bytes, isQuiet: recipe.push.showsValues))
        } catch { return .failure(error) }
      }
    }
    let result = try fed.get()
    try passInterrupt(result.ending)
    return result
  }

  /// The names that the platform has.
  /// - Throws: `Failure` when they cannot be told; `TerminalError.interrupted` when Ctrl-C ended it.
  func names(_ choices: RecipeChoices) throws -> [String] {
    guard let list = recipe.list else {
      throw Failure("the recipe of \(recipe.id) knows no way to list names", hints: recipe.documentation)
    }
    let child = try ChildEnvironment(variables: [], choice: AmbientChoice(), policy: policy)
    let arguments = choices.list(recipe, list)
    // Many programs list values with the names.
    var text = try SecretBytes(count: Self.longestListing)
    let captured = text.withMutableBytes { memory in
      child.withPointers { (environment) -> Result<(ending: Subprocess.Ending, count: Int), SystemError> in
        do throws(SystemError) {
          return .success(try Subprocess.capture(path, arguments, environment: environment, into: &memory))
        } catch { return .failure(error) }
      }
    }
    let (ending, count) = try captured.get()
    try passInterrupt(ending)
    guard ending == .exited(0) else {
      throw Failure("\(recipe.program) could not list the names: \(RotationShell.text(ending))")
    }
    let names: [String]
    do throws(NameListing.Fault) {
      names = try text.withBytes { (bytes) throws(NameListing.Fault) in
        try NameListing.names(in: bytes.extracting(0..<count), list)
      }
    } catch {
      throw Failure(
        "what \(recipe.program) lists is not what policies/\(recipe.file) says (byte \(error.offset)): nothing was compared"
      )
    }
    if let most = list.most, names.count >= most {
      throw Failure("\(recipe.id) tells \(most) names at once, and may have more: nothing was compared")
    }
    return names.filter { !list.ignores($0) }
  }

  /// In bytes.
  private static let longestListing = 1 << 20

  private func passInterrupt(_ ending: Subprocess.Ending) throws {
    if ending == .killed(signal: SIGINT) || ending == .exited(128 + SIGINT) { throw TerminalError.interrupted(SIGINT) }
  }
}
