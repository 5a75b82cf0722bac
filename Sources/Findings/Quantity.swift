/// Numbers as people read them.
enum Quantity {
  /// `1 blob`, `1,234 blobs`.
  static func count(_ number: Int, _ one: String, _ many: String) -> String {
    grouped(number) + " " + (number == 1 ? one : many)
  }

  /// `1,234,567`.
  static func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// `999 bytes`, `12.3 MB`: powers of a thousand.
  static func bytes(_ number: UInt64) -> String {
    guard number >= 1000 else { return number == 1 ? "1 byte" : "\(number) bytes" }
    var unit: UInt64 = 1000
    var names = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
    while names.count > 1, number / unit >= 1000 {
      unit *= 1000
      names = names.dropFirst()
    }
    let tenths = number / (unit / 10)
    return "\(tenths / 10).\(tenths % 10) \(names.first ?? "")"
  }

  /// `0.042`: seconds with three decimals.
  static func seconds(_ milliseconds: Int64) -> String {
    let shown = max(0, milliseconds)
    let rest = String(shown % 1000)
    return "\(shown / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
