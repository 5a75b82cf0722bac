import Launch
import Platforms
import Project
import Sealing

/// What one call of a platform's program finds on its standard input.
enum PushPayload {
  /// The most that a pipe holds for an ordinary user: pipe(7), /proc/sys/fs/pipe-max-size.
  static let limit = 1 << 20

  /// Why this value cannot be handed over as it is, without the variable's name in front; nil when it can.
  static func refusal(of variable: LaunchVariable, _ recipe: Recipe) -> String? {
    let push = recipe.push
    let value = Facts(variable.value)
    if value.has(0) { return "holds a zero byte, which no environment can carry" }
    if !push.takesLines, value.has(0x0A) { return "has more than one line, which \(recipe.program) does not take" }
    switch push.format {
    case .raw: return value.count == 0 ? "is empty, which \(recipe.program) would take for no value" : nil
    case .json: return nil
    case .dotenv:
      guard value.isTrueInDotenv else { return "cannot be written so that \(recipe.program) reads it back the same" }
      return nil
    case .lines:
      guard value.isTrueInLines else { return "cannot be written so that \(recipe.program) reads it back the same" }
      return nil
    }
  }

  /// Whether the program takes away the end of this value.
  static func isTrimmed(_ variable: LaunchVariable, _ recipe: Recipe) -> Bool {
    recipe.push.trims
      && variable.value.bytes.withBytes { bytes in
        bytes.byteCount > 0
          && [0x0A, 0x0D].contains(bytes.unsafeLoad(fromByteOffset: bytes.byteCount - 1, as: UInt8.self))
      }
  }

  /// The bytes of one call, in locked memory.
  /// - Parameter variables: one, where a call takes one.
  /// - Throws: `Failure` for a value that the form cannot hold; `SealingError.outOfMemory`.
  static func compose(_ variables: [LaunchVariable], _ push: RecipePush) throws -> SecretBytes {
    let payload =
      switch push.format {
      case .raw: try joined(variables.prefix(1).map { [.value($0.value)] })
      case .json:
        try ExportText.of(variables.map { (push.key ?? $0.name, $0.value) }, as: .json)
      case .dotenv: try ExportText.of(variables.map { ($0.name, $0.value) }, as: .dotenv)
      case .lines: try joined(variables.map(line))
      }
    guard payload.count <= limit else {
      throw Failure("the values of one call are \(payload.count) bytes, and a pipe holds \(limit)")
    }
    return payload
  }

  private enum Piece {
    case text(String)
    case value(Secret)
  }

  private static func line(_ variable: LaunchVariable) -> [Piece] {
    let quotes = Facts(variable.value).isPlainLine ? "" : #"""""#
    return [.text(variable.name + "=" + quotes), .value(variable.value), .text(quotes + "\n")]
  }

  private static func joined(_ lines: [[Piece]]) throws -> SecretBytes {
    let pieces = lines.flatMap(\.self)
    let counts = pieces.map { piece in
      switch piece {
      case .text(let text): text.utf8.count
      case .value(let value): value.bytes.count
      }
    }
    var joined = try SecretBytes(count: counts.reduce(0, +))
    var start = 0
    for (piece, count) in zip(pieces, counts) {
      joined.withMutableBytes { memory in
        switch piece {
        case .text(let text): memory.store(Array(text.utf8), at: start)
        case .value(let value): value.bytes.withBytes { memory.store($0, at: start) }
        }
      }
      start += count
    }
    return joined
  }

  /// What matters about a value's bytes for the programs that read it.
  private struct Facts {
    let count: Int
    private let seen: Set<UInt8>
    private let startsBlank: Bool
    private let endsInBackslash: Bool
    /// A line but the last one ends in three double quotes.
    private let closesEarly: Bool
    private let longestLine: Int
    /// Double quotes before the first `#` of the first line; nil without such a sign.
    private let quotesBeforeMark: Int?

    init(_ value: Secret) {
      var seen: Set<UInt8> = []
      var (startsBlank, endsInBackslash, closesEarly) = (false, false, false)
      var (longest, length, quotes, firstQuotes) = (0, 0, 0, 0)
      var (isFirstLine, mark): (Bool, Int?) = (true, nil)
      value.bytes.withBytes { bytes in
        for offset in 0..<bytes.byteCount {
          let byte = bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
          seen.insert(byte)
          if offset == 0 { startsBlank = byte == 0x20 || byte == 0x09 }
          endsInBackslash = byte == 0x5C
          if byte == 0x0A {
            if quotes >= 3 { closesEarly = true }
            (length, quotes, isFirstLine) = (0, 0, false)
            continue
          }
          length += 1
          longest = max(longest, length)
          quotes = byte == 0x22 ? quotes + 1 : 0
          if isFirstLine, byte == 0x22 { firstQuotes += 1 }
          if isFirstLine, byte == 0x23, mark == nil { mark = firstQuotes }
        }
      }
      count = value.bytes.count
      self.seen = seen
      self.startsBlank = startsBlank
      self.endsInBackslash = endsInBackslash
      self.closesEarly = closesEarly
      longestLine = longest
      quotesBeforeMark = mark
    }

    func has(_ byte: UInt8) -> Bool { seen.contains(byte) }

    /// Whether dotenv (npm) reads back what `ExportWriter` writes. It knows no escape but `\n` and `\r` within double quotes, and
    /// takes a backslash before the closing quote for one.
    var isTrueInDotenv: Bool {
      let escaped = has(0x22) || has(0x5C) || has(0x24)
      if endsInBackslash { return false }
      if has(0x0D) { return !escaped }
      return !(has(0x27) && has(0x60) && escaped)
    }

    /// Whether flyctl reads it as it is, without quotes.
    var isPlainLine: Bool { !startsBlank && seen.isDisjoint(with: [0x0A, 0x0D, 0x22, 0x23, 0x27]) }

    /// Whether flyctl reads it back from between three double quotes: it cuts a comment where an even number of quotes stands
    /// before it, the three among them, ends at a line that ends in three, and reads lines of less than 64 KiB, without CR.
    var isTrueInLines: Bool {
      guard !has(0x0D), longestLine <= 60_000, !closesEarly else { return false }
      return quotesBeforeMark.map { $0 % 2 == 0 } ?? true
    }
  }
}
