import TOML
import Testing

/// Each text has one fault. The line is where a person would look for it.
@Suite struct InvalidTextTests {
  @Test(arguments: [
    // Text.
    ("a = 1\n# \u{0}", 2), ("# \u{7F}", 1), ("a = \"\u{1}\"", 1), ("\n\na = '''\n\u{B}'''", 4),
    ("a = 1\rb = 2", 1),
    ("# c\r", 1), ("a = 1\n\r", 2),
    // Keys and pairs.
    ("a", 1), ("a\n= 1", 1), ("a =", 1), ("a = \n1", 1), ("= 1", 1), ("a.= 1", 1), (".a = 1", 1),
    ("a..b = 1", 1),
    ("a b = 1", 1), ("é = 1", 1), ("a = 1 b = 2", 1), ("\na = 1\nb = 2 x\n", 3), ("\"a = 1", 1),
    ("'a\n' = 1", 1),
    ("\"\"\"a\"\"\" = 1", 1), ("'''a''' = 1", 1), ("a+b = 1", 1), ("first = \"Tom\" last = \"P\"", 1),
    ("\"\\q\" = 1", 1),
    ("a=1,", 1),
    // Twice the same.
    ("name = 'Tom'\nname = 'P'", 2), ("spelling = 1\n\"spelling\" = 2", 2), ("a.b = 1\na.b = 2", 2),
    ("a = 1\na.b = 2", 2), ("fruit.apple = 1\nfruit.apple.smooth = true", 2), ("a.b = 1\na = 2", 2),
    ("'' = 1\n\"\" = 2", 2),
    ("[fruit]\n[fruit]", 2), ("[fruit]\napple = 1\n[fruit.apple]", 3), ("a = 1\n[a]", 2), ("a = 1\n[a.b]", 2),
    ("[fruit]\napple.color = 1\n[fruit.apple]", 3),
    ("[fruit]\napple.taste.sweet = true\n[fruit.apple.taste]", 3), ("a.b = 1\n[a]", 2),
    ("[a.b]\n[a]\nb.c = 1", 3), ("[a.b.c]\nz = 9\n[a]\nb.c.t = 1", 4), ("[a]\nb = 1\n[x]\n[a]", 4),
    ("[a.b.c]\n[a]\nb.x = 1\n[a.b]", 4),
    ("[a]\n[b]\n[ 'a' ]", 3), ("[a.b]\n[a]\n[a]", 3), ("[[a]]\na.b = 1\n[a.a]", 3),
    // Headers.
    ("[a", 1), ("[]", 1), ("[a.]", 1), ("[a]]", 1), ("[[a]", 1), ("[[a] ]", 1), ("[ [a]]", 1),
    ("[a] b = 1", 1), ("[a\n]", 1),
    ("[.a]", 1), ("[a b]", 1), ("[{", 1), ("[[", 1), ("[", 1), ("[\"a]", 1), ("[a]\n[[]]", 2),
    // Arrays of tables.
    ("[fruit.physical]\n[[fruit]]", 2), ("fruits = []\n[[fruits]]", 2),
    ("[[fruits]]\n[[fruits.varieties]]\n[fruits.varieties]", 3), ("[[fruits]]\n[fruits.p]\n[[fruits.p]]", 3),
    ("[[a]]\n[a]", 2), ("[a]\n[[a]]", 2), ("[[a]]\nb = 1\nb = 2", 3), ("[[a]]\n[a.b]\n[a.b]", 3),
    ("a = [{}]\n[a.b]", 2),
    ("[[a.b]]\n[a]\nb.c = 1", 3),
    // Inline tables.
    ("[product]\ntype = { name = 'Nail' }\ntype.edible = false", 3),
    ("[product]\ntype.name = 'Nail'\ntype = { edible = false }", 3), ("a = {}\n[a.b]", 2),
    ("a = {b = {}}\na.b.c = 1", 2),
    ("a = {b = 1, b = 2}", 1), ("a = {b = {c = 1}, b.d = 2}", 1), ("a = {b.c = 1, b = 2}", 1),
    ("a = {b = 1,}", 1),
    ("a = {,}", 1), ("a = {b = 1\n}", 1), ("a = {\nb = 1}", 1), ("a = {b = 1 c = 2}", 1), ("a = {b}", 1),
    ("a = {b = 1", 1),
    ("a = {b = 1 # c\n}", 1), ("a = {b = [\n1], b = 2}", 2), ("a = {", 1),
    // Arrays.
    ("a = [1 2]", 1), ("a = [1,,2]", 1), ("a = [,]", 1), ("a = [\n1", 2), ("a = [", 1), ("a = ]", 1),
    ("a = [1,\n2,\nx]", 3),
    ("a = [1] 2", 1), ("a = [1}", 1),
    // Strings.
    ("a = \"x", 1), ("a = 'x\n'", 1), ("a = \"x\n\"", 1), ("\na = '''\nx\n''", 2), ("a = \"\"\"x\"\"", 1),
    ("a = \"\\a\"", 1),
    ("a = \"\\x41\"", 1), ("a = \"\\e\"", 1), ("a = \"\\u12\"", 1), ("a = \"\\uD800\"", 1),
    ("a = \"\\U00110000\"", 1),
    ("a = \"\\U0001F60\"", 1), ("a = \"\\uabag\"", 1), ("a = \"\"\"\n\\ x\"\"\"", 2), ("a = \"\\\n\"", 1),
    ("a = \"\"\"a\"\"\"\"\"\"", 1),
    ("a = '''a''''''", 1), ("a = \"x\" \"y\"", 1), ("a = \"\\", 1), ("a = \"\"\"\\", 1), ("a = 'it's'", 1),
    // Numbers and words.
    ("a = 01", 1), ("a = -01", 1), ("a = 1_", 1), ("a = _1", 1), ("a = 1__0", 1), ("a = 0x", 1),
    ("a = 0xg", 1), ("a = 0X1", 1),
    ("a = +0x1", 1), ("a = -0b1", 1), ("a = 0o8", 1), ("a = 0b2", 1), ("a = 0x_1", 1), ("a = 1a", 1),
    ("a = +", 1), ("a = ++1", 1),
    ("a = 9223372036854775808", 1), ("a = -9223372036854775809", 1), ("a = 0x8000000000000000", 1),
    ("a = .7", 1),
    ("a = 7.", 1), ("a = 3.e+20", 1), ("a = 1.e2", 1), ("a = 1e", 1), ("a = 1e+", 1), ("a = 1e1.0", 1),
    ("a = 1._0", 1),
    ("a = 1_.0", 1), ("a = 1e_1", 1), ("a = 00.5", 1), ("a = 1.2.3", 1), ("a = Inf", 1), ("a = NaN", 1),
    ("a = infinity", 1),
    ("a = True", 1), ("a = truer", 1), ("a = yes", 1), ("a = 1 000", 1), ("a = 0_", 1), ("a = 1e5_", 1),
    ("a = é", 1),
    // Dates and times.
    ("a = 1979-05-27 T", 1), ("a = 1979-05-27T", 1), ("a = 1979-05-27T07:32", 1), ("a = 07:32", 1),
    ("a = 07:32:00Z", 1),
    ("a = 1979-13-01", 1), ("a = 1979-00-01", 1), ("a = 1979-02-29", 1), ("a = 1900-02-29", 1),
    ("a = 1979-04-31", 1),
    ("a = 1979-01-00", 1), ("a = 1979-1-1", 1), ("a = 24:00:00", 1), ("a = 23:60:00", 1), ("a = 23:59:61", 1),
    ("a = 23:59:59.", 1),
    ("a = 1979-05-27T07:32:00+24:00", 1), ("a = 1979-05-27T07:32:00+01:60", 1),
    ("a = 1979-05-27T07:32:00+0100", 1),
    ("a = 1979-05-27  07:32:00", 1), ("a = 1979-05-27_07:32:00", 1), ("a = 1979-05-27T07:32:00ZZ", 1),
    ("a = 1979-05-27-", 1),
    ("a = 1:02:03", 1), ("a = 1979-05-27T7:32:00", 1), ("a = 19790-05-27", 1), ("a = 1979-05-27Z", 1),
    ("a = +07:32:00", 1),
  ])
  func `a fault is refused on its line`(_ text: String, _ line: Int) {
    let error = #expect(throws: TOMLError.self) { try TOMLDocument(text: text) }
    #expect(error?.line == line, "\(String(describing: error))")
    #expect(error?.reason.isEmpty == false)
  }

