import TOML
import Testing

/// Mostly the specification's own examples, in its order.
@Suite struct ValidTextTests {
  @Test(arguments: [
    ("", "{}"), ("\n\r\n \t\n", "{}"), ("# a full line", "{}"), ("\u{FEFF}a = 1", "{a: 1}"),
    ("key = \"value\" # end\nanother = \"# no comment\"", "{key: \"value\", another: \"# no comment\"}"),
    ("# tab\tand é ☃ 😀\r\na=1\r\n", "{a: 1}"),
    // Keys.
    ("bare_key=1\nbare-key=2\n1234=3\n-=4\n_=5", "{bare_key: 1, bare-key: 2, 1234: 3, -: 4, _: 5}"),
    (
      "\"127.0.0.1\" = 1\n\"ʎǝʞ\" = 2\n'quoted \"value\"' = 3",
      "{\"127.0.0.1\": 1, \"ʎǝʞ\": 2, \"quoted \\\"value\\\"\": 3}"
    ),
    ("\"\" = 'blank'", "{\"\": \"blank\"}"), ("'' = 1", "{\"\": 1}"), ("\"\\u0061\\n\" = 1", "{\"a\\n\": 1}"),
    ("\"a\" = 1\n\"A\" = 2", "{a: 1, A: 2}"),
    ("\"\u{E9}\" = 1\n\"e\u{301}\" = 2", "{\"\u{E9}\": 1, \"e\u{301}\": 2}"),
    (
      "name = 'Orange'\nphysical.color = 'orange'\nphysical.shape = 'round'\nsite.\"google.com\" = true",
      "{name: \"Orange\", physical: {color: \"orange\", shape: \"round\"}, site: {\"google.com\": true}}"
    ),
    ("fruit . flavor = 1\nfruit\t.\t\"x\"=2", "{fruit: {flavor: 1, x: 2}}"),
    (
      "apple.type = 1\norange.type = 2\napple.skin = 3\norange.skin = 4",
      "{apple: {type: 1, skin: 3}, orange: {type: 2, skin: 4}}"
    ),
    ("fruit.apple.smooth = true\nfruit.orange = 2", "{fruit: {apple: {smooth: true}, orange: 2}}"),
    ("3.14159 = 'pi'", "{3: {14159: \"pi\"}}"),
    ("true = 1\nnan.inf = 2\n1979-05-27 = 3", "{true: 1, nan: {inf: 2}, 1979-05-27: 3}"),
    // Strings.
    ("s = \"I'm a \\\"string\\\".\\tJos\\u00E9\\nSF.\"", "{s: \"I'm a \\\"string\\\".\\tJosé\\nSF.\"}"),
    ("s = \"\\b\\f\\r\\\\\\U0001F600\\u0000\"", "{s: \"\\u{08}\\u{0C}\\r\\\\😀\\0\"}"),
    ("s = \"\"\"\nRoses are red\nViolets\tare\"\"\"", "{s: \"Roses are red\\nViolets\\tare\"}"),
    ("s = \"\"\"\r\nRoses\r\nViolets\"\"\"", "{s: \"Roses\\nViolets\"}"),
    ("s = \"\"\"The quick \\\n\n\n  fox \\   \r\n   jumps.\\\n  \"\"\"", "{s: \"The quick fox jumps.\"}"),
    ("s = \"\"\"Two: \"\". Enough.\"\"\"", "{s: \"Two: \\\"\\\". Enough.\"}"),
    ("s = \"\"\"Fifteen: \"\"\\\"\"\"\\\".\"\"\"", "{s: \"Fifteen: \\\"\\\"\\\"\\\"\\\"\\\".\"}"),
    ("s = \"\"\"\"This,\" she said.\"\"\"\"", "{s: \"\\\"This,\\\" she said.\\\"\"}"),
    ("s = \"\"\"\"\"a\"\"\"\"\"", "{s: \"\\\"\\\"a\\\"\\\"\"}"), ("s = \"\"\"\"\"\"", "{s: \"\"}"),
    ("s = \"\"", "{s: \"\"}"), ("s = ''\nt = ''''''", "{s: \"\", t: \"\"}"),
    (
      "s = 'C:\\Users\\nodejs'\nt = '<\\i\\c*\\s*>'",
      "{s: \"C:\\\\Users\\\\nodejs\", t: \"<\\\\i\\\\c*\\\\s*>\"}"
    ),
    ("s = '''I [dw]on't need \\d{2}'''", "{s: \"I [dw]on't need \\\\d{2}\"}"),
    ("s = '''\nfirst\n\n  kept\n'''", "{s: \"first\\n\\n  kept\\n\"}"),
    ("s = ''''That,' she said.''''", "{s: \"'That,' she said.'\"}"),
    ("s = '''a\\\n b'''", "{s: \"a\\\\\\n b\"}"),
    ("s = \"a#b\"#c", "{s: \"a#b\"}"), ("s = \"[x]\\n=\"", "{s: \"[x]\\n=\"}"),
    // Integers.
    ("a=[+99, 42, 0, -17, +0, -0]", "{a: [99, 42, 0, -17, 0, 0]}"),
    ("a=[1_000, 5_349_221, 53_49_221, 1_2_3]", "{a: [1000, 5349221, 5349221, 123]}"),
    ("a=[0xDEADBEEF, 0xdeadbeef, 0xdead_beef, 0x00]", "{a: [3735928559, 3735928559, 3735928559, 0]}"),
    ("a=[0o01234567, 0o755, 0b11010110, 0b0_1]", "{a: [342391, 493, 214, 1]}"),
    (
      "a=[9223372036854775807, -9223372036854775808, 0x7fffffffffffffff]",
      "{a: [9223372036854775807, -9223372036854775808, 9223372036854775807]}"
    ),
    // Floats.
    ("a=[+1.0, 3.1415, -0.01, 0.0, -0.0]", "{a: [1.0, 3.1415, -0.01, 0.0, -0.0]}"),
    ("a=[5e+22, 1e06, -2E-2, 6.626e-34, 1e0_1]", "{a: [5e+22, 1000000.0, -0.02, 6.626e-34, 10.0]}"),
    ("a=[224_617.445_991_228, 0e0, 1e00]", "{a: [224617.445991228, 0.0, 1.0]}"),
    ("a=[inf, +inf, -inf, nan, +nan, -nan]", "{a: [inf, inf, -inf, nan, nan, nan]}"),
    ("a=[true,false]", "{a: [true, false]}"),
    // Dates and times.
    ("a=1979-05-27T07:32:00Z", "{a: <offset date-time 1979-05-27T07:32:00Z>}"),
    ("a=1979-05-27T00:32:00.999999-07:00", "{a: <offset date-time 1979-05-27T00:32:00.999999-07:00>}"),
    ("a=1979-05-27 07:32:00z # c", "{a: <offset date-time 1979-05-27 07:32:00z>}"),
    ("a=1979-05-27t07:32:00", "{a: <local date-time 1979-05-27t07:32:00>}"),
    ("a=1979-05-27 ", "{a: <local date 1979-05-27>}"), ("a=1979-05-27 # 07", "{a: <local date 1979-05-27>}"),
    ("a=[07:32:00,00:32:00.5]", "{a: [<local time 07:32:00>, <local time 00:32:00.5>]}"),
    ("a=[2000-02-29,2024-02-29]", "{a: [<local date 2000-02-29>, <local date 2024-02-29>]}"),
    ("a=1990-12-31T23:59:60Z", "{a: <offset date-time 1990-12-31T23:59:60Z>}"),
    // Arrays.
    ("a = [ 1, 2, 3 ]\nb = []\nc = [ [1,2], ['a'] ]", "{a: [1, 2, 3], b: [], c: [[1, 2], [\"a\"]]}"),
    ("a = [ 0.1, 'x', { y = 1 } ]", "{a: [0.1, \"x\", {y: 1}]}"),
    ("a = [\n  1, # one\n\n  2\n # end\n , # after\n]", "{a: [1, 2]}"), ("a = [\r\n1,\r\n]", "{a: [1]}"),
    ("a = ['''\n]''', \"\"\"#\n\"\"\"]", "{a: [\"]\", \"#\\n\"]}"),
    // Tables.
    ("[table]", "{table: {}}"),
    (
      "[ d.e.f ]#c\n[ g .  h . i ]\n[ j . \"ʞ\" . 'l' ]",
      "{d: {e: {f: {}}}, g: {h: {i: {}}}, j: {\"ʞ\": {l: {}}}}"
    ),
    ("[dog.\"tater.man\"]\ntype.name = 'pug'", "{dog: {\"tater.man\": {type: {name: \"pug\"}}}}"),
    ("[x.y.z.w]\n[x]\na = 1", "{x: {y: {z: {w: {}}}, a: 1}}"),
    ("a = 1\n[b]\na = 2\n[c]\na = 3", "{a: 1, b: {a: 2}, c: {a: 3}}"),
    ("[fruit.apple]\n[animal]\n[fruit.orange]", "{fruit: {apple: {}, orange: {}}, animal: {}}"),
    (
      "[fruit]\napple.color = 1\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true",
      "{fruit: {apple: {color: 1, taste: {sweet: true}, texture: {smooth: true}}}}"
    ),
    ("[a.b.c]\nd = 1\n[a]\nb.e = 2", "{a: {b: {c: {d: 1}, e: 2}}}"), ("[\"\"]\n[''.a]", "{\"\": {a: {}}}"),
    // Inline tables.
    (
      "name = { first = 'Tom', last = 'P' }\np={x=1,y=2}",
      "{name: {first: \"Tom\", last: \"P\"}, p: {x: 1, y: 2}}"
    ),
    (
      "a = { type.name = 'pug', type.age = 1 }\ne = {}\nf = { }",
      "{a: {type: {name: \"pug\", age: 1}}, e: {}, f: {}}"
    ),
    ("a = { b = [\n1,\n2 ], c = '''\n''' }", "{a: {b: [1, 2], c: \"\"}}"),
    ("a={b={c={d=1}}}", "{a: {b: {c: {d: 1}}}}"),
    ("a.b = {c = 1}\na.d = 2", "{a: {b: {c: 1}, d: 2}}"),
    // Arrays of tables.
    ("[[p]]\nn = 1\n\n[[p]]\n\n[[p]]\nn = 3", "{p: [{n: 1}, {}, {n: 3}]}"),
    (
      "[[f]]\nn = 1\n[f.p]\nc = 1\n[[f.v]]\nn = 2\n[[f.v]]\n[[f]]\nn = 3\n[[f.v]]\n[f.p]",
      "{f: [{n: 1, p: {c: 1}, v: [{n: 2}, {}]}, {n: 3, v: [{}], p: {}}]}"
    ),
    ("points = [ { x = 1, y = 2 },\n { x = 7 } ]", "{points: [{x: 1, y: 2}, {x: 7}]}"),
    ("[[a.b]]\n[a]\nc = 1", "{a: {b: [{}], c: 1}}"),
    ("[[a]]\n[[a.b.c]]\n[a.b]\nd = 1", "{a: [{b: {c: [{}], d: 1}}]}"),
  ])
  func `a text is read as expected`(_ text: String, _ expected: String) {
    #expect(reading(text) == expected)
  }

