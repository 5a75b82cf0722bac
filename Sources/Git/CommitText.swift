/// What a commit's own text says of it. Where git is tolerant of damage (dates, names), so is this.
package struct CommitText: Sendable, Equatable {
  /// A moment as a clock somewhere showed it.
  package struct Moment: Sendable, Hashable {
    /// Since 1970; 0 where the text has no date that can be read, as git shows it.
    package let seconds: Int64
    /// Of that clock, in minutes east of UTC; 0 where the text has none that can be.
    package let zone: Int

    package init(seconds: Int64, zone: Int) {
      self.seconds = seconds
      self.zone = zone
    }
  }

  /// More parents than any merge has: a text with more is not taken for a commit.
  package static let parentLimit = 65_535

  package let tree: ObjectID
  /// In their order; a parent named twice is there twice.
  package let parents: [ObjectID]
  /// Where in the text `Name <address>` of the author stands; empty without one.
  package let author: Range<Int>
  package let authored: Moment
  /// Where in the text `Name <address>` of the committer stands; empty without one.
  package let committer: Range<Int>
  package let committed: Moment
  /// Where in the text the message stands: what follows the first empty line.
  package let message: Range<Int>

  /// Reads the text of a commit object as `parse_commit_buffer` of git's commit.c does: a tree, parents, an author and
  /// a committer, in this order.
  /// - Returns: nil when it does not begin as a commit does.
  package static func parse(_ text: RawSpan) -> CommitText? {
    var lines = HeaderLines()
    guard let first = lines.next(in: text), let tree = HeaderLines.id(text, first, after: "tree ") else { return nil }
    var parents: [ObjectID] = []
    var line = lines.next(in: text)
    while let current = line, HeaderLines.has(text, current, "parent ") {
      guard let parent = HeaderLines.id(text, current, after: "parent "), parents.count < parentLimit else {
        return nil
      }
      parents.append(parent)
      line = lines.next(in: text)
    }
    var author = 0..<0
    var committer = 0..<0
    var authored = Moment(seconds: 0, zone: 0)
    var committed = authored
    if let current = line, HeaderLines.has(text, current, "author ") {
      (author, authored) = person(text, current.lowerBound + 7..<current.upperBound)
      line = lines.next(in: text)
    }
    if let current = line, HeaderLines.has(text, current, "committer ") {
      (committer, committed) = person(text, current.lowerBound + 10..<current.upperBound)
      line = lines.next(in: text)
    }
    while line != nil { line = lines.next(in: text) }
    return CommitText(
      tree: tree, parents: parents, author: author, authored: authored, committer: committer, committed: committed,
      message: lines.rest(of: text))
  }

  /// Takes `Name <address> 1700000000 +0200` apart. The date follows the last `>`, as git's ident.c has it.
  private static func person(_ text: RawSpan, _ line: Range<Int>) -> (Range<Int>, Moment) {
    var end = line.upperBound
    while end > line.lowerBound, text.byte(at: end - 1) != UInt8(ascii: ">") { end -= 1 }
    guard end > line.lowerBound else { return (line, Moment(seconds: 0, zone: 0)) }
    var at = end
    func digits() -> Int64? {
      var value: Int64 = 0
      let start = at
      while at < line.upperBound, case let digit = text.byte(at: at), 48...57 ~= digit {
        guard value < Int64.max / 100 else { return nil }
        value = value * 10 + Int64(digit - 48)
        at += 1
      }
      return at > start ? value : nil
    }
    func skipSpaces() { while at < line.upperBound, text.byte(at: at) == 32 { at += 1 } }
    skipSpaces()
    guard let seconds = digits() else { return (line.lowerBound..<end, Moment(seconds: 0, zone: 0)) }
    skipSpaces()
    guard at < line.upperBound, case let sign = text.byte(at: at), sign == 43 || sign == 45 else {
      return (line.lowerBound..<end, Moment(seconds: seconds, zone: 0))
    }
    at += 1
    // No clock is a day and more from UTC.
    guard let zone = digits(), zone < 2400 else {
      return (line.lowerBound..<end, Moment(seconds: seconds, zone: 0))
    }
    let minutes = Int(zone / 100 * 60 + zone % 100)
    return (line.lowerBound..<end, Moment(seconds: seconds, zone: sign == 45 ? -minutes : minutes))
  }
}

/// What the report says of a commit that a finding names. Read again on demand: most commits are never named.
package struct CommitAuthor: Sendable, Hashable {
  /// `Name <address>`, as bytes: git prescribes no encoding.
  package let name: [UInt8]
  package let authored: CommitText.Moment

  /// - Throws: what reading the object throws; `GitError.damaged` when it is no commit.
  package init(of commit: ObjectID, _ reader: ObjectReader) throws(GitError) {
    let read = try reader.read(commit) { kind, text -> CommitAuthor? in
      guard kind == .commit, let parsed = CommitText.parse(text) else { return nil }
      return CommitAuthor(name: parsed.author.map { text.byte(at: $0) }, authored: parsed.authored)
    }
    guard let read else { throw .damaged(commit) }
    self = read
  }

  private init(name: [UInt8], authored: CommitText.Moment) {
    self.name = name
    self.authored = authored
  }
}
