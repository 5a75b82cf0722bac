@testable import Sealing
@testable import Vault

extension VectorWriter {
  static func device() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Files of a device: pin and link.")
    func sealed(_ label: String, _ body: [UInt8]) -> JSONValue {
      (body + Hashing.digest(label, body).bytes).json
    }
    var pin = CanonicalWriter()
    pin.fixed(Array("COFFERPN".utf8))
    pin.u8(1)
    pin.fixed(fixed(0x30, 16))
    pin.u64(77)
    pin.fixed(fixed(0x50, 32))
    let good: Fields = ["bytes": sealed("coffer/pin", pin.bytes), "vault": fixed(0x30, 16).json]
    try writer.add("pin", "pin", good)
    try writer.add("pin: an empty file is none", "pin", good.with("bytes", ""))
    for (name, offset) in [("magic", 0), ("sequence", 25), ("hash", 33), ("checksum", -1)] {
      try writer.add("pin: \(name) flipped", "pin", good.flipping("bytes", offset), "damaged")
    }
    try writer.add("pin: cut", "pin", good.cutting("bytes", 1), "damaged")
    try writer.add("pin: a byte more", "pin", good.appending("bytes", [0]), "damaged")
    try writer.add("pin: another vault", "pin", good.flipping("vault", 0), "damaged")
    var newer = pin.bytes
    newer[8] = 2
    try writer.add("pin: version 2", "pin", good.with("bytes", sealed("coffer/pin", newer)), "newer")
    try writer.add(
      "pin: version 2, and longer", "pin", good.with("bytes", sealed("coffer/pin", newer + [0])), "newer")
    try writer.add(
      "pin: a byte more under the checksum", "pin", good.with("bytes", sealed("coffer/pin", pin.bytes + [0])), "damaged"
    )

    func link(_ version: UInt8, _ folder: String, _ approved: [String]) -> [UInt8] {
      var link = CanonicalWriter()
      link.fixed(Array("COFFERLK".utf8))
      link.u8(version)
      link.fixed(fixed(0x30, 16))
      link.text(folder)
      link.u32(UInt32(approved.count))
      for line in approved { link.text(line) }
      return link.bytes
    }
    func file(_ body: [UInt8]) -> Fields {
      ["bytes": sealed("coffer/link", body), "folder": "/home/zoe/shop"]
    }
    // Says that its folder is the composed form of what it holds.
    func decomposed(_ body: [UInt8]) -> Fields { file(body).with("folder", "/home/zo\u{EB}/shop") }
    let linked = file(link(1, "/home/zoe/shop", ["name DATABASE_URL", ""]))
    try writer.add("link", "link", linked)
    try writer.add("link: nothing approved", "link", file(link(1, "/home/zoe/shop", [])))
    try writer.add("link: another folder", "link", file(link(1, "/home/zoe/shop2", [])), "damaged")
    try writer.add("link: version 2", "link", file(link(2, "/home/zoe/shop", [])), "newer")
    try writer.add("link: version 2, and shorter", "link", file(Array(link(2, "", []).prefix(9))), "newer")
    try writer.add("link: a folder of other bytes", "link", decomposed(link(1, "/home/zoe\u{308}/shop", [])), "damaged")
    try writer.add("link: a byte more", "link", file(link(1, "/home/zoe/shop", []) + [0]), "damaged")
    try writer.add("link: checksum", "link", linked.flipping("bytes", -1), "damaged")
    try writer.add("link: magic", "link", linked.flipping("bytes", 0), "damaged")
    return writer.file
  }
}
