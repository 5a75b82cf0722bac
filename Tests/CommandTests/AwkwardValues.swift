/// Values that quoting, line ends, encodings and lengths tend to spoil, each under its name.
enum AwkwardValues {
  static let text: [String: [UInt8]] = [
    "EMPTY": "",
    "BLANKS": "  two before, two after  ",
    "TAB": "\ta\tb\t",
    "LINE_END": "ends\n",
    "LINES": "first\n\nthird\n\n",
    "WINDOWS": "first\r\nsecond\r\n",
    "OLD_MAC": "first\rsecond",
    "EQUALS": "a=b==c=",
    "DOLLAR": "$HOME ${HOME} $$ $(id) `id`",
    "SINGLE": "it's 'quoted'",
    "DOUBLE": "say \"quoted\"",
    "BACKTICK": "`quoted`",
    "ALL_QUOTES": "' \" ` \\ $ # \r\n",
    "BACKSLASH": #"\n \\ \t \" \' \0 \"#,
    "HASH": "#first and a#b and a #c",
    "EXPORT": "export A=1\nB=2",
    "UNICODE": "café 東京 👩🏽‍💻 \u{FEFF}\u{2028}",
    "CONTROL": "\u{1}\u{7}\u{1B}[31m\u{7F}",
    "PEM": "-----BEGIN PRIVATE KEY-----\nMIIBVQIBADANBg==\n-----END PRIVATE KEY-----\n",
    "JSON": #"{"key": "va\nlue", "n": [1, null]}"#,
    "LONG": String(repeating: "0123456789abcdef", count: 6400),
  ].mapValues { Array($0.utf8) }

  /// What is not UTF-8 as well; a zero byte no environment can carry.
  static let bytes: [String: [UInt8]] = text.merging(
    ["NOT_UTF8": [0xFF, 0xFE, 0x41, 0xC3], "EVERY_BYTE": (1...255).map { UInt8($0) }]) { $1 }
}
