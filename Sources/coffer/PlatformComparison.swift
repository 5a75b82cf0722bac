import Launch
import Platforms
import Policies
import Project
import Vault

/// The names that a push would hand over against those that the platform has.
struct PlatformComparison {
  let target: PlatformTarget
  let environment: String
  /// What the platform lacks.
  let missing: [String]
  /// What only the platform has.
  let extra: [String]

  init(_ target: PlatformTarget, _ workspace: Workspace, _ environment: EnvironmentOptions, _ unlock: UnlockOptions)
    throws
  {
    let program = try PlatformProgram(target.recipe, LaunchPolicy(toml: Policies.launch()))
    let open = try OpenEnvironment(workspace, environment, unlock)
    let manifest = workspace.manifest
    let held = try open.read { (snapshot, key) throws(VaultError) in
      Set(try snapshot.entries(key).map(\.name))
    }
    let ours = try Resolution(manifest: manifest, environment: open.name, vaultHas: { held.contains($0) })
      .injections.map(\.name)
    let theirs = try program.names(target.choices)
    self.target = target
    self.environment = open.name
    missing = Set(ours).subtracting(theirs).sorted()
    extra = Set(theirs).subtracting(ours).sorted()
  }

  var differs: Bool { !missing.isEmpty || !extra.isEmpty }

  /// For a person.
  var text: String {
    let push = "coffer push -e \(environment) --to \(target.recipe.id) --only "
    return missing.map { "missing: \($0) is not at \(target.place)\n  \(push)\($0)\n" }.joined()
      + extra.map { "extra: \($0) is at \(target.place), and no launch of \(environment) gets it\n" }.joined()
  }

  /// For programs.
  var json: JSONText {
    let items = missing.map { ($0, "missing") } + extra.map { ($0, "extra") }
    return .array(
      items.map { name, kind in
        .object([
          ("environment", .string(environment)), ("platform", .string(target.recipe.id)), ("variable", .string(name)),
          ("kind", .string(kind)),
        ])
      })
  }
}
