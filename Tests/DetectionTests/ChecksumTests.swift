import Findings
import Foundation
import Sealing
import Testing

@testable import Detection

struct ChecksumTests {
  @Test func `CRC-32 of the check string is the catalogue's`() {
    // https://reveng.sourceforge.io/crc-catalogue/17plus.htm#crc.cat.crc-32-iso-hdlc
    #expect(CRC32.of(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.of([]) == 0)
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    #expect(CRC32.of(bytes) == slowCRC(bytes))
  }

  @Test(arguments: [
    // SymCrypt's own test, lib/marvin32.c.
    (UInt64(0xD53C_D9CE_CD08_93B7), "abc", UInt64(0x22C7_4339_4927_69BF)),
    (0x0DDD_DEEE_EFFF_F000, "abcdefghijklmnopqrstuvwxyz", 0xA128_EB7E_7260_ACA2),
  ])
  func `Marvin32 gives SymCrypt's results`(seed: UInt64, text: String, expected: UInt64) {
    #expect(Marvin32.hash64(Array(text.utf8), seed: seed) == expected)
  }

  @Test(arguments: [
    ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI"),
  ])
  func `base32 is RFC 4648's`(text: String, expected: String) {
    #expect(TextEncodings.base32(Array(text.utf8), first: expected.utf8.count) == Array(expected.utf8))
  }

  @Test func `base64 is decoded in both alphabets and encoded in the standard one`() {
    let bytes = (0..<255).map { UInt8($0) }
    let text = Array(Data(bytes).base64EncodedString().utf8)
    #expect(TextEncodings.base64(text) == bytes)
    #expect(TextEncodings.base64(Array(base64URL(Data(bytes)).utf8)) == bytes)
    #expect(TextEncodings.base64Text(bytes) == text.filter { $0 != UInt8(ascii: "=") })
    #expect(TextEncodings.base64(Array("ab c".utf8)) == nil)
    #expect(TextEncodings.base64(Array("ab=c".utf8)) == nil)
  }

