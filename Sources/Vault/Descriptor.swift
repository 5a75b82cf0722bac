import Sealing

/// A record's name and what Coffer keeps about the value beside it.
struct Descriptor: Hashable, Sendable {
  let name: String
  /// How Coffer made the value ("hex:32"), so that it can make another; empty when somebody brought it.
  let generator: String

  var encoded: [UInt8] {
    var writer = CanonicalWriter()
    writer.text(name)
    writer.text(generator)
    return writer.bytes
  }

  init(name: String, generator: String) {
    self.name = name
    self.generator = generator
  }

  /// Fields that a later version adds at the end are passed over.
  init(decoding bytes: [UInt8]) throws(MalformedBytes) {
    var reader = CanonicalReader(bytes)
    name = try reader.text()
    generator = try reader.text()
  }
}
