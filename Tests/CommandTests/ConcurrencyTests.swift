import Testing

/// Many processes at one vault.
@Suite struct ConcurrencyTests {
  @Test func `sixteen processes write at once and no write is lost`() throws {
    let sandbox = try Sandbox.prepared()
    let processes = 16
    // Without a kernel keyring each write costs half a second: a few then.
    let isUnlocked = try sandbox.coffer("get", "NONE", setting: ["COFFER_PASSPHRASE_FILE": nil]).code == 1
    let rounds = isUnlocked ? 25 : 1
    let writer = """
      n=0
      while [ $n -lt \(rounds) ]; do
        n=$((n + 1))
        printf '%s' "$1-$n" | "$COFFER" set -q OWN_$1 || echo failed
        printf '%s' "$1-$n" | "$COFFER" set -q SHARED && echo "$n" || echo failed
      done
      """
    let all = """
      for i in $(seq \(processes)); do sh -c '\(writer.replacing("'", with: "'\\''"))' sh $i & done; wait
      """
    let result = try sandbox.run(["sh", "-c", all], setting: ["COFFER": sandbox.program], seconds: 180)
    let acknowledged = result.stdout.split(separator: "\n")
    #expect(result.succeeded && result.stderr.isEmpty && !acknowledged.contains("failed"), "\(result)")
    #expect(acknowledged.count == processes * rounds)

    let history = try sandbox.coffer("history", "SHARED")
    #expect(history.stdout.split(separator: "\n").count == acknowledged.count)
    // Each value of the shared name is one version, whoever was first.
    let last = try sandbox.coffer("get", "SHARED").stdout
    #expect((1...processes).map { "\($0)-\(rounds)" }.contains(last), "\(last)")
    for process in 1...processes {
      let own = try sandbox.coffer("get", "OWN_\(process)")
      #expect(own.stdout == "\(process)-\(rounds)", "\(own)")
    }
    let verified = try sandbox.coffer("verify")
    #expect(
      verified.succeeded && verified.stderr.contains("\(processes + 1) names, \(2 * processes * rounds) stored"),
      "\(verified)")

    // Each declared its name: none wrote another's away, and what was declared is approved.
    let declared = try sandbox.text(of: "coffer.toml")
    for process in 1...processes { #expect(declared.contains("[variables.OWN_\(process)]"), "\(process)") }
    let launched = try sandbox.coffer("run", "--", "sh", "-c", "env | grep -c ^OWN_")
    #expect(launched.stdout == "\(processes)\n", "\(launched)")
  }

  @Test func `readers beside a writer see each state whole`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.succeed("import", "-", "--yes", input: .text("A=0\nB=0\n"))
    let script = """
      (for n in $(seq 40); do printf "A=$n\\nB=$n\\n" | "$COFFER" import -q - --yes || echo writer failed; done; touch done) &
      while [ ! -e done ]; do "$COFFER" export -q --format json | tr -d '\\n '; echo; done; wait
      """
    let result = try sandbox.run(["sh", "-c", script], setting: ["COFFER": sandbox.program], seconds: 120)
    let states = result.stdout.split(separator: "\n")
    #expect(result.stderr.isEmpty && states.count > 5, "\(result)")
    for state in states {
      let numbers = state.split { !$0.isNumber }
      #expect(numbers.count == 2 && numbers[0] == numbers[1], "\(state)")
    }
  }
}
