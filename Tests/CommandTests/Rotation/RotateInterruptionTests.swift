import Glibc
import Testing

/// `coffer rotate` killed at any moment: `--resume` ends it, and launches get a value that works throughout.
@Suite struct RotateInterruptionTests {
  /// All that a rotation needs to come to its end alone, however often it is begun. The command of `--test` has the service accept
  /// the new value.
  private static func words(_ scene: RotationScene) throws -> [String] {
    [
      "--generate", "hex:32", "--test", scene.register, "--rollout", try scene.refuseOld(), "--dead", scene.check,
      "--yes",
    ]
  }

  /// Goes on after an interruption, or begins anew when nothing was begun.
  private static func finish(_ scene: RotationScene, after what: String) throws {
    try scene.expectWorking(what)
    let begun = try scene.step() != nil
    let result = try scene.sandbox.run(
      ["coffer", "rotate", scene.name] + (begun ? ["--resume"] : []) + words(scene))
    #expect(result.succeeded, "\(what): \(result)")
    #expect(try scene.step() == "dead", "\(what)")
    #expect(try scene.current() != scene.old, "\(what)")
    try scene.expectWorking("\(what), ended")
    // However often it was interrupted: one new value, and no other version.
    let versions = try scene.sandbox.succeed("history", scene.name).stdout.split(separator: "\n").count
    #expect(versions == 2, "\(what): \(versions) versions")
  }

  @Test(arguments: ["--test", "--rollout", "--dead"])
  func `killed while a command runs, it goes on from the step before`(option: String) throws {
    let scene = try RotationScene()
    var words = try Self.words(scene)
    let place = try #require(words.firstIndex(of: option))
    words[place + 1] = "kill -9 $PPID; sleep 0.2"
    let killed = try scene.sandbox.run(["coffer", "rotate", "TOKEN"] + words)
    #expect(killed.ending == .signal(SIGKILL), "\(killed)")
    try Self.finish(scene, after: "killed by \(option)")
  }

  @Test(.enabled(if: Trace.isPossible, "strace cannot work here"))
  func `killed before and after each commit, it goes on with nothing lost`() throws {
    let scene = try RotationScene()
    let before = try FolderState(of: scene.sandbox.cofferHome, scene.sandbox.project)
    let trace = scene.sandbox.root + "/trace"
    // A commit writes pages to the log and then sees to it that they are on the disk: killed there, it has happened or not.
    let calls = ["pwrite64", "fdatasync"]
    func rotate(_ prefix: [String]) throws -> RunResult {
      try scene.sandbox.run(prefix + [scene.sandbox.program, "rotate", "TOKEN"] + Self.words(scene))
    }
    let whole = try rotate(Trace.prefix(to: trace, calls: calls))
    try #require(whole.succeeded, "\(whole)")
    let counts = try Trace(file: trace).counts
    #expect((counts["fdatasync"] ?? 0) >= 8, "one for each step: \(counts)")
    var steps: Set<String> = []
    for (call, count) in counts.sorted(by: { $0.key < $1.key }) {
      // Of the many writes of pages some; of the others all.
      for number in stride(from: 1, through: count, by: call == "pwrite64" ? max(1, count / 8) : 1) {
        try before.restore()
        let killed = try rotate(
          Trace.prefix(to: "/dev/null", calls: [call], more: ["-e", "inject=\(call):signal=KILL:when=\(number)"]))
        // A command's own process counts its calls from the first again.
        guard !killed.succeeded else { continue }
        steps.insert(try scene.step() ?? "none")
        try Self.finish(scene, after: "killed at \(call) \(number) of \(count)")
      }
    }
    #expect(
      steps.isSuperset(of: ["none", "planned", "pending", "set", "tested", "promoted", "rolled out", "revoked"]),
      "\(steps)")
  }

  @Test func `of two rotations of one secret at once one wins, and the other says so`() throws {
    let scene = try RotationScene()
    let both = """
      "$COFFER" rotate TOKEN --generate hex:32 --test "sleep 0.3; $REGISTER" --yes 2>one; echo $?
      """
    let result = try scene.sandbox.run(
      ["sh", "-c", "(\(both)) & (\(both.replacing("2>one", with: "2>two"))) & wait"],
      setting: ["COFFER": scene.sandbox.program, "REGISTER": scene.register])
    let codes = result.stdout.split(separator: "\n").sorted()
    let said = try scene.sandbox.text(of: "one") + scene.sandbox.text(of: "two")
    #expect(codes == ["0", "1"], "\(result)\(said)")
    #expect(said.contains("is being rotated"), "\(said)")
    try scene.expectWorking("two at once")
    #expect(try scene.sandbox.succeed("history", "TOKEN").stdout.split(separator: "\n").count == 2)
  }

  @Test func `of two that go on with one rotation one wins`() throws {
    let scene = try RotationScene()
    let new = Marker().text
    try scene.accept(new)
    let stopped = try scene.rotate("--test", "false", input: .text(new))
    #expect(stopped.code == 1, "\(stopped)")
    // Both have read the record before either has written.
    let test = "touch here-$PPID; while [ $(ls | grep -c ^here-) -lt 2 ]; do sleep 0.02; done"
    let one = #""$COFFER" rotate TOKEN --resume --test "$TRY" --yes 2>>said; echo $?"#
    let result = try scene.sandbox.run(
      ["sh", "-c", "(\(one)) & (\(one)) & wait"], setting: ["COFFER": scene.sandbox.program, "TRY": test])
    #expect(result.stdout.split(separator: "\n").sorted() == ["0", "1"], "\(result)")
    let said = try scene.sandbox.text(of: "said")
    #expect(said.contains("another process moved this rotation on") && !said.contains("goes on: it is set"), "\(said)")
    #expect(said.ranges(of: "tested: the command succeeds").count == 1, "\(said)")
    #expect(try scene.current() == new && scene.step() == "unproven")
  }
}
