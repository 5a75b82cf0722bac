import ArgumentParser
import Platform

/// `coffer` itself: only a list of its commands.
struct CofferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coffer",
    abstract: "An encrypted vault for an app's secrets, and a launcher that hands them over.",
    discussion: """
      Start in your project's folder:

        coffer init                   make a vault and a coffer.toml
        coffer import .env            move the values of a .env into the vault
        coffer run -- npm start       launch the app with its secrets

      Values are never written to disk in the clear, and never taken from the command line.

      Exit codes: 0 done, 1 no, 2 misuse or error, 4 the vault was refused, 5 locked; run: 125 to 127.

      Environment:

        COFFER_ENV               the environment, when -e does not say
        COFFER_PASSPHRASE_FILE   a file to read the passphrase from
        COFFER_TOKEN_FILE        a file to read a machine's token from; COFFER_TOKEN may hold it
        COFFER_SNAPSHOT          a snapshot file in the place of the vault
        COFFER_HOME              one place for all of Coffer's folders
        COFFER_POLICIES          a folder whose files replace those built in, or add
        NO_COLOR                 no colours

      Read on: man coffer, and docs/ in the source.
      """,
    version: "coffer \(Version.current)",
    groupedSubcommands: [
      CommandGroup(
        name: "Start", subcommands: [InitCommand.self, LinkCommand.self, JoinCommand.self, ImportCommand.self]),
      CommandGroup(name: "Launch", subcommands: [RunCommand.self, CheckCommand.self, PushCommand.self]),
      CommandGroup(name: "Leaks", subcommands: [ScanCommand.self]),
      CommandGroup(
        name: "Secrets",
        subcommands: [
          SetCommand.self, GetCommand.self, ListCommand.self, RemoveCommand.self, HistoryCommand.self,
          RollbackCommand.self, RotateCommand.self, ExportCommand.self,
        ]),
      CommandGroup(
        name: "People",
        subcommands: [
          IdentityCommand.self, PassphraseCommand.self, MemberCommand.self, BundleCommand.self, SyncCommand.self,
        ]),
      CommandGroup(name: "Servers", subcommands: [TokenCommand.self, SnapshotCommand.self]),
      CommandGroup(
        name: "Vault",
        subcommands: [
          UnlockCommand.self, LockCommand.self, EnvironmentCommand.self, StatusCommand.self, DoctorCommand.self,
          AuditCommand.self, VerifyCommand.self,
        ]),
      CommandGroup(
        name: "Safety",
        subcommands: [BackupCommand.self, RestoreCommand.self, RecoverCommand.self, MigrateCommand.self]),
      CommandGroup(name: "Shell", subcommands: [CompletionsCommand.self]),
    ])
}
