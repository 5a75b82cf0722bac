import ArgumentParser
import Platform
import Vault

struct UnlockCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "unlock",
    abstract: "Ask for the passphrase once, for a while.",
    discussion: """
      Keeps an environment's key in the kernel's keyring: 8 hours for development, 15 minutes for others. \
      Every process of your user, in every terminal, can use it meanwhile. coffer lock ends it.

        coffer unlock
        coffer unlock -e production --for 5m
        coffer unlock --once                      for the next command only
      """)

  @OptionGroup var environment: EnvironmentOptions

  @Option(name: .customLong("for"), help: ArgumentHelp("How long: 30s, 15m, 8h (24h at most).", valueName: "time"))
  var time: String?

  @Flag(name: .long, help: "Gone after its first use.")
  var once = false

  @OptionGroup var unlock: UnlockOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    try TokenOptions.refuse()
    let workspace = try Workspace.find()
    let vault = try workspace.vault()
    let environment = environment.name
    let lifetime = try self.lifetime(environment)
    guard UnlockCache.isAvailable else {
      throw Failure(
        "this machine has no kernel keyring that only you reach (containers share it): nothing can be kept",
        hints: ["give the passphrase to each command by --passphrase-fd or COFFER_PASSPHRASE_FILE"])
    }
    let identity = try Unlocking.identity(workspace.folders, unlock)
    let session = try vault.read { (snapshot) throws(VaultError) in
      let session = try snapshot.unlock(identity)
      return (try snapshot.key(environment, in: session), session.directory)
    }
    let kept = try UnlockCache.keep(
      session.0, directory: session.1, signingSeed: try identity.signingSeed(), lifetime: lifetime)
    guard kept else {
      throw Failure("the kernel's keyring would not take the key", hints: ["its quota may be used up: /proc/keys"])
    }
    console.note(
      once
        ? "\(environment) is unlocked for the next command"
        : "\(environment) is unlocked for \(Self.text(lifetime.seconds)); coffer lock ends it")
    return 0
  }

  private func lifetime(_ environment: String) throws -> UnlockCache.Lifetime {
    let standard = UnlockCache.Lifetime.standard(environment: environment)
    guard let time else { return UnlockCache.Lifetime(seconds: standard.seconds, once: once) }
    guard let seconds = TimeLength.seconds(time, in: "smh", atMost: UInt64(UnlockCache.Lifetime.longest)) else {
      throw Failure("--for takes a time such as 30s, 15m or 8h, 24h at most")
    }
    return UnlockCache.Lifetime(seconds: UInt32(seconds), once: once)
  }

  private static func text(_ seconds: UInt32) -> String {
    if seconds % 3600 == 0 { return seconds == 3600 ? "1 hour" : "\(seconds / 3600) hours" }
    if seconds % 60 == 0 { return seconds == 60 ? "1 minute" : "\(seconds / 60) minutes" }
    return "\(seconds) seconds"
  }
}

struct LockCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Forget the keys that unlock keeps.",
    discussion: """
        coffer lock                    the project's vault, all environments
      """)

  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let workspace = try Workspace.find()
    let ended = try UnlockCache.end(vault: workspace.linkedVault())
    console.note(ended == 0 ? "nothing was unlocked" : "locked")
    return 0
  }
}
