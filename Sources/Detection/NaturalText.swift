/// Tells words, and identifiers made of words, from random characters.
enum NaturalText {
  /// By first letter: the letters that often follow it in English and in source code. Some 260 of the 676 pairs make
  /// nine tenths of the pairs in running words, and four tenths of those in random letters.
  private static let followers: [UInt32] = [
    "abcdefgiklmnprstuvxy", "abcdefilorsu", "abcdefhiklorstu", "abcdefilorsu", "abcdefgilmnoprstvwxy", "abcdefilorsu",
    "aehilnors", "aeiot", "abcdefglmnoprstvxz", "aeou", "eisy", "adeilostuy", "abeimopsu", "acdefgiklnostuv",
    "abcdfgikilmnoprstuvw", "aehiloprstu", "u", "acdegilmnoprstuy", "acehiklopstuwy", "acefhiloprstuy",
    "abcdefilmnprst",
    "aei", "aehio", "cdept", "ps", "aeio",
  ].map { letters in letters.utf8.reduce(0) { $0 | 1 << UInt32($1 - 97) } }

  /// Whether the text is mostly letters, and these form words.
  static func isWords(_ text: some Collection<UInt8>) -> Bool {
    var letters = 0
    var runs = 0
    var pairs = 0
    var common = 0
    var previous: UInt8?
    for byte in text {
      guard byte.isLetter else {
        previous = nil
        continue
      }
      letters += 1
      // A capital begins a word: in `apiKey` there is no pair `ik`. Runs of capitals are one word.
      if let before = previous, !(byte.isUppercase && before.isLowercase) {
        pairs += 1
        if followers[Int(before.lowercased - 97)] & 1 << UInt32(byte.lowercased - 97) != 0 { common += 1 }
      } else {
        runs += 1
      }
      previous = byte
    }
    let count = text.count
    let others = text.reduce(0) { $1.isDigit ? $0 + 1 : $0 }
    guard letters * 2 > count, others * 5 <= count else { return false }
    // Few pairs say little: then a text without digits passes for words.
    if pairs < 4 { return others == 0 && letters > 2 }
    // Words are longer than the pieces between the capitals and digits of random characters.
    return common * 100 >= pairs * 72 && letters * 2 >= runs * 7
  }
}
