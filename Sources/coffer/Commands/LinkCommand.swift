import ArgumentParser
import Platform
import Project
import Vault

struct LinkCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "link",
    abstract: "Allow this folder, on this device, to use the vault that its coffer.toml names.",
    discussion: """
      A cloned repository's coffer.toml gets nothing until you say so, and neither does a change that asks \
      for more. This shows what it asks for, and approves it.

        coffer link
      """)

  @Flag(name: .shortAndLong, help: "Do not ask.")
  var yes = false

  @Flag(
    name: .customLong("accept-older"),
    help: "The vault was replaced by an older or another copy on purpose: verify it anew and go on from there.")
  var acceptOlder = false

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find(linking: true)
    guard let reference = workspace.manifest.vault else { throw Failure("coffer.toml names no vault") }
    guard let id = try Vault.identify(short: reference.id, workspace.folders) else {
      throw Failure(
        "there is no vault \(Wording.line(reference.id)) on this device",
        hints: ["a vault is made by coffer init; somebody else's comes to you by its owner"])
    }
    let asked = workspace.link?.vault == id ? workspace.widening : Grants.widening(from: [], to: workspace.grants)
    if asked.isEmpty, workspace.link?.vault == id, !acceptOlder {
      console.note("linked and approved already")
      return 0
    }
    let show = yes ? console.note : console.present
    show("\(Wording.line(workspace.manifestPath)) asks for vault \(Wording.line(reference.name)) \(reference.id), and:")
    show(asked.isEmpty ? "  nothing yet" : Wording.approval(asked))
    if acceptOlder {
      show("  to go on from the vault as it is now, even if it is older than what was seen here")
    }
    guard try console.confirm("Allow this folder to use it?", assumed: yes) else {
      throw Failure("nothing was linked", hints: console.canAsk ? [] : ["--yes links without asking"], code: 1)
    }
    let vault = try Vault(opening: id, workspace.folders)
    if acceptOlder { try vault.acceptAsFound() }
    try vault.read { (_) throws(VaultError) in }
    try workspace.approve(id)
    console.note("linked")
    return 0
  }
}
