import ArgumentParser
import Vault

struct ListCommand: Performing {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List names, versions and ages; never values.",
    discussion: """
        coffer list
        coffer list -e production --format json
      """,
    aliases: ["ls"])

  @OptionGroup var environment: EnvironmentOptions

  @Flag(name: .long, help: "Removed names too.")
  var removed = false

  @Option(name: .long, help: "text or json.")
  var format: ListFormat = .text

  @OptionGroup var keys: KeyOptions
  @OptionGroup var output: OutputOptions

  func perform(_ console: Console) throws -> Int32 {
    let reader = try Reader(environment, keys)
    if removed { try reader.needHistory() }
    let (entries, environment) = try reader.read(console) { (open) throws(VaultError) in
      (try open.snapshot.entries(open.keys, includingRemoved: removed), open.environment)
    }
    switch format {
    case .text:
      try console.data(
        text: Table.text(
          entries.map { entry in
            [
              entry.name,
              entry.current.map { "version \($0)" } ?? (entry.pending == nil ? "removed" : "not in use yet"),
              Age.text(since: entry.created),
              entry.pending.map { "version \($0) pending" } ?? "",
            ]
          }))
      console.note("\(Wording.count(entries.count, "name")) in \(environment)")
    case .json:
      try console.data(
        text: JSONText.array(
          entries.map { entry in
            .object([
              ("name", .string(entry.name)), ("version", entry.current.map { .number(Int($0)) } ?? .null),
              ("created", .string(Age.timestamp(entry.created))),
              ("pending", entry.pending.map { .number(Int($0)) } ?? .null),
              ("generator", entry.generator.isEmpty ? .null : .string(entry.generator)),
            ])
          }
        ).text + "\n")
    }
    return 0
  }
}
