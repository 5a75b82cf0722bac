import Testing

/// A project with one secret, and a service that accepts some values: it knows their digests, in a file beside the project's.
struct RotationScene {
  let sandbox: Sandbox
  let name: String
  /// The value that is to be replaced.
  let old: String

  /// - Parameter accepted: whether the service knows the old value.
  init(_ name: String = "TOKEN", old: String = Marker().text, accepted: Bool = true) throws {
    sandbox = try Sandbox.prepared("[variables.\(name)]\n")
    self.name = name
    self.old = old
    try sandbox.store([name: old])
    try sandbox.write("", to: "accepted")
    if accepted { try accept(old) }
  }

  /// Succeeds with a value that the service accepts, exit code 1 with any other.
  var check: String { #"printf %s "$\#(name)" | sha256sum | cut -c1-64 | grep -qFf - accepted"# }
  /// Has the service accept the value in the variable.
  var register: String { #"printf %s "$\#(name)" | sha256sum | cut -c1-64 >>accepted"# }
  /// Has the service refuse the old value.
  func refuseOld() throws -> String { "sed -i /\(try digest(old))/d accepted" }

  func digest(_ value: String) throws -> String {
    String(try sandbox.run(["sha256sum"], input: .text(value)).stdout.prefix(64))
  }

  /// Has the service accept a value.
  func accept(_ value: String) throws {
    try sandbox.write(sandbox.text(of: "accepted") + digest(value) + "\n", to: "accepted")
  }

  /// Runs `coffer rotate` about the secret.
  func rotate(_ more: String..., input: Input = .none, setting: [String: String?] = [:]) throws -> RunResult {
    try sandbox.run(["coffer", "rotate", name] + more, input: input, setting: setting)
  }

  /// What launches get.
  func current() throws -> String { try sandbox.succeed("get", name).stdout }

  /// How far the newest rotation is, as `--status` says.
  func step() throws -> String? {
    let status = try sandbox.succeed("rotate", name, "--status", "--format", "json").stdout
    return status.firstMatch(of: /"step": "([^"]*)"/).map { String($0.1) }
  }

  /// That launches get a value which the service accepts, and that the vault is whole.
  func expectWorking(_ what: String) throws {
    let launched = try sandbox.run(["coffer", "run", "--", "sh", "-c", check])
    #expect(launched.succeeded, "\(what): launches do not work: \(launched)")
    let verified = try sandbox.coffer("verify")
    #expect(verified.succeeded, "\(what): \(verified)")
  }
}
