import Testing

/// A test written as a session: lines of commands and expectations, then the files they need.
///
///     # what this shows
///     exec coffer set TOKEN
///     ! exec coffer get OTHER
///     status 1
///     stderr 'no variable OTHER'
///     -- value.txt --
///     the contents of value.txt
///
/// Words are split at blanks; `'…'` keeps blanks and `$`, and `''` inside is one quote; elsewhere `$NAME` is the script's variable.
struct Script: Sendable, CustomTestStringConvertible {
  struct Line: Sendable {
    let number: Int
    /// `!`: it must fail; `?`: either.
    let mark: Character?
    let words: [Word]
  }

  /// One word: its parts, of which only the bare ones expand variables.
  typealias Word = [(text: String, isQuoted: Bool)]

  let path: String
  let lines: [Line]
  let files: [(name: String, text: String)]

  var testDescription: String { name }
  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  /// All scripts in a folder, by name.
  static func all(in folder: String) -> [String] {
    TestFiles.tree(folder).filter { $0.hasSuffix(".txt") }
  }

  init(path: String) throws {
    try self.init(text: String(decoding: TestFiles.read(path), as: UTF8.self), path: path)
  }

  init(text: String, path: String) throws {
    self.path = path
    var lines: [Line] = []
    var files: [(name: String, text: String)] = []
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in all.enumerated() {
      if line.hasPrefix("-- "), line.hasSuffix(" --"), line.count > 6 {
        files.append((String(line.dropFirst(3).dropLast(3)), ""))
      } else if let last = files.indices.last {
        // The text's last line end stands before an empty piece, which is no line.
        if index < all.count - 1 || !line.isEmpty { files[last].text += line + "\n" }
      } else if let parsed = try Script.parse(line, number: index + 1, path: path) {
        lines.append(parsed)
      }
    }
    (self.lines, self.files) = (lines, files)
  }

  private static func parse(_ line: Substring, number: Int, path: String) throws -> Line? {
    var words = try split(line, at: "\(path):\(number)")
    guard let first = words.first else { return nil }
    var mark: Character?
    if first.count == 1, !first[0].isQuoted, ["!", "?"].contains(first[0].text) {
      mark = first[0].text.first
      words.removeFirst()
    }
    guard !words.isEmpty else { throw HarnessError("\(path):\(number): nothing after '\(mark ?? " ")'") }
    return Line(number: number, mark: mark, words: words)
  }

  private static func split(_ line: Substring, at place: String) throws -> [Word] {
    var words: [Word] = []
    var word: Word = []
    var rest = line
    while let character = rest.first {
      if character == "'" {
        var text = ""
        rest.removeFirst()
        while true {
          guard let next = rest.popFirst() else { throw HarnessError("\(place): a quote is not closed") }
          if next != "'" {
            text.append(next)
          } else if rest.first == "'" {
            text.append("'")
            rest.removeFirst()
          } else {
            break
          }
        }
        word.append((text, true))
      } else if character == " " || character == "\t" {
        if !word.isEmpty { words.append(word) }
        word = []
        rest.removeFirst()
      } else if character == "#", word.isEmpty {
        break
      } else {
        let text = rest.prefix { !" \t'".contains($0) }
        word.append((String(text), false))
        rest = rest.dropFirst(text.count)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }
}
