package import ArgumentParser

/// What a scan takes on the command line, declared once: `coffer scan` reads it to find the vault, and hands every word on to
/// `coffer-scan`, which does it.
package struct ScanArguments: ParsableArguments {
  /// The words of `coffer help scan`.
  package static let abstract = "Find secrets in a whole git history, a folder or standard input."
  package static let discussion = """
    Reads every object of the repository once: all branches, tags, stashes, reflogs, notes, the index, what only a merge \
    brought in and what nothing refers to any more; messages and authors too. REPO is a work tree, a folder in one, or a \
    bare repository (default: the current folder).

      coffer scan
      coffer scan ../other-project
      coffer scan --staged              # what the next commit would bring in: for a pre-commit hook
      coffer scan --range main..HEAD    # what a branch adds: for a pull request
      coffer scan --dir build/
      git diff | coffer scan --stdin

    In a project with an unlocked vault it also looks for every value that the vault holds or ever held. Secrets are never shown \
    unless --show-secrets is given. A line with the words coffer:allow is passed over; .cofferignore lists the \
    fingerprints of false alarms.

    Exit codes: 1 secrets were found; 3 none were found, but not everything could be read; 0 none were found in all of it; \
    2 usage or error.
    """

  /// Where findings go.
  package enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
    case text, jsonl
  }

  package enum Level: String, ExpressibleByArgument, CaseIterable, Sendable {
    case low, medium, high
  }

  @Argument(help: ArgumentHelp("The repository.", valueName: "repo"), completion: .directory)
  package var repository: String?

  @Option(
    name: .customLong("dir"), help: ArgumentHelp("Scan the files of a folder, without git.", valueName: "path"),
    completion: .directory)
  package var folder: String?

  @Flag(name: .long, help: "Scan what is staged: what the next commit would bring in.")
  package var staged = false

  @Flag(name: .long, help: "Scan standard input.")
  package var stdin = false

  @Option(
    name: .long, help: ArgumentHelp("Scan what the commits of B bring in that are not in A.", valueName: "A..B"))
  package var range: String?

  @Option(name: .long, help: "How to report: text or jsonl (one JSON object a line).")
  package var format: Format = .text

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write the report to a file that is new or empty.", valueName: "file"),
    completion: .file())
  package var output: String?

  @Option(name: .long, help: "Leave out findings that are less sure: low, medium or high.")
  package var minConfidence: Level = .low

  @Flag(name: .long, help: "Show the secrets in the report.")
  package var showSecrets = false

  @Flag(name: .long, help: "Tell every place of a secret, not the first five.")
  package var allPlaces = false

  @Flag(
    name: .long,
    help: "Read object folders outside of the repository that it names as alternates, also where CI is set.")
  package var followAlternates = false

  @Option(
    name: .long, help: ArgumentHelp("How many threads read: the CPUs there are, unless it is given.", valueName: "n"))
  package var threads: Int?

  @Flag(name: .shortAndLong, help: "Say nothing but the report and errors.")
  package var quiet = false

  @Flag(name: .long, help: "Use no colours.")
  package var noColor = false

  // Scans keep no state between runs, so that each is whole; scripts that ask for that get it.
  @Flag(name: .long, help: .hidden)
  package var noIncremental = false

  /// No arguments yet.
  package init() {}

  /// - Throws: `ValidationError` for words that exclude each other.
  package func validate() throws {
    let sources = [repository != nil || range != nil || staged, folder != nil, stdin].count(where: { $0 })
    guard sources <= 1 else { throw ValidationError("a repository, --dir and --stdin exclude each other") }
    guard !(staged && range != nil) else { throw ValidationError("--staged and --range exclude each other") }
    guard threads.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--threads takes 1 to 256") }
    if let range {
      let ends = range.split(separator: "..", omittingEmptySubsequences: false)
      guard ends.count == 2, !range.contains("..."), ends.contains(where: { !$0.isEmpty }) else {
        throw ValidationError("--range takes two revisions, as in main..HEAD")
      }
    }
  }
}

extension ScanArguments {
  /// The same arguments as words, for another program that reads them.
  package var words: [String] {
    var words: [String] = []
    func option(_ name: String, _ value: String?) { if let value { words += ["--\(name)=\(value)"] } }
    func flag(_ name: String, _ value: Bool) { if value { words.append("--\(name)") } }
    option("dir", folder)
    flag("staged", staged)
    flag("stdin", stdin)
    option("range", range)
    option("format", format == .text ? nil : format.rawValue)
    option("output", output)
    option("min-confidence", minConfidence == .low ? nil : minConfidence.rawValue)
    flag("show-secrets", showSecrets)
    flag("all-places", allPlaces)
    flag("follow-alternates", followAlternates)
    option("threads", threads.map(String.init))
    flag("quiet", quiet)
    flag("no-color", noColor)
    if let repository { words += ["--", repository] }
    return words
  }
}
