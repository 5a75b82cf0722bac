import ArgumentParser
import Platform
import Sealing

/// For whom an export is sealed, in a file that the standard `age` opens.
struct AgeOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Seal it for this recipient (age1...). May be given again.", valueName: "recipient"))
  var age: [String] = []

  @Option(
    name: .customLong("age-file"),
    help: ArgumentHelp("The same for each line of a file; # starts a comment.", valueName: "path"))
  var files: [String] = []

  @Flag(name: .shortAndLong, help: "Sealed, and written as text.")
  var armor = false

  /// Of a file of recipients, in bytes: hundreds of them.
  private static let fileLimit = 64 << 10

  /// Whether anything is to be sealed.
  var isGiven: Bool { !age.isEmpty || !files.isEmpty }

  func validate() throws {
    guard isGiven || !armor else { throw ValidationError("--armor needs --age or --age-file") }
  }

  /// Each once.
  /// - Throws: `Failure` with the place of one that is none, never with its text: it may be a secret key.
  func recipients() throws -> [AgeRecipient] {
    var found: [AgeRecipient] = []
    for (place, text) in age.enumerated() {
      found.append(try Self.recipient(text, place: age.count == 1 ? "--age" : "--age, number \(place + 1)"))
    }
    for file in files {
      let before = found.count
      let lines = try Files.read(file, limit: Self.fileLimit).split(separator: 0x0A, omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() {
        let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = words.first, !first.hasPrefix("#") else { continue }
        found.append(try Self.recipient(words.joined(separator: " "), place: "\(file):\(number + 1)"))
      }
      guard found.count > before else { throw Failure("\(file): no recipient is in it") }
    }
    var seen: Set<AgeRecipient> = []
    return found.filter { seen.insert($0).inserted }
  }

  private static func recipient(_ text: String, place: String) throws -> AgeRecipient {
    do { return try AgeRecipient(text) } catch {
      let failure = Wording.failure(error)
      throw Failure("\(place): \(failure.message)", hints: failure.hints, code: failure.code)
    }
  }
}
