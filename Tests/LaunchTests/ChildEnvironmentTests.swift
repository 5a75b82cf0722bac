import Glibc
import Platform
import Policies
import Sealing
import Testing

@testable import Launch

@Suite struct ChildEnvironmentTests {
  let policy: LaunchPolicy
  let ambient = Ambient([
    "PATH=/bin", "A=ambient", "COFFER_TOKEN=coffer_secret", "B=ambient=b", "A=second", "COFFER_HOME=/c",
    "noequals",
    "TERM=dumb", "EMPTY=",
  ])

  init() throws { policy = try LaunchPolicy(toml: Policies.launch()) }

  private func environment(
    _ variables: [LaunchVariable], _ choice: AmbientChoice = AmbientChoice()
  ) throws -> ChildEnvironment {
    try ChildEnvironment(
      variables: variables, choice: choice, policy: policy, processIdentifier: getpid(),
      ambient: ambient.block)
  }

  @Test func `the vault wins, what unlocked it is gone, the rest is inherited`() throws {
    let environment = try environment([variable("A", "vault"), variable("NEW", "n")])
    #expect(
      printed(environment) == [
        "PATH=/bin", "B=ambient=b", "COFFER_HOME=/c", "noequals", "TERM=dumb", "EMPTY=", "A=vault", "NEW=n",
      ])
  }

  @Test(arguments: [AmbientChoice.Preserve.all, .names(["A"])])
  func `a preserved name keeps its ambient value`(preserve: AmbientChoice.Preserve) throws {
    let environment = try environment(
      [variable("A", "vault"), variable("NEW", "n")], AmbientChoice(preserve: preserve))
    let seen = printed(environment)
    #expect(seen.contains("A=ambient"))
    #expect(seen.contains("NEW=n"))
    #expect(!seen.contains { $0.hasPrefix("COFFER_TOKEN") })
    #expect(environment.plan.lines.contains(.init(name: "A", origin: .preserved)))
  }

  @Test func `a preserved name that the ambient environment lacks comes from the vault`() throws {
    let environment = try environment([variable("NEW", "n")], AmbientChoice(preserve: .names(["NEW", "A"])))
    #expect(printed(environment).contains("NEW=n"))
  }

  @Test func `pristine starts from a named few`() throws {
    let environment = try environment([variable("A", "vault")], AmbientChoice(pristine: true))
    #expect(printed(environment) == ["PATH=/bin", "TERM=dumb", "A=vault"])
    let kept = try self.environment(
      [variable("A", "vault")], AmbientChoice(pristine: true, preserve: .names(["B", "COFFER_TOKEN"])))
    #expect(printed(kept) == ["PATH=/bin", "B=ambient=b", "TERM=dumb", "A=vault"])
  }

  @Test func `the plan says where each name comes from`() throws {
    let plan = EnvironmentPlan(
      ambient: ["PATH", "A", "COFFER_TOKEN", nil, "X", "A"], variables: ["A", "N"],
      choice: AmbientChoice(pristine: true), policy: policy)
    #expect(
      plan.lines == [
        .init(name: "PATH", origin: .ambient), .init(name: "COFFER_TOKEN", origin: .stripped),
        .init(name: "X", origin: .dropped), .init(name: "A", origin: .vault),
        .init(name: "N", origin: .vault),
      ])
  }

  @Test(arguments: [
    "", "=", "a=b=c", "$HOME `id` $(id) \\ \" '", "line one\nline two\r\n", "ünïcödé 🔑", " lead and trail ",
    "\u{1}\u{7F}",
    String(repeating: "k", count: 100 * 1024),
  ])
  func `a value arrives byte for byte`(value: String) throws {
    let environment = try environment([variable("VALUE", value)], AmbientChoice(pristine: true))
    #expect(printed(environment).last == "VALUE=" + value)
  }

  @Test func `bytes that are not text arrive as they are`() throws {
    let bytes: [UInt8] = [0xFF, 0xFE, 0x80, 0x0A, 0xC3]
    let value = LaunchVariable(name: "RAW", value: Secret(try SecretBytes(copying: bytes)))
    let environment = try environment([value], AmbientChoice(pristine: true))
    let output = environment.withPointers { spawn(["/usr/bin/env", "-0"], $0).output }
    #expect(Array(output.suffix(10)) == Array("RAW=".utf8) + bytes + [0])
  }

  @Test func `nothing at all is an environment too`() throws {
    let environment = try ChildEnvironment(
      variables: [], choice: AmbientChoice(), policy: policy, processIdentifier: 1, ambient: Ambient([]).block)
    #expect(printed(environment) == [])
  }

  @Test func `two values for one name are refused`() {
    #expect(throws: LaunchError.duplicate(name: "A")) {
      _ = try environment([variable("A", "1"), variable("A", "2")])
    }
  }

  @Test func `a file variable is a path that a grandchild can open`() throws {
    let key = "-----BEGIN KEY-----\n" + String(repeating: "k", count: 200_000) + "\n"
    let environment = try environment([variable("KEY", key, file: true)], AmbientChoice(pristine: true))
    let value = try #require(printed(environment).last)
    #expect(value.hasPrefix("KEY=/proc/\(getpid())/fd/"))
    let script = "sh -c 'cat \"$KEY\"'; stat -L -c %a \"$KEY\""
    let (code, output) = environment.withPointers { spawn(["/bin/sh", "-c", script], $0) }
    #expect(code == 0)
    #expect(String(decoding: output, as: UTF8.self) == key + "400\n")
  }

  @Test func `memory files are closed when nothing was launched`() throws {
    func open() throws -> String {
      let environment = try environment([variable("CLOSED", "k", file: true)], AmbientChoice(pristine: true))
      return String(try #require(printed(environment).last).dropFirst("CLOSED=".utf8.count))
    }
    let path = try open()
    // Another test may have got the number since; its file has another name.
    #expect((try? Files.canonical(path))?.contains("memfd:CLOSED") != true)
    #expect((try? Files.read(path, limit: 10)) != Array("k".utf8))
  }

  @Test func `a command that cannot start is told with its exit code`() throws {
    let cases: [(String, LaunchError, Int32)] = [
      ("no-such-command-here", .notFound(command: "no-such-command-here"), 127),
      (
        "/etc/passwd",
        .notExecutable(
          command: "/etc/passwd", SystemError(operation: "execve", path: "/etc/passwd", code: EACCES)), 126
      ),
    ]
    for (command, expected, code) in cases {
      let environment = try environment([variable("A", "x")])
      var arguments = [strdup(command), nil]
      defer { free(arguments[0]) }
      let error = Launcher.exec(arguments: &arguments, environment: environment)
      #expect(error == expected)
      #expect(error.exitCode == code)
    }
  }

  @Test func `an argument that is too long never reaches exec`() throws {
    let environment = try environment([variable("A", "x")])
    var arguments = [strdup("/bin/true"), strdup(String(repeating: "x", count: 131_072)), nil]
    defer { for argument in arguments { free(argument) } }
    let error = Launcher.exec(arguments: &arguments, environment: environment)
    guard case .tooMuch = error else {
      Issue.record("\(error)")
      return
    }
    #expect(error.exitCode == 125)
  }
}
