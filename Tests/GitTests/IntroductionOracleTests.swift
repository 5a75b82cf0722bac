import Foundation
import Testing

@testable import Git

/// Made-up histories with many merges, against what `git ls-tree` says of every commit.
struct IntroductionOracleTests {
  /// Numbers that look random and are the same every time.
  private struct Dice {
    var state: UInt64
    mutating func roll(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % below
    }
  }

  private static let secrets = ["alpha", "beta", "gamma"]

  /// Commits of few dates, with up to four parents each, that write files of a few names with some of the secrets.
  private func make(_ seed: UInt64, _ sandbox: GitSandbox, commits: Int) throws {
    var dice = Dice(state: seed)
    let names = ["a", "b", "a.b", "d/a", "d/b", "d/e/a", "d.e/a", "z"]
    var stream = ""
    for commit in 1...commits {
      stream += "commit refs/heads/b\(dice.roll(5))-\(commit)\nmark :\(commit)\n"
      stream += "committer C <c@d> \(1_700_000_000 + dice.roll(4)) +0000\ndata 0\n"
      if commit > 1, dice.roll(20) > 0 {
        stream += "from :\(max(1, commit - 1 - dice.roll(6)))\n"
        for _ in 0..<(dice.roll(3) == 0 ? dice.roll(4) : 0) {
          stream += "merge :\(max(1, commit - 1 - dice.roll(12)))\n"
        }
      }
      for _ in 0..<1 + dice.roll(3) {
        let name = names[dice.roll(names.count)]
        if dice.roll(4) == 0 {
          stream += "D \(name)\n"
        } else {
          let text = Self.secrets.filter { _ in dice.roll(3) == 0 }.joined(separator: " ") + " \(dice.roll(3))"
          stream += "M 100644 inline \(name)\ndata \(text.utf8.count)\n\(text)\n"
        }
      }
    }
    stream += "reset refs/heads/main\nfrom :\(commits)\n"
    try sandbox.git("fast-import", "--quiet", "--force", input: Array(stream.utf8))
  }

  /// `secret path commit` and whether HEAD has that secret at that path, from listings of all commits' trees.
  private func oracle(_ sandbox: GitSandbox) throws -> Set<String> {
    var texts: [String: [Int]] = [:]
    var trees: [String: Set<String>] = [:]
    var lines: Set<String> = []
    for line in try sandbox.git("rev-list", "--all", "--parents", "--topo-order", "--reverse").text.split(
      separator: "\n")
    {
      let ids = line.split(separator: " ").map(String.init)
      var stands: Set<String> = []
      for entry in try sandbox.git("ls-tree", "-r", ids[0]).text.split(separator: "\n") {
        let parts = entry.split(separator: "\t", maxSplits: 1)
        let blob = String(parts[0].suffix(40))
        if texts[blob] == nil {
          let text = try sandbox.git("cat-file", "blob", blob).text
          texts[blob] = Self.secrets.indices.filter { text.contains(Self.secrets[$0]) }
        }
        for secret in texts[blob] ?? [] { stands.insert("\(secret) \(parts[1])") }
      }
      trees[ids[0]] = stands
      for parent in ids.dropFirst() { stands.subtract(trees[parent] ?? []) }
      for place in stands { lines.insert("\(place) \(ids[0])") }
    }
    let head = trees[try sandbox.git("rev-parse", "main").line] ?? []
    return Set(lines.map { line in head.contains(String(line.dropLast(41))) ? line + " head" : line })
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func `introductions are those that a comparison of all commits finds`(
    _ seed: UInt64
  ) throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try make(seed, sandbox, commits: 60)
    let history = try History(sandbox("repo"), Self.secrets)
    let found = history.result.introductions.map { one -> String in
      "\(one.secret) \(history.text(one.path)) \(history.name(one.commit))" + (one.isInHead ? " head" : "")
    }
    let expected = try oracle(sandbox)
    #expect(expected.count > 40)
    #expect(Set(found) == expected && found.count == expected.count)
    #expect(history.found.unreadable.count == 0 && history.found.missingBlobs.count == 0)
  }

  @Test func `threads and the order of objects change nothing`() throws {
    let sandbox = try GitSandbox()
    try sandbox.makeRepository()
    try make(7, sandbox, commits: 400)
    let first = try History(sandbox("repo"), Self.secrets, threads: 1)
    #expect(first.lines.count > 200)
    for threads in [1, 2, 2, 4, 4] {
      let again = try History(sandbox("repo"), Self.secrets, threads: threads, shuffled: true)
      #expect(again.lines == first.lines)
      #expect(again.found.treesRead == first.found.treesRead && again.found.bytesRead == first.found.bytesRead)
    }
    // Limits, too, cut at the same place every time.
    var limits = PathWalk.Limits()
    limits.paths = 20
    limits.allPaths = 50
    let cut = try History(sandbox("repo"), Self.secrets, limits: limits)
    #expect(cut.lines.count == 50 && Set(cut.lines).isSubset(of: first.lines))
    #expect(cut.result.unlisted.reduce(0, +) == UInt64(first.lines.count - 50))
    let again = try History(sandbox("repo"), Self.secrets, threads: 4, limits: limits, shuffled: true)
    #expect(again.lines == cut.lines && again.result.unlisted == cut.result.unlisted)
  }
}
