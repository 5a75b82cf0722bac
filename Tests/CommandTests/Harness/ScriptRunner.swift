import Glibc

/// Runs a ``Script`` in a sandbox, line by line; the first line that does not hold ends it.
struct ScriptRunner {
  private let script: Script
  private let sandbox: Sandbox
  private var folder: String
  private var input: Input = .none
  private var last: RunResult?

  init(_ script: Script, in sandbox: Sandbox) {
    self.script = script
    self.sandbox = sandbox
    folder = sandbox.project
  }

  /// Runs all of it.
  ///
  /// - Throws: ``HarnessError`` that shows the line, the last command, its folder and files, its ending and both streams.
  mutating func run() throws {
    for (name, text) in script.files { try sandbox.write(text, to: name) }
    for line in script.lines {
      do {
        try run(line)
      } catch let error as HarnessError {
        throw HarnessError(report(line, error.description))
      }
    }
  }

  private mutating func run(_ line: Script.Line) throws {
    let words = line.words.map(expand)
    let arguments = Array(words.dropFirst())
    let negated = line.mark == "!"
    func need(_ count: Int) throws {
      guard arguments.count == count else { throw HarnessError("\(words[0]) takes \(count) words") }
    }
    switch words[0] {
    case "exec":
      guard !arguments.isEmpty else { throw HarnessError("exec takes a command") }
      let result = try sandbox.run(arguments, input: input, in: folder)
      (last, input) = (result, .none)
      if line.mark != "?", result.succeeded == negated {
        throw HarnessError(negated ? "it did not fail" : "it failed")
      }
    case "status":
      try need(1)
      try hold(result().ending == .exit(Int32(arguments[0]) ?? -1), negated, "status")
    case "stdout":
      try need(1)
      try hold(result().stdout.contains(arguments[0]), negated, "stdout holds '\(arguments[0])'")
    case "stderr":
      try need(1)
      try hold(result().stderr.contains(arguments[0]), negated, "stderr holds '\(arguments[0])'")
    case "grep":
      try need(2)
      let text = String(decoding: try bytes(arguments[1]), as: UTF8.self)
      try hold(text.contains(arguments[0]), negated, "\(arguments[1]) holds '\(arguments[0])'")
    case "cmp":
      try need(2)
      try hold(
        bytes(arguments[0]) == bytes(arguments[1]), negated,
        "\(arguments[0]) and \(arguments[1]) are the same")
    case "exists":
      for name in arguments { try hold(TestFiles.exists(path(name)), negated, "\(name) exists") }
    case "mode":
      try need(2)
      let mode = TestFiles.mode(path(arguments[1])).map { String($0, radix: 8) }
      try hold(
        mode == arguments[0], negated,
        "the mode of \(arguments[1]) is \(arguments[0]) (it is \(mode ?? "none"))")
    default:
      try prepare(words[0], arguments)
    }
  }

  /// The lines that only set something up.
  private mutating func prepare(_ verb: String, _ arguments: [String]) throws {
    switch (verb, arguments.count) {
    case ("stdin", 1):
      input = .bytes(try bytes(arguments[0]))
    case ("env", 1...):
      for setting in arguments {
        let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        sandbox.environment[parts[0]] = parts.count == 2 ? parts[1] : nil
      }
    case ("vault", 0):
      // The shared one: the script's file "declares" says what coffer.toml does.
      let declares = script.files.first { $0.name == "declares" }
      try sandbox.useSharedVault(declaring: declares?.text ?? "")
    case ("cd", 1):
      folder = path(arguments[0])
    case ("mkdir", 1...):
      for name in arguments { try TestFiles.makeFolder(path(name)) }
    case ("cp", 2):
      try TestFiles.write(bytes(arguments[0]), to: path(arguments[1]))
    case ("rm", 1...):
      for name in arguments { TestFiles.removeTree(path(name)) }
    case ("chmod", 2):
      guard let mode = mode_t(arguments[0], radix: 8), chmod(path(arguments[1]), mode) == 0 else {
        throw HarnessError(system: "chmod \(arguments[1])")
      }
    default:
      throw HarnessError("there is no line '\(verb)' with \(arguments.count) words")
    }
  }

  private func result() throws -> RunResult {
    guard let last else { throw HarnessError("no command ran before this line") }
    return last
  }

  private func hold(_ condition: Bool, _ negated: Bool, _ what: String) throws {
    guard condition != negated else { throw HarnessError(negated ? "unwanted: \(what)" : "not so: \(what)") }
  }

  /// The last command's stream for the names stdout and stderr, else a file.
  private func bytes(_ name: String) throws -> [UInt8] {
    switch name {
    case "stdout": try result().output
    case "stderr": try result().errorOutput
    default: try TestFiles.read(path(name))
    }
  }

  private func path(_ name: String) -> String {
    name.hasPrefix("/") ? name : folder + "/" + name
  }

  /// `$NAME` outside quotes: a variable of the sandbox, or WORK, its folder.
  private func expand(_ word: Script.Word) -> String {
    word.reduce(into: "") { text, part in
      var rest = Substring(part.text)
      while !part.isQuoted, let dollar = rest.firstIndex(of: "$") {
        text += rest[..<dollar]
        let name = rest[rest.index(after: dollar)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        text += name == "WORK" ? sandbox.root : sandbox.environment[String(name)] ?? ""
        rest = rest[name.endIndex...]
      }
      text += rest
    }
  }

  private func report(_ line: Script.Line, _ reason: String) -> String {
    let shown = line.words.map { $0.map { $0.isQuoted ? "'\($0.text)'" : $0.text }.joined() }.joined(
      separator: " ")
    let files = TestFiles.tree(sandbox.root).map { "  " + $0.dropFirst(sandbox.root.count + 1) }
    return """
      \(script.name):\(line.number): \(line.mark.map { "\($0) " } ?? "")\(shown): \(reason)
      \(last?.description ?? "no command ran")
      --- files
      \(files.joined(separator: "\n"))
      """
  }
}