  /// Tokens made by each provider's rule, with bodies that are invented.
  static let tokens: [(ChecksumKind, String)] = {
    let body30 = githubBody
    let body32 = "Rk3vT8wq" + "Z1xLm5Np" + "B7cYd2Hs" + "J9fGu4Ke"
    let body40 = body32 + "aQ6tWi0o"
    let body50 = body40 + "PzXs" + "VnMj3h"
    let body70 = body40 + body30
    func crc(_ text: String) -> UInt32 { slowCRC(Array(text.utf8)) }
    func hex(_ number: UInt32) -> String {
      String(repeating: "0", count: 8 - String(number, radix: 16).count) + String(number, radix: 16)
    }
    func low(_ number: UInt32) -> [UInt8] { [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) } }
    let pat = "github_pat_" + "11" + body30.prefix(20) + "_" + body50.prefix(43)
    let base32 = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    let sum = Hashing.sha256(Array(pat.utf8)).prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let patSum = String((0..<8).map { base32[Int(sum >> UInt64(35 - 5 * $0) & 31)] })
    let routable = "glpat-" + body30 + "." + "01" + "." + "12"
    let base36 = String(crc(routable), radix: 36)
    let routableSum = String(repeating: "0", count: 7 - base36.count) + base36
    let confluent = "cflt" + body50 + "Qz7w"
    let confluentSum = String(Data(low(crc(String(confluent.suffix(54))))).base64EncodedString().prefix(6))
    let grafana = "glsa_" + body32
    let atlassian = "ATATT3x" + body70 + body50 + "="
    let cask = body50 + "Yt" + "JQQJ" + "99" + "BC" + "ACAAAAAAAAAA" + "AAAA" + "ASIG"
    let marvin = Marvin32.hash([UInt8](Data(base64Encoded: cask)!), seed: 0x4465_6661_756C_7430)
    let caskSum = String(decoding: TextEncodings.base62(marvin.byteSwapped), as: UTF8.self)
    let coffer = "coffer_" + body50 + body32.prefix(16)
    return [
      (.coffer, coffer + base62CRC(coffer)),
      (.github, "ghp_" + body30 + base62CRC(body30)), (.npm, "npm_" + body30 + base62CRC(body30)),
      (.githubRefresh, "ghr_" + body70 + base62CRC(body70)), (.vercel, "vcp_" + body50 + base62CRC(body50)),
      (.githubFineGrained, pat + patSum + "Ab3dEf9h"), (.gitlabRoutable, routable + routableSum),
      (.cloudflare, "cfut_" + body40 + hex(crc(body40))), (.zuplo, "zpka_" + body32 + "_" + hex(crc(body32))),
      (.confluent, confluent + confluentSum),
      (.grafana, grafana + "_" + low(crc(grafana)).map { String(format: "%02x", $0) }.joined()),
      (.atlassian, atlassian + hex(crc(atlassian)).uppercased()),
      (.azureCASK, cask + (caskSum + "000000").prefix(4)),
      (.base62CRC32, "polar_oat_" + body32 + base62CRC(body32)),
    ]
  }()

  @Test(arguments: tokens)
  func `a token by its provider's rule is valid, and with one other character it is not`(
    kind: ChecksumKind, token: String
  ) {
    let bytes = Array(token.utf8)
    #expect(kind.verdict(on: bytes) == .valid)
    // Some of a token is outside its checksum: prefixes here, the last eight of a fine-grained one.
    let covered: Range<Int> =
      switch kind {
      case .githubFineGrained: 0..<85
      case .azureCASK: 0..<84
      case .base62CRC32: 10..<bytes.count
      case .confluent: 4..<bytes.count
      case .atlassian, .gitlabRoutable, .grafana, .coffer: 0..<bytes.count
      default: 5..<bytes.count
      }
    for place in covered
    where bytes[place] != UInt8(ascii: "_") && bytes[place] != UInt8(ascii: ".") && bytes[place] != UInt8(ascii: "=") {
      var changed = bytes
      changed[place] = changed[place] == UInt8(ascii: "5") ? UInt8(ascii: "6") : UInt8(ascii: "5")
      #expect(kind.verdict(on: changed) == .invalid, "\(kind) at \(place)")
    }
  }

  @Test(arguments: tokens)
  func `a token cut short is neither valid nor a trap`(kind: ChecksumKind, token: String) {
    for count in 0..<token.utf8.count {
      #expect(kind.verdict(on: Array(token.utf8.prefix(count))) != .valid)
    }
  }

  @Test func `an Atlassian token is valid with its equals sign escaped`() {
    let token = Self.tokens.first { $0.0 == .atlassian }!.1
    #expect(ChecksumKind.atlassian.verdict(on: Array(token.replacing("=", with: "%3D").utf8)) == .valid)
    #expect(ChecksumKind.atlassian.verdict(on: Array(token.replacing("=", with: "\\=").utf8)) == .valid)
  }

  @Test(arguments: [
    (#"{"alg":"HS256","typ":"JWT"}"#, #"{"sub":"1"}"#, true), (#"{"typ":"JWT"}"#, #"{"sub":"1"}"#, false),
    (#"{"alg":"HS256"}"#, "not json", false), (#"["alg"]"#, #"{"sub":"1"}"#, false),
    (#"{"alg":"none","x":{"a":[1,2,{"b":null}]}}"#, "{}", true), (#"{"alg":"HS256""#, "{}", false),
    (#"{"alg":"a"} x"#, "{}", false),
  ])
  func `a JWT is well formed or not`(header: String, payload: String, isWhole: Bool) {
    let token = base64URL(header) + "." + base64URL(payload) + ".c2lnbmF0dXJl"
    #expect(ChecksumKind.jwt.verdict(on: Array(token.utf8)) == (isWhole ? nil : .invalid))
  }

  @Test func `JSON nested without end is refused`() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
    #expect(JSONShape.keys(of: Array(#"{"a":"#.utf8) + bytes) == nil)
  }

  @Test(arguments: ["\n", "\\n", "\r\n", "\\r\\n", "\",\n  \"", "\\n\" +\n    \""])
  func `a key block is whole however its lines are written`(lineEnd: String) {
    // A SEQUENCE of 200 bytes.
    let data = Data([0x30, 0x81, 200] + (0..<200).map { UInt8($0) })
    let lines = data.base64EncodedString(options: .lineLength64Characters).replacing("\r", with: "").split(
      separator: "\n")
    func block(_ lines: [Substring]) -> [UInt8] {
      Array(
        (["-----BEGIN RSA PRIVATE KEY-----"] + lines + ["-----END RSA PRIVATE KEY-----"]).joined(separator: lineEnd)
          .utf8)
    }
    #expect(PEMShape.holds(block(lines)) == true)
    #expect(PEMShape.holds(block(lines.dropLast())) == false)
  }

  @Test func `key blocks of other kinds are judged by their own structure`() {
    func block(_ label: String, _ bytes: [UInt8], _ head: String = "") -> [UInt8] {
      Array("-----BEGIN \(label)-----\n\(head)\(Data(bytes).base64EncodedString())\n-----END \(label)-----".utf8)
    }
    let filler = [UInt8](repeating: 7, count: 40)
    #expect(PEMShape.holds(block("OPENSSH PRIVATE KEY", Array("openssh-key-v1\0".utf8) + filler)) == true)
    #expect(PEMShape.holds(block("OPENSSH PRIVATE KEY", filler)) == false)
    #expect(
      PEMShape.holds(block("RSA PRIVATE KEY", filler, "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n")) == true)
    #expect(PEMShape.holds(block("PGP PRIVATE KEY BLOCK", [0x95] + filler, "Version: x\n\n")) == true)
    #expect(PEMShape.holds(Array("-----BEGIN A-----\nAAAA\n-----END B-----".utf8)) == false)
    #expect(PEMShape.holds(Array("PuTTY-User-Key-File-3: ssh-rsa".utf8)) == nil)
  }

  @Test func `an AWS key id tells an account of twelve digits, or is of the older kind`() {
    // 50 bits: one, the account, 9 more.
    func id(_ account: UInt64) -> [UInt8] {
      let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
      let bits = UInt64(1) << 49 | account << 9
      return Array("AKIA".utf8) + (0..<10).map { alphabet[Int(bits >> UInt64(45 - 5 * $0) & 31)] }
        + Array("QWERTY".utf8)
    }
    #expect(ChecksumKind.awsKeyID.verdict(on: id(123_456_789_012)) == nil)
    #expect(ChecksumKind.awsKeyID.verdict(on: id(1_000_000_000_000)) == .invalid)
    #expect(ChecksumKind.awsKeyID.verdict(on: Array("AKIAI44QH8DHBEXAMPLE".utf8)) == nil)
  }

  @Test func `a PyPI token is a macaroon`() {
    var bytes: [UInt8] = [2, 1, 8] + Array("pypi.org".utf8) + [2, 4, 1, 2, 3, 4, 0, 2, 2, 5, 6, 0, 0, 6, 32]
    bytes += [UInt8](repeating: 9, count: 32)
    #expect(ChecksumKind.pypi.verdict(on: Array(("pypi-" + base64URL(Data(bytes))).utf8)) == nil)
    for count in 0..<bytes.count {
      #expect(ChecksumKind.pypi.verdict(on: Array(("pypi-" + base64URL(Data(bytes.prefix(count)))).utf8)) == .invalid)
    }
  }

  @Test func `entropy is Shannon's`() {
    #expect(Entropy.bitsPerByte([]) == 0)
    #expect(Entropy.bitsPerByte([1, 1, 1, 1]) == 0)
    #expect(Entropy.bitsPerByte([1, 2, 3, 4]) == 2)
    #expect(abs(Entropy.bitsPerByte((0...255).map { UInt8($0) }) - 8) < 1e-9)
  }
}
