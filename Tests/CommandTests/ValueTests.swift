import Testing

/// What goes in comes out: byte for byte, whatever it is.
@Suite struct ValueTests {
  @Test func `values arrive byte for byte`() throws {
    let sandbox = try Sandbox.prepared()
    try sandbox.store(AwkwardValues.bytes)
    let launched = try sandbox.coffer("run", "--", "cat", "/proc/self/environ")
    #expect(launched.succeeded, "\(launched)")
    let arrived = launched.variables
    for (name, bytes) in AwkwardValues.bytes {
      #expect(arrived[name] == bytes, "\(name) differs in the launched program")
      #expect(try sandbox.coffer("get", name).output == bytes, "\(name) differs in coffer get")
    }
  }

  @Test func `the launched program's own digest is the value's`() throws {
    let sandbox = try Sandbox.prepared()
    let bytes = (0..<100_000).map { UInt8($0 * 31 % 255 + 1) }
    try sandbox.store(["BIG": bytes])
    let expected = try sandbox.run(["sha256sum"], input: .bytes(bytes))
    let arrived = try sandbox.coffer("run", "--", "sh", "-c", #"printf %s "$BIG" | sha256sum"#)
    #expect(arrived.succeeded && arrived.output == expected.output, "\(arrived)")
  }

  @Test(arguments: [
    ("secret\n", "secret"), ("secret\r\n", "secret"), ("secret\n\n", "secret\n"), ("secret", "secret"),
    ("\n", ""), ("", ""), ("secret\r", "secret\r"), (" secret ", " secret "),
  ])
  func `one line end of standard input is not part of the value`(input: String, stored: String) throws {
    let sandbox = try Sandbox.prepared()
    let set = try sandbox.coffer("set", "TOKEN", input: .text(input))
    #expect(set.succeeded, "\(set)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == stored)
    try sandbox.store(["TOKEN": input])
    #expect(try sandbox.coffer("get", "TOKEN").stdout == input, "--raw")
    try sandbox.write(input, to: "value")
    #expect(try sandbox.coffer("set", "TOKEN", "--file", "value").succeeded)
    #expect(try sandbox.coffer("get", "TOKEN").stdout == input, "--file")
  }

  @Test func `a shell's process substitution is a file like others`() throws {
    let sandbox = try Sandbox.prepared()
    let script = #""$0" import <(printf 'TOKEN=one\n') --yes && "$0" set OTHER --file <(printf two)"#
    let result = try sandbox.run(["bash", "-c", script, Binaries.coffer])
    #expect(result.succeeded, "\(result)")
    #expect(try sandbox.coffer("get", "TOKEN").stdout == "one" && sandbox.coffer("get", "OTHER").stdout == "two")
    // The passphrase too.
    let added = try sandbox.run(
      [
        "bash", "-c", #"COFFER_PASSPHRASE_FILE=<(echo "$1") exec "$0" env add preview"#, Binaries.coffer,
        Sandbox.passphrase,
      ])
    #expect(added.succeeded, "\(added)")
  }

  @Test(arguments: ["T", "A_NAME_OF_24_LETTERS_ABCD"])
  func `the longest value that Linux takes is taken, and not a byte more`(name: String) throws {
    let sandbox = try Sandbox.prepared()
    // `NAME=value` and its terminating zero: MAX_ARG_STRLEN.
    let longest = 131_072 - name.utf8.count - 2
    try sandbox.store([name: [UInt8](repeating: 0x78, count: longest)])
    let launched = try sandbox.coffer("run", "--", "cat", "/proc/self/environ")
    #expect(launched.variables[name]?.count == longest, "\(launched.stderr)")

    let refused = try sandbox.coffer(
      "set", name, input: .bytes([UInt8](repeating: 0x78, count: longest + 1)))
    #expect(refused.code == 2 && refused.stderr.contains("\(name) is too long: 131073 bytes"), "\(refused)")
    #expect(refused.stderr.contains("file = true"))
    #expect(try sandbox.coffer("history", name).stdout.contains("version 2") == false)
  }

  @Test(arguments: [
    ("hex:16", "^[0-9a-f]{32}$"), ("hex", "^[0-9a-f]{64}$"), ("base64:32", "^[A-Za-z0-9+/]{43}=$"),
    ("alnum:20", "^[A-Za-z0-9]{20}$"),
    ("uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
    ("passphrase:6", "^([a-z]+-){5}[a-z]+$"),
  ])
  func `a generated value has its kind's form, and is never the same twice`(kind: String, form: String) throws {
    let sandbox = try Sandbox.prepared()
    var values: Set<String> = []
    for _ in 1...2 {
      let set = try sandbox.coffer("set", "MADE", "--generate", kind)
      #expect(set.succeeded, "\(set)")
      let value = try sandbox.coffer("get", "MADE").stdout
      #expect(!set.stdout.contains(value) && !set.stderr.contains(value))
      #expect(value.contains(try Regex(form)), "\(kind) made another form")
      values.insert(value)
    }
    #expect(values.count == 2)
  }

  @Test(arguments: ["hex:4", "hex:0", "hex:5000", "hex:x", "rsa:2048", "uuid:4", "passphrase:2", ""])
  func `an unknown or weak kind of value is refused`(kind: String) throws {
    let result = try Sandbox.prepared().coffer("set", "MADE", "--generate", kind)
    #expect(result.code == 2 && result.stderr.contains("--generate takes hex:BYTES"), "\(result)")
  }

  @Test(arguments: [
    ["set", "TOKEN", "canary"], ["set", "TOKEN=canary"], ["set", "TOKEN", "=", "canary"],
    ["set", "TOKEN", "--value", "canary"], ["set", "TOKEN", "--value=canary"], ["set", "TOKEN", "-pcanary"],
    ["set", "TOKEN", "--canary1"], ["set", "--canary_1", "TOKEN"], ["set", "---canary.", "TOKEN"],
    ["set", "TOKEN", "--generate=canary"], ["set", "TOKEN", "--generate", "canary"],
    ["set", "canary_canary_canary_canary_canary_canary_canary_canary_canary-canary"],
    ["set", "-e", "staging", "TOKEN", "--", "canary"], ["set", "--passphrase-fd", "canary", "TOKEN"],
    ["set", "--passphrase", "canary", "TOKEN"], ["get", "TOKEN", "canary"], ["import", ".env", "canary"],
    ["unlock", "canary"], ["unlock", "--passphrase=canary"], ["unlock", "--for=canary"],
    ["run", "canary", "--", "true"], ["run", "--passphrase", "canary", "--", "true"], ["init", "canary"],
    ["canary-canary-canary-canary"], ["TOKEN=canary"], ["--token=canary"],
  ])
  func `a value typed as an argument is refused and not repeated`(arguments: [String]) throws {
    let sandbox = try Sandbox.prepared()
    let result = try sandbox.run(["coffer"] + arguments, input: .text("other"))
    #expect(result.code == (arguments[0] == "run" ? 125 : 2), "\(result)")
    #expect(!result.stdout.contains("canary") && !result.stderr.contains("canary"), "\(result)")
    #expect(try sandbox.coffer("list").stdout.isEmpty)
  }
}
