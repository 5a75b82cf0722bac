@testable import Sealing

extension VectorWriter {
  static func encoding() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Encoding: fields to bytes and back.")
    try writer.add(
      "every type", "encode",
      [
        "fields": [
          ["u8", "255"], ["u16", "513"], ["u32", "67305985"], ["u64", "578437695752307201"],
          ["fixed", "0a0b"],
          ["bytes", "c0ffee"], ["bytes", ""], ["text", "grüße"], ["flag", "1"],
        ]
      ])
    try writer.add(
      "the largest integers", "encode",
      ["fields": [["u32", "4294967295"], ["u64", "18446744073709551615"]]])
    let layout: JSONValue = ["u8", "u16", "u32", "u64", "fixed2", "bytes", "text", "flag"]
    let bytes =
      "01" + "0201" + "04030201" + "0807060504030201" + "0a0b" + "03000000c0ffee" + "03000000e282ac" + "01"
    let good: Fields = ["layout": layout, "bytes": .text(bytes)]
    try writer.add("every type read", "decode", good)
    try writer.add("cut by one byte", "decode", good.cutting("bytes", 1), "damaged")
    try writer.add("one byte left over", "decode", good.appending("bytes", [0]), "damaged")
    try writer.add("a flag of 2", "decode", ["layout": ["flag"], "bytes": "02"], "damaged")
    try writer.add(
      "a length beyond the end", "decode", ["layout": ["bytes"], "bytes": "04000000c0ffee"], "damaged")
    try writer.add("the largest length", "decode", ["layout": ["bytes"], "bytes": "ffffffff00"], "damaged")
    for (name, text) in [
      ("a lone continuation byte", "80"), ("an overlong slash", "c0af"), ("a surrogate", "eda080"),
      ("beyond U+10FFFF", "f4908080"), ("a sequence cut short", "e282"),
    ] {
      let length = String(text.utf8.count / 2)
      try writer.add(
        "text: \(name)", "decode", ["layout": ["text"], "bytes": .text("0\(length)000000\(text)")], "damaged")
    }
    return writer.file
  }

  static func sealing() throws -> VectorFile {
    var writer = VectorWriter("docs/FORMAT.md, Primitives, Sealed box, Padding.")
    try writer.add("digest of nothing", "digest", ["label": "coffer/record", "bytes": ""])
    try writer.add("digest of bytes", "digest", ["label": "coffer/record", "bytes": fixed(0, 200).json])
    let key = fixed(0x40, 32).json
    try writer.add("keyed without parts", "keyed", ["key": key, "label": "coffer/index", "parts": []])
    try writer.add(
      "keyed with parts", "keyed", ["key": key, "label": "coffer/name", "parts": ["00", "", "c0ffee"]])
    try writer.add(
      "keyed with parts split elsewhere", "keyed",
      ["key": key, "label": "coffer/name", "parts": ["00c0", "ffee", ""]])

    for (name, plaintext) in [
      ("of nothing", []), ("of a value", Array("postgres://u:p@host/db".utf8)),
      ("of 1,000 bytes", fixed(9, 1000)),
    ] {
      let input: Fields = [
        "key": key, "context": fixed(1, 40).json, "nonce": fixed(0x80, 24).json, "plaintext": plaintext.json,
      ]
      try writer.add("box \(name)", "seal", input)
      var opening = input.with("box", writer.file.cases.last?.out["box"] ?? "")
      (opening["nonce"], opening["plaintext"]) = (nil, nil)
      try writer.add("box \(name) opened", "open", opening)
      guard plaintext.count == 22 else { continue }
      try writer.add("box: another key", "open", opening.flipping("key", 0), "key")
      try writer.add("box: another context", "open", opening.flipping("context", 39), "key")
      try writer.add("box: no context", "open", opening.with("context", ""), "key")
      try writer.add("box: commitment flipped", "open", opening.flipping("box", 31), "key")
      try writer.add("box: nonce flipped", "open", opening.flipping("box", 32), "key")
      try writer.add("box: ciphertext flipped", "open", opening.flipping("box", 56), "damaged")
      try writer.add("box: tag flipped", "open", opening.flipping("box", -1), "damaged")
      try writer.add("box: cut", "open", opening.cutting("box", 1), "damaged")
      try writer.add("box: a byte more", "open", opening.appending("box", [0]), "damaged")
      try writer.add("box: 71 bytes", "open", opening.with("box", fixed(0, 71).json), "damaged")
    }

    let counts: [UInt64] = [
      0, 1, 62, 63, 64, 254, 255, 256, 1022, 1023, 1024, 1086, 1087, 1088, 2046, 2047, 2048, 4095, 4096,
      65534,
      65535, 65536, 102_400, 1_048_575, 1_048_576, 16_777_216,
    ]
    try writer.add("padded lengths", "padded-counts", ["counts": .list(counts.map { .integer($0) })])
    try writer.add("padding of nothing", "pad", ["value": ""])
    try writer.add("padding of 63 bytes", "pad", ["value": fixed(1, 63).json])
    try writer.add(
      "padding of 64 bytes that look like padding", "pad",
      ["value": ([0x80] + [UInt8](repeating: 0, count: 63)).json])
    let padded = [UInt8](repeating: 7, count: 5) + [0x80] + [UInt8](repeating: 0, count: 58)
    try writer.add("padding removed", "unpad", ["padded": padded.json])
    let zeros = [UInt8](repeating: 0, count: 64)
    try writer.add("padding: all zeros", "unpad", ["padded": zeros.json], "damaged")
    try writer.add("padding: nothing at all", "unpad", ["padded": ""], "damaged")
    try writer.add("padding: no marker", "unpad", ["padded": fixed(1, 64).json], "damaged")
    try writer.add(
      "padding: another marker", "unpad", ["padded": ([1, 0x81] + zeros.dropLast(2)).json], "damaged")
    try writer.add(
      "padding: one bucket too many", "unpad", ["padded": (padded + zeros + zeros + zeros).json], "damaged")
    try writer.add("padding: no bucket", "unpad", ["padded": padded.dropLast(1).map { $0 }.json], "damaged")
    return writer.file
  }
}
