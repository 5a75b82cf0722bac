import Testing

@testable import Findings

struct TextReportTests {
  @Test func `a finding says what, where, who, and what to do`() {
    #expect(
      Samples.text([Samples.finding()]) == """
        Acme key (acme, high confidence, checksum valid): tok_live_…
          .env:3  aaaaaaaaaaaa  Ann <ann@example.com>  2024-03-01  not pushed
          fingerprint: abababababababababababababababab
          next: revoke it at acme, then put the new one in the vault: coffer set NAME
                not pushed yet: rewriting the commits can still keep it in
                a false alarm? add to .cofferignore: abababababababababababababababab  reason

        1 secret in 1 place: 1 high, 0 medium, 0 low
        read: 1,234 blobs, 1 commit, 12.3 MB in 0.420 s
        1 secret found

        """)
  }

  @Test func `a value of the vault says its names and how to rotate it`() {
    let names = [
      KnownName(name: "STRIPE_SECRET", environment: "production", version: 2, use: .current),
      KnownName(name: "STRIPE_SECRET", environment: "production", version: 1, use: .retired),
      KnownName(name: "PAY", environment: "staging", version: 1, use: .current),
    ]
    let places = [Samples.place(isInHead: true, wasPushed: true)]
    let text = Samples.text([Samples.finding(knownAs: names, places: places)])
    #expect(
      text.contains(
        "the vault's PAY (staging, version 1, in use), STRIPE_SECRET (production, version 1, no longer in use), "
          + "STRIPE_SECRET (production, version 2, in use)\n"))
    #expect(text.contains("2024-03-01  in HEAD  pushed\n"))
    #expect(
      text.contains(
        """
          next: coffer rotate PAY -e staging --leak abababababababababababababababab
                coffer rotate STRIPE_SECRET -e production --leak abababababababababababababababab
                it was pushed: take it as known to others; rewriting history does not help

        """))
  }

  @Test(arguments: [
    (Samples.place(reach: .reflog), "only in a reflog: git log -g"), (Samples.place(reach: .stash), "only in a stash"),
    (Samples.place(reach: .unreachable), "held by nothing"),
    (Samples.place(source: .commitMessage), "commit message:3 "),
    (Samples.place(source: .index, commit: nil, reach: .index), ".env:3 (staged)"),
    (Samples.place(nil, commit: nil, wasPushed: nil, reach: .unreachable), "blob bbbbbbbbbbbb:3 "),
    (Samples.place(nil, source: .stdin, commit: nil, wasPushed: nil, reach: .none), "standard input:3\n"),
    (Samples.place("a/b", source: .path, wasPushed: nil), "file name a/b "),
    (Samples.place(wasPushed: nil), "not known here"),
    (Samples.place(source: .worktree, commit: nil, wasPushed: nil, reach: .none), "not committed yet"),
    (Samples.place(commit: Samples.commit(date: .max)), "date out of range"),
  ])
  func `a place says how it is held`(place: Place, expected: String) {
    #expect(Samples.text([Samples.finding(places: [place])]).contains(expected))
  }

  @Test func `five places are shown, or all`() {
    let finding = Samples.finding(places: (1...17).map { Samples.place(line: $0) })
    let text = Samples.text([finding])
    #expect(text.contains(".env:5 ") && !text.contains(".env:6 "))
    #expect(text.contains("  and 12 more (--all-places shows them)\n"))
    var options = TextReport.Options()
    options.showsAllPlaces = true
    let all = Samples.text([finding], nil, options)
    #expect(all.contains(".env:17 ") && !all.contains("more"))
  }

  @Test func `colour only when asked, and nothing else changes`() {
    var options = TextReport.Options()
    options.isColoured = true
    let coloured = Samples.text([Samples.finding()], nil, options)
    #expect(coloured.contains("\u{1B}[1m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == Samples.text([Samples.finding()]))
    #expect(!Samples.text([Samples.finding()]).contains("\u{1B}"))
  }

  @Test func `clean is said only of what was read whole`() {
    #expect(Samples.text([]).hasSuffix(" in 0.420 s\nclean: nothing found in 1,235 objects\n"))
    let gap = Coverage.Gap(kind: .shallow, detail: "3 commits", remedy: "git fetch --unshallow")
    var short = Samples.summary([])
    short.coverage.trees = .init(expected: 2, read: 1)
    for summary in [Samples.summary([], gaps: [gap]), short] {
      let text = Samples.text([], summary)
      #expect(text.hasSuffix("nothing found in what was read; NOT everything was read\n"))
      #expect(!text.contains("clean"))
    }
    let found = Samples.text([Samples.finding()], Samples.summary([Samples.finding()], gaps: [gap]))
    #expect(found.hasSuffix("\n1 secret found; NOT everything was read\n") && !found.contains("clean"))
    #expect(found.contains("\nnot read: shallow (1): 3 commits; git fetch --unshallow\n"))
    #expect(Samples.text([], short).contains("1 of 2 trees"))
  }

  @Test func `the summary says what was left out`() {
    var summary = Samples.summary([])
    summary.coverage.knownValues = .notSearched("the vault is locked")
    summary.ignored = 2
    summary.allowedInline = 1
    summary.staleIgnores = ["abc\u{1B}"]
    let text = Samples.text([], summary)
    #expect(text.contains("known values not checked: the vault is locked\n"))
    #expect(text.contains("ignored: 2 findings\nallowed on their line: 1 place\nignored without need: abc\\x1b\n"))
    #expect(text.hasSuffix("clean: nothing found in 1,235 objects, apart from what is ignored\n"))
    summary.coverage.knownValues = .searched(values: 12, leftOut: 3)
    #expect(Samples.text([], summary).contains("the vault's values: 12 looked for (3 more are too short"))
  }

  @Test(arguments: [(1, true, 1), (1, false, 1), (0, false, 3), (0, true, 0)] as [(Int, Bool, Int32)])
  func `the exit code is as the contract has it`(open: Int, isComplete: Bool, code: Int32) {
    #expect(ExitCode.of(openFindings: open, isComplete: isComplete) == code)
  }
}