  @Test func `many keys stay in their order and stay apart`() throws {
    let names = (0..<300).map { "k\(($0 * 7919) % 300)" }
    let text = names.map { "\($0) = '\($0)'\n" }.joined()
    let table = try TOMLDocument(text: text).root
    #expect(table.entries.map(\.key) == names)
    for name in names { #expect(table[name]?.value.string == name) }
    #expect(table["none"] == nil)
    #expect(reading(text + "k7 = 1") == "line 301, column 1: already defined on line 54")
  }

  @Test func `a key is looked up byte by byte`() throws {
    let table = try TOMLDocument(text: "\"\u{E9}\" = 1").root
    #expect(table["\u{E9}"]?.value.integer == 1)
    #expect(table["e\u{301}"] == nil)
  }

  @Test func `a value answers to its own type only`() throws {
    let table = try TOMLDocument(text: "s = 's'\ni = 1\nb = true\na = []\nt = {}\nf = 1.0\nd = 07:32:00").root
    let values = table.entries.map(\.value)
    #expect(values.map { $0.string != nil } == [true, false, false, false, false, false, false])
    #expect(values.map { $0.integer != nil } == [false, true, false, false, false, false, false])
    #expect(values.map { $0.boolean != nil } == [false, false, true, false, false, false, false])
    #expect(values.map { $0.array != nil } == [false, false, false, true, false, false, false])
    #expect(values.map { $0.table != nil } == [false, false, false, false, true, false, false])
    #expect(
      values.map(\.typeName) == ["string", "integer", "boolean", "array", "table", "float", "local time"])
  }
}
