import Testing

/// Many processes at one vault.
@Suite struct ConcurrencyTests {
  @Test func `sixteen processes make fifty writes each, and no write is lost`() throws {
    let sandbox = try Sandbox.prepared()
    let processes = 16
    let isUnlocked = try sandbox.coffer("get", "NONE", setting: ["COFFER_PASSPHRASE_FILE": nil]).code == 1
    let rounds = isUnlocked ? 50 : 2
    if !isUnlocked { print("\(rounds) writes each, not 50: without a kernel keyring each costs half a second") }
    // All write the same name; each declares one of its own as well. What is acknowledged is "SHARED is at version N".
    let writer = """
      printf '%s' "$1" | "$COFFER" set -q OWN_$1 || echo failed
      n=0
      while [ $n -lt \(rounds) ]; do
        n=$((n + 1))
        said=$(printf '%s' "$1-$n" | "$COFFER" set SHARED 2>&1) && echo "$1-$n $said" || echo "failed: $said"
      done
      """
    let all = """
      for i in $(seq \(processes)); do sh -c '\(writer.replacing("'", with: "'\\''"))' sh $i & done; wait
      """
    let result = try sandbox.run(["sh", "-c", all], setting: ["COFFER": sandbox.program], seconds: 240)
    #expect(result.succeeded && result.stderr.isEmpty && !result.stdout.contains("failed"), "\(result)")
    let acknowledged = Dictionary(
      result.stdout.matches(of: /(?m)^(\d+-\d+) .*SHARED is at version (\d+) in/).map {
        (Int($0.2) ?? 0, String($0.1))
      }, uniquingKeysWith: { first, _ in first })
    // Each was given a version of its own, and all versions from the first to the last were given.
    #expect(acknowledged.keys.sorted() == Array(1...(processes * rounds)))

    let history = try sandbox.coffer("history", "SHARED")
    #expect(history.stdout.split(separator: "\n").count == processes * rounds)
    // What was acknowledged as a version is what it holds: the last one, and one of each process.
    let last = try sandbox.coffer("get", "SHARED").stdout
    #expect(last == acknowledged[processes * rounds], "\(last)")
    for process in 1...processes {
      let round = 1 + process * 3 % rounds
      let version = try #require(acknowledged.first { $0.value == "\(process)-\(round)" }?.key)
      let shared = try sandbox.coffer("get", "SHARED", "--version-number", "\(version)")
      #expect(shared.stdout == "\(process)-\(round)", "\(shared)")
      let own = try sandbox.coffer("get", "OWN_\(process)")
      #expect(own.stdout == "\(process)", "\(own)")
    }
    let verified = try sandbox.coffer("verify")
    let counted = "\(processes + 1) names, \(processes * (rounds + 1)) stored"
    #expect(verified.succeeded && verified.stderr.contains(counted), "\(verified)")

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
