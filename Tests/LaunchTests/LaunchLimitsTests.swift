import Glibc
import Platform
import Policies
import Sealing
import Testing

@testable import Launch

@Suite struct LaunchLimitsTests {
  @Test(arguments: ["A", "_", "a1", "DATABASE_URL", "_9", "zZ"])
  func `a name is letters, digits and underscores`(name: String) { #expect(LaunchLimits.isName(name)) }

  @Test(arguments: ["", "1A", "A-B", "A.B", "A B", "A=B", "Ä", "A\0", "A\n", "BASH_FUNC_x%%", "(A)"])
  func `anything else is no name`(name: String) {
    #expect(!LaunchLimits.isName(name))
    #expect(throws: LaunchError.badName(name)) {
      try LaunchLimits.check(name: name, valueCount: 1, containsNUL: false)
    }
  }

  @Test func `a zero byte is found anywhere, and only files may hold one`() throws {
    for value in ["\0", "a\0", "\0a", "a\0b"] {
      #expect(throws: LaunchError.zeroByte(name: "A")) { try LaunchLimits.check(variable("A", value)) }
      try LaunchLimits.check(variable("A", value, file: true))
    }
    try LaunchLimits.check(variable("A", ""))
  }

  // "KEY=" and the terminating zero are 5 bytes.
  @Test func `the longest string the kernel takes passes, one byte more is refused`() throws {
    let longest = 131_072 - 5
    try LaunchLimits.check(name: "KEY", valueCount: longest, containsNUL: false)
    #expect(throws: LaunchError.tooLong(name: "KEY", bytes: 131_073, limit: 131_072)) {
      try LaunchLimits.check(name: "KEY", valueCount: longest + 1, containsNUL: false)
    }
    try LaunchLimits.check(name: "KEY", valueCount: longest + 1, containsNUL: false, deliversFile: true)
  }

  @Test(arguments: [(131_067, Int32(0)), (131_068, -E2BIG)])
  func `the kernel draws the line for one string at the same byte`(count: Int, expected: Int32) {
    let entry = strdup("KEY=" + String(repeating: "x", count: count))
    defer { free(entry) }
    let environment = [entry, nil]
    #expect(spawn(["/bin/true"], environment).code == expected)
  }

  @Test(arguments: [
    (UInt64.max, 6 << 20), (8 << 20, 2 << 20), (1 << 30, 6 << 20), (64 << 10, 131_072), (0, 131_072),
  ])
  func `the total is a quarter of the stack between its bounds`(stack: UInt64, limit: Int) {
    #expect(LaunchLimits.totalLimit(stackLimit: stack) == limit)
  }

  @Test(arguments: [0, 1])
  func `the kernel draws the line for the total at the same byte`(excess: Int) throws {
    let policy = try LaunchPolicy(toml: Policies.launch())
    let limit = LaunchLimits.totalLimit()
    let command = "/bin/true"
    // Strings of 64 KiB with their pointers, and one that fills what is left.
    let fixed = 2 * (command.utf8.count + 1) + 8
    let step = 65_536 + 8
    let whole = (limit - fixed - 1000) / step
    let rest = limit - fixed - whole * step + excess
    var variables = (0..<whole).map { index in
      variable("V\(index)", String(repeating: "x", count: 65_536 - 2 - "V\(index)".utf8.count))
    }
    variables.append(variable("REST", String(repeating: "x", count: rest - 8 - 6)))
    let environment = try ChildEnvironment(
      variables: variables, choice: AmbientChoice(), policy: policy, processIdentifier: 1, ambient: Ambient([]).block
    )
    if excess == 0 {
      try environment.checkTotal(arguments: [command.utf8.count])
    } else {
      #expect(throws: LaunchError.self) { try environment.checkTotal(arguments: [command.utf8.count]) }
    }
    let code = environment.withPointers { spawn([command], $0).code }
    #expect(code == (excess == 0 ? 0 : -E2BIG))
  }

  @Test func `a block that is too large names the heaviest variables`() throws {
    let policy = try LaunchPolicy(toml: Policies.launch())
    let ambient = Ambient(["MIDDLE=" + String(repeating: "x", count: 500)])
    let environment = try ChildEnvironment(
      variables: [variable("SMALL", "x"), variable("BIG", String(repeating: "x", count: 1000))],
      choice: AmbientChoice(), policy: policy, processIdentifier: 1, ambient: ambient.block)
    let bytes = (4 + 1) + (4 + 1 + 8) + (508 + 8) + (8 + 8) + (1005 + 8)
    try environment.checkTotal(arguments: [4], limit: bytes)
    #expect(
      throws: LaunchError.tooMuch(bytes: bytes, limit: bytes - 1, largest: ["BIG", "MIDDLE", "SMALL"])
    ) { try environment.checkTotal(arguments: [4], limit: bytes - 1) }
  }
}
