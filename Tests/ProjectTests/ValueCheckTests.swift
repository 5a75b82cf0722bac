import Project
import Testing

@Suite struct ValueCheckTests {
  static let pem = "-----BEGIN PRIVATE KEY-----\nMIIB\nAA==\n-----END PRIVATE KEY-----\n"

  @Test(arguments: [
    (VariableType.string, ["", "anything", "\n"]),
    (
      .url,
      [
        "https://a", "postgres://u:p@h:5432/db?x=1", "sqlite:///x.db", "file:///etc",
        "mongodb+srv://a,b/c", "x://[::1]:1",
      ]
    ),
    (.int, ["0", "-1", "+12", "99999999999999999999"]),
    (.port, ["1", "80", "65535", "08080"]),
    (.bool, ["true", "FALSE", "1", "0", "yes", "No", "on", "off"]),
    (.email, ["a@b.c", "root@localhost", "a.b+c@d-e.example"]),
    (
      .json, ["{}", "[]", "null", "-0.5e+10", " {\"a\": [1, true, \"\\u00e9\\n☃\"]} ", "\"\"", "0"]
    ),
    (
      .pem,
      [
        pem, pem + pem, "note\n" + pem, pem.replacing("\n", with: "\r\n"),
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A,B\n\nAAAA\n-----END RSA PRIVATE KEY-----",
      ]
    ),
    (.base64, ["QQ==", "QUI=", "QUJD", "QQ", "-_-_", "QUJD\nQUJD\n"]),
    (.hex, ["00", "deadBEEF", "0x12"]),
  ])
  func `values of their type pass`(_ type: VariableType, _ values: [String]) {
    for value in values { #expect(problem(type, value) == nil, "\(type) \(value)") }
  }

  @Test(arguments: [
    (
      VariableType.url,
      [
        "", "a", "a.b/c", "://x", "http://", "http:/x", "https:///x", "http://a b", " http://a",
        "http://a\n", "1x://a", "http://?x",
      ]
    ),
    (.int, ["", "-", "1.5", "1e3", "0x1", " 1", "1\n", "one"]),
    (.port, ["0", "65536", "-1", "80a", "123456", ""]),
    (.bool, ["2", "t", "truee", ""]),
    (.email, ["a", "@b", "a@", "a@b@c", "A <a@b.c>", "a b@c", "a@.b", "a@b.", "a@b..c", "a@b_c"]),
    (
      .json,
      [
        "", "{", "{a:1}", "'a'", "[1,]", "01", "1.", ".5", "tru", "{} x", "\"\u{1}\"", "\"\\x\"",
        "\"\\u12\"", "{\"a\" 1}", "nan",
        String(repeating: "[", count: 200) + String(repeating: "]", count: 200),
      ]
    ),
    (
      .pem,
      [
        "", "x", "-----BEGIN A-----\nAAAA", "-----BEGIN A-----\nAAAA\n-----END B-----",
        "-----BEGIN A-----\n-----END A-----",
        "-----BEGIN A-----\nA A!\n-----END A-----", "-----BEGIN A-----\\nAAAA\\n-----END A-----",
        "-----END A-----",
        "-----BEGIN A-----\n-----BEGIN A-----\nAAAA\n-----END A-----",
      ]
    ),
    (.base64, ["", "Q", "Q===", "QQ=", "QQ==QQ==", "Q Q", "é", "QUJD="]),
    (.hex, ["", "0", "0x", "0g", "abc"]),
  ])
  func `other values are named without being quoted`(_ type: VariableType, _ values: [String]) {
    for value in values {
      let found = problem(type, value)
      #expect(found != nil, "\(type) \(value)")
      if value.count > 6 { #expect(found?.contains(value) != true) }
    }
  }

  @Test func `schemes and choices are enforced and named`() {
    #expect(problem(.url, "postgres://h", schemes: ["postgres"]) == nil)
    #expect(problem(.url, "POSTGRES://h", schemes: ["postgres"]) == nil)
    #expect(
      problem(.url, "mysql://h", schemes: ["postgres", "x"])
        == "is not a URL that starts with postgres:// or x://")
    #expect(problem(.enum, "b", choices: ["a", "b"]) == nil)
    #expect(problem(.enum, "B", choices: ["a", "b"]) == "is not one of a, b")
  }

  @Test func `written-out line breaks in a key are recognised`() {
    #expect(
      problem(.pem, "-----BEGIN A-----\\nAA\\n-----END A-----")?.contains("written out") == true)
  }
}
