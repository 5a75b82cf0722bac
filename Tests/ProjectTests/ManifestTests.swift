import Project
import Testing

let shopManifest = """
  vault = "shop 7Q4M-2KXD-9TRB"   # a name for people, an id for Coffer
  [scan]
  salt = "c2FsdA"

  [variables.DATABASE_URL]
  description = "Primary database"
  type = "url"
  schemes = ["postgres"]
  required = true                  # or a list of environments
  forbid = { production = ["localhost", "127.0.0.1", "sqlite:"] }
  provider = "postgres"
  max_age = "90d"

  [variables.PORT]
  secret = false
  type = "port"
  default = "3000"
  values = { production = "8080" }

  [variables.API_DB]
  from = "API_DATABASE_URL"
  required = ["production", "staging"]
  file = true

  [launch]
  allow = ["NODE_OPTIONS"]

  """

@Suite struct ManifestTests {
  @Test func `limited to names it declares what the vault keeps under these, and no other`() throws {
    let manifest = try Manifest(text: shopManifest).limited(to: ["API_DATABASE_URL", "PORT", "OTHER"])
    #expect(manifest.variables.map(\.name) == ["PORT", "API_DB"])
    #expect(manifest.variable(named: "DATABASE_URL") == nil)
    #expect(manifest.variable(named: "API_DB")?.isFile == true)
    #expect(manifest.allowedNames == ["NODE_OPTIONS"])
  }

  @Test func `the design's example is read`() throws {
    let manifest = try Manifest(text: shopManifest)
    #expect(manifest.vault == .init(name: "shop", id: "7Q4M-2KXD-9TRB"))
    #expect(manifest.scanSalt == "c2FsdA")
    #expect(manifest.allowedNames == ["NODE_OPTIONS"])
    #expect(manifest.variables.map(\.name) == ["DATABASE_URL", "PORT", "API_DB"])
    #expect(manifest.variables.map(\.line) == [5, 14, 20])
    let database = try #require(manifest.variable(named: "DATABASE_URL"))
    #expect(database.description == "Primary database")
    #expect(database.type == .url)
    #expect(database.schemes == ["postgres"])
    #expect(database.forbid == ["production": ["localhost", "127.0.0.1", "sqlite:"]])
    #expect(database.provider == "postgres")
    #expect(database.maxAge == 90 * 86_400)
    #expect(database.isSecret && !database.isFile)
    let port = try #require(manifest.variable(named: "PORT"))
    #expect(!port.isSecret)
    #expect(port.defaultValue == "3000")
    #expect(port.values == ["production": "8080"])
    let renamed = try #require(manifest.variable(named: "API_DB"))
    #expect(renamed.vaultName == "API_DATABASE_URL")
    #expect(renamed.isFile)
    #expect(renamed.isRequired(in: "production") && !renamed.isRequired(in: "development"))
    #expect(manifest.variable(named: "NONE") == nil)
  }

  @Test func `an empty file declares nothing`() throws {
    let manifest = try Manifest(text: "")
    #expect(manifest.vault == nil)
    #expect(manifest.variables.isEmpty)
    #expect(manifest.deploy.isEmpty)
  }

  @Test(arguments: [
    ("7Q4M", "", "7Q4M"), ("my web shop 7Q4M", "my web shop", "7Q4M"), ("  a   b  ", "a", "b"),
  ])
  func `the vault's id is its last word`(_ text: String, _ name: String, _ id: String) throws {
    #expect(try Manifest(text: "vault = \"\(text)\"").vault == .init(name: name, id: id))
  }

  @Test(arguments: [("1h", 3600), ("2d", 172_800), ("1w", 604_800), ("1y", 31_536_000)])
  func `ages are in seconds`(_ text: String, _ seconds: Int) throws {
    let manifest = try Manifest(text: "[variables.A]\nmax_age = \"\(text)\"")
    #expect(manifest.variables[0].maxAge == seconds)
  }

