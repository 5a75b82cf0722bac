/// Reads the words that are integers and floats.
enum TOMLNumber {
  /// Why a word is no number.
  struct Fault: Error {
    let reason: String
  }

  /// - Throws: `Fault`.
  static func value(of word: ArraySlice<UInt8>) throws(Fault) -> TOMLValue {
    let isNegative = word.first == UInt8(ascii: "-")
    let hasSign = isNegative || word.first == UInt8(ascii: "+")
    let unsigned = hasSign ? word.dropFirst() : word
    if unsigned.elementsEqual("inf".utf8) { return .float(isNegative ? -.infinity : .infinity) }
    if unsigned.elementsEqual("nan".utf8) { return .float(isNegative ? -.nan : .nan) }
    guard let first = unsigned.first, first.isDecimalDigit else {
      throw Fault(reason: "a value is expected here: text stands in quotes")
    }
    if first == UInt8(ascii: "0"), let base = unsigned.dropFirst().first.flatMap(base) {
      guard !hasSign else { throw Fault(reason: "a number in this base has no sign") }
      let digits = try plain(unsigned.dropFirst(2)) { $0.digitValue.map { $0 < base } ?? false }
      return .integer(try integer(digits, base: base, isNegative: false))
    }
    let whole = unsigned.prefix { $0.isDecimalDigit || $0 == UInt8(ascii: "_") }
    let digits = try plain(whole, \.isDecimalDigit)
    guard digits.count == 1 || first != UInt8(ascii: "0") else {
      throw Fault(reason: "a number does not begin with 0")
    }
    if whole.count == unsigned.count {
      return .integer(try integer(digits, base: 10, isNegative: isNegative))
    }
    return .float(try float(digits, unsigned[whole.endIndex...], isNegative: isNegative))
  }

  private static func base(_ letter: UInt8) -> Int64? {
    switch letter {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "b"): 2
    default: nil
    }
  }

  /// The digits without the underscores, which stand between two digits only.
  private static func plain(
    _ text: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool
  ) throws(Fault) -> [UInt8] {
    var digits: [UInt8] = []
    var mayBreak = false
    for byte in text {
      let isBreak = byte == UInt8(ascii: "_")
      guard isBreak ? mayBreak : isDigit(byte) else {
        throw Fault(reason: isBreak ? "_ stands between two digits only" : "this is not a number")
      }
      if !isBreak { digits.append(byte) }
      mayBreak = !isBreak
    }
    guard mayBreak else { throw Fault(reason: "a digit is missing in this number") }
    return digits
  }

  private static func integer(
    _ digits: [UInt8], base: Int64, isNegative: Bool
  ) throws(Fault) -> Int64 {
    var number: Int64 = 0
    for digit in digits {
      let (scaled, isTooLarge) = number.multipliedReportingOverflow(by: base)
      let value = digit.digitValue ?? 0
      // Downwards for negative numbers: the lowest has no positive counterpart.
      let (sum, overflows) = scaled.addingReportingOverflow(isNegative ? -value : value)
      guard !isTooLarge, !overflows else {
        throw Fault(reason: "an integer has 64 bits at most")
      }
      number = sum
    }
    return number
  }

  /// - Parameter tail: a fraction, an exponent or both.
  private static func float(
    _ whole: [UInt8], _ tail: ArraySlice<UInt8>, isNegative: Bool
  ) throws(Fault) -> Double {
    var text = whole
    var tail = tail
    if tail.first == UInt8(ascii: ".") {
      let fraction = tail.dropFirst().prefix { $0.isDecimalDigit || $0 == UInt8(ascii: "_") }
      text.append(UInt8(ascii: "."))
      text += try plain(fraction, \.isDecimalDigit)
      tail = tail[fraction.endIndex...]
    }
    if tail.first == UInt8(ascii: "e") || tail.first == UInt8(ascii: "E") {
      text.append(UInt8(ascii: "e"))
      tail = tail.dropFirst()
      if let sign = tail.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
        text.append(sign)
        tail = tail.dropFirst()
      }
      text += try plain(tail, \.isDecimalDigit)
      tail = []
    }
    guard tail.isEmpty, let number = Double(String(decoding: text, as: UTF8.self)) else {
      throw Fault(reason: "this is not a number")
    }
    return isNegative ? -number : number
  }
}

extension UInt8 {
  var isDecimalDigit: Bool { (0x30...0x39).contains(self) }

  /// The value of a digit in any base up to 16.
  var digitValue: Int64? {
    switch self {
    case 0x30...0x39: Int64(self - 0x30)
    case 0x41...0x46: Int64(self - 0x41 + 10)
    case 0x61...0x66: Int64(self - 0x61 + 10)
    default: nil
    }
  }
}