  @Test(arguments: [
    ("a = 1 x", 7, "something follows on the same line"), ("a 1", 3, "= is missing after the key"),
    ("key = \"x", 7, "the quote is never closed on this line"),
    ("a = '''x", 5, "the three quotes are never closed"),
    ("a = \"xy\\q\"", 9, "\\ begins an escape that TOML does not have"),
    ("a = yes", 5, "a value is expected here: text stands in quotes"), ("a = ", 5, "a value is missing here"),
    ("a = [1 2]", 8, "the array goes on with , or ends with ]"),
    ("[a", 3, "the table's name is not closed by ]"),
    ("a = 012", 5, "a number does not begin with 0"), ("a = 1__0", 5, "_ stands between two digits only"),
    ("a = 1979-02-30", 5, "this is not a date or time that exists"),
    ("a.b = 1 \u{1}", 9, "a control character, which TOML does not allow"),
    ("\u{FEFF}a", 2, "= is missing after the key"), ("é", 1, "a key is expected here"),
    ("'é' x", 6, "= is missing after the key"),
  ])
  func `the column is counted in bytes, and the reason says what to change`(
    _ text: String, _ column: Int, _ reason: String
  ) {
    #expect(reading(text) == "line 1, column \(column): \(reason)")
  }

  @Test(arguments: [
    ([0xFF], 1, 1), ([0x61, 0x0A, 0xC3], 2, 1), (Array("#\n# ".utf8) + [0xC0, 0x80], 2, 3),
    (Array("a='".utf8) + [0xED, 0xA0, 0x80, 0x27], 1, 4), (Array("é = ".utf8) + [0xF5], 1, 6),
    ([0xEF, 0xBB], 1, 1),
    (Array("a='".utf8) + [0xE2, 0x98, 0x27], 1, 4),
  ])
  func `bytes that are not UTF-8 are refused where they stand`(_ bytes: [UInt8], _ line: Int, _ column: Int) {
    let error = #expect(throws: TOMLError.self) { try TOMLDocument(bytes: bytes) }
    #expect(error?.reason == "this is not UTF-8")
    #expect(error?.line == line)
    #expect(error?.column == column)
  }
}
