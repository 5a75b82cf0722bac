/// The editing of a hidden line, one byte at a time: backspace, Ctrl-U, Ctrl-D, Enter, and bracketed paste.
///
/// The terminal's own line editing cannot be used: in canonical mode the kernel drops what exceeds 4,095 bytes of a line,
/// without a word (termios(3)). A paste that the terminal brackets with `ESC [ 200 ~` and `ESC [ 201 ~` may hold newlines;
/// Enter ends the input. A single pasted line loses its newline, since people copy whole lines; a pasted text of several
/// lines is kept as it is.
struct HiddenInput {
  enum Outcome: Equatable { case more, finished, endOfInput }

  private enum State: Equatable {
    case typing
    /// After ESC.
    case escape
    /// Within `ESC [`, with the number read so far.
    case sequence(Int)
    /// After `ESC O`: one more byte.
    case singleShift
    /// Within a paste; so many bytes of its end mark were seen.
    case pasting(matched: Int)
  }

  private static let endMark: [UInt8] = [0x1B, 0x5B, 0x32, 0x30, 0x31, 0x7E]

  /// Bytes of the buffer in use.
  private(set) var count = 0
  /// More arrived than the buffer holds; what is in it is worthless.
  private(set) var overflowed = false
  private var state = State.typing
  private var afterReturn = false
  private var pastedNewlines = 0
  private var endsInPastedNewline = false

  mutating func take(_ byte: UInt8, into buffer: inout MutableRawSpan) -> Outcome {
    switch state {
    case .typing: return type(byte, &buffer)
    case .escape:
      switch byte {
      case 0x5B: state = .sequence(0)
      case 0x4F: state = .singleShift
      case 0x0A, 0x0D: return .finished
      default: state = .typing
      }
    case .sequence(let number):
      if let digit = digit(byte), number < 1000 {
        state = .sequence(number * 10 + digit)
      } else if byte == 0x7E, number == 200 {
        state = .pasting(matched: 0)
        afterReturn = false
        pastedNewlines = 0
        endsInPastedNewline = false
      } else if (0x40...0x7E).contains(byte) {
        // Arrow keys and the like.
        state = .typing
      }
    case .singleShift: state = .typing
    case .pasting(let matched): paste(byte, matched, &buffer)
    }
    return .more
  }

  private mutating func type(_ byte: UInt8, _ buffer: inout MutableRawSpan) -> Outcome {
    switch byte {
    case 0x0A, 0x0D: return .finished
    case 0x04: return count == 0 && !overflowed ? .endOfInput : .finished
    case 0x08, 0x7F: eraseCharacter(&buffer)
    case 0x15: clear(&buffer)
    case 0x1B: state = .escape
    default: append(byte, &buffer)
    }
    return .more
  }

  private mutating func paste(_ byte: UInt8, _ matched: Int, _ buffer: inout MutableRawSpan) {
    if byte == Self.endMark[matched] {
      guard matched + 1 == Self.endMark.count else {
        state = .pasting(matched: matched + 1)
        return
      }
      if pastedNewlines == 1, endsInPastedNewline, !overflowed { eraseByte(&buffer) }
      state = .typing
      return
    }
    for index in 0..<matched { pasteByte(Self.endMark[index], &buffer) }
    state = .pasting(matched: 0)
    if byte == Self.endMark[0] { state = .pasting(matched: 1) } else { pasteByte(byte, &buffer) }
  }

  // Terminals send the newlines of a paste as returns.
  private mutating func pasteByte(_ byte: UInt8, _ buffer: inout MutableRawSpan) {
    let completesPair = byte == 0x0A && afterReturn
    afterReturn = byte == 0x0D
    if completesPair { return }
    let isNewline = byte == 0x0A || byte == 0x0D
    pastedNewlines += isNewline ? 1 : 0
    endsInPastedNewline = isNewline
    append(isNewline ? 0x0A : byte, &buffer)
  }

  private mutating func append(_ byte: UInt8, _ buffer: inout MutableRawSpan) {
    guard count < buffer.byteCount else {
      overflowed = true
      return
    }
    buffer.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count += 1
  }

  private mutating func eraseByte(_ buffer: inout MutableRawSpan) {
    guard count > 0 else { return }
    count -= 1
    buffer.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
  }

  private mutating func eraseCharacter(_ buffer: inout MutableRawSpan) {
    while count > 0 {
      let byte = buffer.bytes.unsafeLoad(fromByteOffset: count - 1, as: UInt8.self)
      eraseByte(&buffer)
      if byte & 0xC0 != 0x80 { return }
    }
  }

  private mutating func clear(_ buffer: inout MutableRawSpan) {
    while count > 0 { eraseByte(&buffer) }
    overflowed = false
  }

  private func digit(_ byte: UInt8) -> Int? {
    (0x30...0x39).contains(byte) ? Int(byte - 0x30) : nil
  }
}