  @Test(arguments: [
    "[variables]\nA = { secret = false, default = \"x\" }\nB.secret = false\nB.default = \"x\"\n",
    "variables.A.secret = false\nvariables.A.default = \"x\"\nvariables.B = { secret = false, default = 'x' }\n",
    "[ variables . \"A\" ]\n\"secret\" = false\n'default' = '''x'''\n[variables.'B']\nsecret=false\ndefault=\"\"\"x\"\"\"",
    "\u{FEFF}[variables.A]\r\nsecret = false\r\ndefault = \"x\"\r\n[variables.B]\r\nsecret = false\r\ndefault = \"x\"\r\n",
    "[variables.\"\\u0041\"]\nsecret = false\ndefault = \"x\"\n[variables.B]\nsecret = false\ndefault = \"\"\"\\\n   x\"\"\"",
  ])
  func `every spelling of TOML says the same, in the file's order`(_ text: String) throws {
    let variables = try Manifest(text: text).variables
    #expect(variables.map(\.name) == ["A", "B"])
    #expect(variables.allSatisfy { !$0.isSecret && $0.defaultValue == "x" })
  }

  @Test func `variables stay in the file's order, not the alphabet's`() throws {
    let manifest = try Manifest(
      text:
        "[variables.Z.forbid]\np = [\"x\"]\n[variables.A]\n[variables.M]\n[variables.Z]\nfile = true"
    )
    #expect(manifest.variables.map(\.name) == ["Z", "A", "M"])
    #expect(manifest.variables.map(\.line) == [1, 3, 4])
  }

  @Test(arguments: [
    ("schemes = [\"https\"]", VariableType.url), ("choices = [\"a\"]", .enum), ("", .string),
  ])
  func `the type follows from schemes or choices`(_ line: String, _ type: VariableType) throws {
    #expect(try Manifest(text: "[variables.A]\n" + line).variables[0].type == type)
  }

