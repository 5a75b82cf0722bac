/// The order in which every report tells findings and places: the same for the same scan, whichever thread found what
/// first.
package enum ReportOrder {
  /// Values of the vault first, but dead ones last, then by confidence, the highest first, then by the first place, and by fingerprint. The
  /// places of each are sorted too.
  package static func sorted(_ findings: [Finding]) -> [Finding] {
    findings.map { finding in
      var finding = finding
      finding.places = sorted(finding.places)
      finding.knownAs.sort()
      return finding
    }.sorted(by: precedes)
  }

  /// By how strongly it is held, by date (what brought it in first), file, line, column, and what is left: so the first place of a
  /// finding tells who brought it in, also where somebody moved the file since.
  package static func sorted(_ places: [Place]) -> [Place] { places.sorted(by: precedes) }

  private static func precedes(_ left: Finding, _ right: Finding) -> Bool {
    if left.isDead != right.isDead { return right.isDead }
    if left.knownAs.isEmpty != right.knownAs.isEmpty { return !left.knownAs.isEmpty }
    if left.confidence != right.confidence { return left.confidence > right.confidence }
    if let first = left.places.first, let second = right.places.first {
      let order = compare(first.file, second.file)
      if order != 0 { return order < 0 }
      if first.line != second.line { return first.line < second.line }
    }
    return left.fingerprint < right.fingerprint
  }

  private static func precedes(_ left: Place, _ right: Place) -> Bool {
    let (reach, otherReach) = (strength(left.reach), strength(right.reach))
    if reach != otherReach { return reach < otherReach }
    let (date, otherDate) = (left.commit?.date ?? .max, right.commit?.date ?? .max)
    if date != otherDate { return date < otherDate }
    let order = compare(left.file, right.file)
    if order != 0 { return order < 0 }
    let numbers = (left.line, left.column, left.offset)
    let otherNumbers = (right.line, right.column, right.offset)
    if numbers != otherNumbers { return numbers < otherNumbers }
    return (left.commit?.id ?? "", left.object, left.source.rawValue)
      < (right.commit?.id ?? "", right.object, right.source.rawValue)
  }

  private static func strength(_ reach: Place.Reach) -> Int { Place.Reach.allCases.firstIndex(of: reach) ?? 0 }

  /// As memcmp; what has no file comes last.
  private static func compare(_ left: [UInt8]?, _ right: [UInt8]?) -> Int {
    guard let left else { return right == nil ? 0 : 1 }
    guard let right else { return -1 }
    return left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
  }
}
