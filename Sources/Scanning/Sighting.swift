import Findings

/// A secret in one text, as it was seen there.
struct Sighting: Sendable {
  /// What was seen: the same bytes, or the same value of the vault in whatever form.
  enum Secret: Hashable, Sendable {
    case bytes([UInt8])
    /// By its place in the table of known values.
    case known(Int)
  }

  /// The number of the text: of an object in the inventory, of a file in a list.
  let text: Int32
  /// The number of the secret in the table of the same collection.
  var secret: Int32
  /// The number of the detector; nil for a value of the vault that no detector knows.
  let detector: Int32?
  /// Of its first byte, in the text.
  let offset: Int
  /// Counted from 1.
  let line: Int
  /// In bytes, counted from 1.
  let column: Int
  var confidence: Confidence
  let checksum: ChecksumVerdict?
}

/// All sightings of a scan, and the secrets they are of.
struct Sightings: Sendable {
  private(set) var all: [Sighting] = []
  private(set) var secrets: [Sighting.Secret] = []
  /// How each value of the vault stood in a text: the shortest of its forms that was seen, which mostly is the value itself.
  private(set) var forms: [Int: [UInt8]] = [:]
  private var numbers: [Sighting.Secret: Int32] = [:]
  /// Passed over because their line says so.
  private(set) var allowedCount = 0
  /// Sightings that were not kept: a text had more than anybody reads.
  private(set) var droppedCount = 0
  /// Texts that could not be searched to their end.
  private var unsearchedCount = 0

  /// More distinct secrets than any report is read to; what comes after is counted only.
  static let maximumSecrets = 100_000

  mutating func add(_ secret: Sighting.Secret, _ make: (Int32) -> Sighting) {
    guard let number = number(of: secret) else {
      droppedCount += 1
      return
    }
    all.append(make(number))
  }

  mutating func note(_ form: [UInt8], as label: Int) {
    guard let known = forms[label] else {
      forms[label] = form
      return
    }
    let isShorter = form.count != known.count ? form.count < known.count : form.lexicographicallyPrecedes(known)
    if isShorter { forms[label] = form }
  }

  mutating func countAllowed() { allowedCount += 1 }

  mutating func countDropped(_ count: Int) { droppedCount += count }

  mutating func countUnsearched() { unsearchedCount += 1 }

  /// What a report has to say of all that was passed over.
  var gaps: [Coverage.Gap] {
    (droppedCount > 0 ? [.dropped(droppedCount)] : []) + (unsearchedCount > 0 ? [.unsearched(unsearchedCount)] : [])
  }

  /// Takes over what another worker saw.
  mutating func merge(_ other: Sightings) {
    let translated = other.secrets.map { number(of: $0) }
    for var sighting in other.all {
      guard let number = translated[Int(sighting.secret)] else {
        droppedCount += 1
        continue
      }
      sighting.secret = number
      all.append(sighting)
    }
    for (label, form) in other.forms { note(form, as: label) }
    allowedCount += other.allowedCount
    droppedCount += other.droppedCount
    unsearchedCount += other.unsearchedCount
  }

  /// Takes over what was seen in other texts, with its places.
  /// - Returns: the same places, by the numbers that the secrets have here.
  mutating func take(_ other: Sightings, _ placed: [FindingAssembly.Placed]) -> [FindingAssembly.Placed] {
    let numbers = other.secrets.map { number(of: $0) }
    for (label, form) in other.forms { note(form, as: label) }
    return placed.compactMap { one in
      guard let number = numbers[Int(one.sighting.secret)] else { return nil }
      var sighting = one.sighting
      sighting.secret = number
      return FindingAssembly.Placed(sighting: sighting, place: one.place)
    }
  }

  private mutating func number(of secret: Sighting.Secret) -> Int32? {
    if let number = numbers[secret] { return number }
    guard secrets.count < Self.maximumSecrets else { return nil }
    let number = Int32(secrets.count)
    numbers[secret] = number
    secrets.append(secret)
    return number
  }
}