  @Test func `deploy is kept as sorted lines`() throws {
    let manifest = try Manifest(
      text: "[deploy]\nz = 1\n[deploy.fly]\nsteps = [\"a\", {b = true}]\n")
    #expect(manifest.deploy == ["fly.steps = [\"a\", { b = true }]", "z = 1"])
    #expect(try Manifest(text: "[deploy]").deploy == ["{}"])
    #expect(
      try Manifest(text: "[deploy]\na = 0x1F\nb = 1.5\nc = 1979-05-27\n\"d.e\".f = []\ng = '\"'\n").deploy
        == ["\"d.e\".f = []", "a = 31", "b = 1.5", "c = 1979-05-27", "g = \"\\\"\""])
  }

  @Test(arguments: [
    // Text that is not TOML.
    ("a", 1), ("vault = \"a\n", 1), ("\n\n[x", 3), ("[variables.A]\n[variables.A]", 2),
    ("vault = 'a'\nvault = 'b'", 2),
    ("# \0", 1), ("[{", 1), ("a = 1979-05-27 T", 1), ("a = 0x1F", 1), ("a = 1.", 1),
    ("a = 9999999999999999999", 1), ("a =", 1), ("[[ [", 1), ("[a.\u{1}]", 1), ("a = {b}", 1),
    ("a = \u{7F}", 1), ("a = _1", 1),
    ("a\n= 1", 1),
    ("vault = 'x' y", 1), ("a = [1 2]", 1), ("a = 'x'\rb = 1", 1), ("a = \"\\q\"", 1),
    ("a = \"\\uD800\"", 1),
    ("a = '''x\n\n", 1), ("\n'''a''' = 1", 2), ("a = {b = 1\n}", 1),
    ("a = " + String(repeating: "[", count: 100_000), 1),
    ("a = " + String(repeating: "{a=", count: 100_000), 1),
    (String(repeating: "a.", count: 100_000) + "a = 1", 1),
    ("#" + String(repeating: "x", count: 1 << 20), 1),
    ("vault = 'x'\n[scan]\nsalt = \"\\u0000\"", 3), ("\nvault = \"a\\U00000000\"", 2),
    // Unknown keys.
    ("vualt = 'x'", 1), ("vault = 'x'\n\n[variable.A]", 3), ("[scan]\nsalt='x'\nother = 1", 3),
    ("[launch]\nallowed = []", 2), ("[variables.A]\n# c\nrequred = true", 3),
    ("[variables.A]\ndescription = '''\nrequred = true\n'''\nrequred = true", 5),
    ("[variables.A]\nforbid = { production = [\n  \"a\", # ]\n  \"}\" ] }\nsecrets = false", 5),
    ("[variables]\nA = { secret = true }\nB = { sekret = true }", 3),
    ("variables.A.x = 1", 1),
    // Wrong types.
    ("vault = 1", 1), ("vault = '  '", 1), ("scan = 'x'", 1), ("[[variables.A]]", 1),
    ("\n[[variables]]", 2),
    ("[launch]\nallow = 'A'", 2), ("[launch]\nallow = [1]", 2), ("[launch]\nallow = ['A B']", 2),
    ("deploy = 1", 1),
    ("[variables]\nA = 'x'", 2), ("[variables.A]\n\nsecret = 'no'", 3),
    ("[variables.A]\nrequired = 1", 2),
    ("[variables.A]\nrequired = ['a', 2]", 2), ("[variables.A]\nrequired = ['a b']", 2),
    ("[variables.A]\ntype = 'uri'", 2), ("[variables.A]\ntype = 'enum'", 2),
    ("[variables.A]\ntype='int'\nschemes=['a']", 3),
    ("[variables.A]\nchoices=['a']\ntype='int'", 2), ("[variables.A]\nschemes=['https://']", 2),
    ("[variables.A]\ndefault = 3000", 2), ("[variables.A]\nmax_age = '90'", 2),
    ("[variables.A]\nmax_age = '3 months'", 2),
    ("[variables.A]\nmax_age = '0d'", 2), ("[variables.A]\nmax_age = 90", 2),
    ("[variables.A]\nmax_age = '-1d'", 2),
    ("[variables.A]\nmax_age = '99999999999999999999d'", 2), ("[variables.A]\nmax_age = ''", 2),
    ("[variables.A]\nfrom = 'A-B'", 2), ("[variables.A]\nfile = 1", 2),
    ("[variables.A]\nforbid = ['x']", 2),
    ("[variables.A]\nforbid = { production = 'x' }", 2),
    ("[variables.A.forbid]\n\nproduction = ['']", 3),
    ("[variables.A]\nforbid = { 'a b' = ['x'] }", 2),
    // Rules.
    ("[variables.A-B]", 1), ("[variables.1A]", 1), ("[variables.\"A B\"]", 1),
    ("[variables.\"\"]", 1),
    ("[variables.A]\nvalues = { production = 'x' }", 2),
    ("[variables.A]\nsecret = false\ntype = 'port'\ndefault = 'x'", 4),
    ("[variables.A]\nsecret = false\ntype = 'int'\n[variables.A.values]\np = '1'\nq = 'x'", 6),
    ("[variables.A]\nsecret = false\nvalues = { p = 1 }", 3),
  ])
  func `a fault is refused with its line`(_ text: String, _ line: Int) {
    let error = #expect(throws: ProjectError.self) { try Manifest(text: text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.message.isEmpty == false)
  }

  @Test(arguments: [
    ("[variables.A]\nrequred = true", "required"), ("[variables.A]\nmaxage = '1d'", "max_age"),
    ("[variables.A]\nSecret = true", "secret"), ("[variable.A]", "variables"),
    ("[variables.A]\nfoo = 1", nil),
    ("[variables.A]\nforbdi = {}", "forbid"),
  ])
  func `a misspelt key is answered with the right one`(_ text: String, _ suggestion: String?) {
    let error = #expect(throws: ProjectError.self) { try Manifest(text: text) }
    guard case .unknownKey(_, let key, let found) = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(found == suggestion)
    #expect(error?.message.contains(key) == true)
  }

  @Test func `a wrong type says what it must be`() {
    let error = #expect(throws: ProjectError.self) {
      try Manifest(text: "[variables.PORT]\ndefault = 3000")
    }
    #expect(error?.message == "variables.PORT.default must be a string in quotes, not an integer")
  }

  @Test func `every prefix of a manifest is read or refused`() throws {
    let bytes = Array(shopManifest.utf8)
    for length in stride(from: 0, through: bytes.count, by: 1) {
      do {
        _ = try Manifest(text: String(decoding: bytes[..<length], as: UTF8.self))
      } catch {
        #expect(error.line != nil)
      }
    }
  }

  @Test(arguments: Array("\"'[{]}\\\n=#,.\0".utf8))
  func `a manifest with one byte changed is read or refused`(_ byte: UInt8) throws {
    let bytes = Array(shopManifest.utf8)
    for position in bytes.indices {
      var changed = bytes
      changed[position] = byte
      let text = String(decoding: changed, as: UTF8.self)
      guard let manifest = try? Manifest(text: text) else { continue }
      #expect(manifest.variables.allSatisfy { $0.line > 0 })
    }
  }
}
