@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func bundles() throws -> VectorFile {
    var writer = VectorWriter(
      "docs/FORMAT.md, Archive and Bundle. The files were made once, from a vault with random keys.")
    let made = try BundleMaker()
    try addArchives(to: &writer, made)
    try addBundles(to: &writer, made)
    try addClaims(to: &writer, made)
    return writer.file
  }

  // MARK: Archives

  private static func addArchives(to writer: inout VectorWriter, _ made: BundleMaker) throws {
    let good = made.archive
    let whole = made.input(good.bytes)
    try writer.add("archive: whole", "archive", whole)
    try writer.add("archive: asked for as another vault", "archive", try whole.flipping("vault", 0), "damaged")
    try writer.add("archive: empty", "archive", whole.with("bytes", ""), "damaged")
    try writer.add("archive: another magic", "archive", try whole.flipping("bytes", 0), "damaged")
    try writer.add("archive: a bit in an entry", "archive", try whole.flipping("bytes", 200), "damaged")
    try writer.add("archive: another checksum", "archive", try whole.flipping("bytes", -1), "damaged")
    try writer.add("archive: a byte less", "archive", try whole.cutting("bytes", 1), "damaged")
    try writer.add("archive: a byte more", "archive", try whole.appending("bytes", [0]), "damaged")
    // From here on the checksum is right: anybody can make one.
    func add(_ name: String, _ outcome: String, _ change: (inout BundleMaker.Archive) throws -> Void) throws {
      var archive = good
      try change(&archive)
      try writer.add("archive: \(name), resealed", "archive", made.input(archive.bytes), outcome)
    }
    try add("a later version", "newer") { $0.version = 2 }
    try add("another vault's id", "damaged") { $0.vault[0] ^= 1 }
    try add("no entry", "damaged") {
      $0.newest = 0
      $0.entries = []
    }
    try add("more entries than there are", "damaged") { $0.newest = 1 << 60 }
    try add("the last entry left out", "damaged") {
      $0.newest -= 1
      $0.entries.removeLast()
    }
    try add("two entries swapped", "damaged") { $0.entries.swapAt(2, 3) }
    try add("a signature changed", "forged") {
      var bytes = $0.entries[2].entry
      bytes[bytes.count - 1] ^= 1
      $0.entries[2] = StoredEntry(entry: bytes, body: $0.entries[2].body)
    }
    try add("a body changed", "damaged") {
      var bytes = $0.entries[2].body
      bytes[bytes.count - 1] ^= 1
      $0.entries[2] = StoredEntry(entry: $0.entries[2].entry, body: bytes)
    }
    try add("a record changed", "damaged") { $0.records[0].bytes[100] ^= 1 }
    try add("a record left out", "damaged") { $0.records.removeLast() }
    try add("a record slipped in", "damaged") { $0.records.append(($0.records[1].number + 1, $0.records[1].bytes)) }
    try add("two records out of order", "damaged") { $0.records.swapAt(0, 1) }
    try add("a record twice", "damaged") { $0.records.insert($0.records[0], at: 0) }
  }

  // MARK: Bundles

  private static func addBundles(to writer: inout VectorWriter, _ made: BundleMaker) throws {
    let bytes = try VaultBundle.seal(
      VaultArchive(bytes: made.archive.bytes),
      to: made.vault.read { (snapshot) throws(VaultError) in snapshot.control.bundleRecipients })
    let whole = made.input(bytes, made.founder)
    try writer.add("bundle: the founder's", "bundle", whole)
    try writer.add("bundle: a member's", "bundle", made.input(bytes, made.bob))
    try writer.add("bundle: a stranger's", "bundle", made.input(bytes, Identity()), "key")
    try writer.add("bundle: asked for as another vault", "bundle", try whole.flipping("vault", 0), "damaged")
    try writer.add("bundle: empty", "bundle", whole.with("bytes", ""), "damaged")
    let flips: [(name: String, offset: Int, outcome: String)] = [
      ("magic", 0, "damaged"), ("version", 8, "newer"), ("suite", 9, "newer"), ("vault", 10, "damaged"),
      ("sequence", 26, "damaged"), ("hash", 34, "damaged"), ("number of recipients", 66, "damaged"),
      ("first recipient's last byte", 85, "key"), ("first recipient's box", 90, "damaged"),
    ]
    // The id that comes first is the one whose key is tried.
    let first = try made.header().recipients[0].named
    let isFounder = first == made.founder.publicIdentity.id
    let before = isFounder ? whole : made.input(bytes, made.bob)
    for flip in flips {
      try writer.add(
        "bundle: another \(flip.name)", "bundle", try before.flipping("bytes", flip.offset), flip.outcome)
    }
    let start = bytes.count - made.archive.bytes.count - SealedBox.overhead
    for (name, offset) in [
      ("length", start - 8), ("commitment", start), ("nonce", start + 32), ("ciphertext", start + 100),
      ("tag", bytes.count - 1),
    ] {
      try writer.add("bundle: another \(name)", "bundle", try whole.flipping("bytes", offset), "damaged")
    }
    for count in [1, made.archive.bytes.count, bytes.count - start + 3, bytes.count - 8] {
      try writer.add("bundle: cut by \(count) bytes", "bundle", try whole.cutting("bytes", count), "damaged")
    }
    try writer.add("bundle: a byte more", "bundle", try whole.appending("bytes", [0]), "damaged")
  }

  /// Bundles that somebody made who has what is in them: what they say of it is not so, or what is in them is none.
  private static func addClaims(to writer: inout VectorWriter, _ made: BundleMaker) throws {
    let archive = made.archive.bytes
    let good = try made.header()
    try writer.add("bundle: by hand", "bundle", made.input(made.bundle(good, archive), made.founder))
    func add(_ name: String, _ outcome: String, _ change: (inout BundleMaker.Header) -> Void) throws {
      var header = good
      change(&header)
      try writer.add("bundle: \(name)", "bundle", made.input(made.bundle(header, archive), made.founder), outcome)
    }
    try add("that claims a later entry", "damaged") { $0.sequence += 1 }
    try add("that claims entry 0", "damaged") { $0.sequence = 0 }
    try add("that claims another last entry", "damaged") { $0.hash = Bytes32(fixed(1, 32)) }
    try add("that claims to be another vault's", "damaged") { $0.vault[0] ^= 1 }
    try add("to nobody", "key") { $0.recipients = [] }
    try add("with recipients out of order", "damaged") { $0.recipients.swapAt(0, 1) }
    try add("with a recipient twice", "damaged") { $0.recipients.insert($0.recipients[0], at: 0) }
    try add("with the keys of two recipients swapped", "damaged") {
      let keys = $0.recipients.map(\.keys)
      $0.recipients[0].keys = keys[1]
      $0.recipients[1].keys = keys[0]
    }
    try add("with a stranger's id in the boxes", "damaged") { $0.stated = MemberID(Bytes16(fixed(1, 16))) }
    try add("with a length of 0", "damaged") { $0.length = 0 }
    try add("with a length beyond all bounds", "damaged") { $0.length = .max }
    try add("with a length of one more", "damaged") { $0.length = UInt64(archive.count) + 1 }
    try writer.add(
      "bundle: whose only chunk is not the last", "bundle",
      made.input(made.bundle(good, archive, isLast: false), made.founder), "damaged")
    // What is inside is looked at as an archive is.
    var forged = made.archive
    var entry = forged.entries[2].entry
    entry[entry.count - 1] ^= 1
    forged.entries[2] = StoredEntry(entry: entry, body: forged.entries[2].body)
    try writer.add(
      "bundle: of an archive with another signature", "bundle",
      made.input(made.bundle(good, forged.bytes), made.founder), "forged")
    var later = made.archive
    later.version = 2
    try writer.add(
      "bundle: of an archive of a later version", "bundle",
      made.input(made.bundle(good, later.bytes), made.founder), "newer")
    try writer.add(
      "bundle: of no archive", "bundle", made.input(made.bundle(good, Array("hello".utf8)), made.founder), "damaged")
  }
}
