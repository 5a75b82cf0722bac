import FoundationEssentials
import Glibc
import Testing

@testable import Leaks
@testable import Platform
@testable import Rotation
@testable import Sealing
@testable import Vault

/// Tests/Vectors/ledger.json: bytes of leaks, rotations and settings, and what they say; Tests/Vectors/check.py reads the same file.
struct LedgerVectorTests {
  struct Case: Codable {
    let name: String
    let kind: String
    let `in`: [String: String]
    let out: [String: String]
    let outcome: String
  }

  struct File: Codable {
    let about: String
    let cases: [Case]
  }

  private static let folder = Files.parent(of: Files.parent(of: #filePath)) + "/Vectors"
  private static let author = MemberID(Bytes16((0x40..<0x50).map { $0 }))
  private static let environment = EnvironmentID(Bytes16((0x20..<0x30).map { $0 }))
  private static let time: UInt64 = 1_767_225_600_000

  private static func record(_ content: [UInt8], _ name: String) -> LedgerRecord {
    LedgerRecord(name: name, content: content, version: 1, time: time, author: author, sequence: 2)
  }

  private static func shown<M>(_ marks: [M], _ words: (M) -> (String, UInt64, MemberID)) -> String {
    marks.map { mark in
      let (word, time, author) = words(mark)
      return "\(word) \(time) \(author.bytes.bytes.hex)"
    }.joined(separator: ", ")
  }

  /// What this build makes of a case's bytes.
  private static func read(_ kind: String, _ input: [String: String]) -> (out: [String: String], outcome: String) {
    let record = record(bytes(input["bytes"] ?? ""), input["name"] ?? "")
    do throws(VaultError) {
      if kind == "leak" {
        let leak = try LeakRecord(record)
        guard leak.encoded == record.content else { return ([:], "encodes otherwise") }
        let home = leak.home.map { $0.environment.bytes.bytes.hex + " " + $0.name } ?? ""
        let marks = shown(leak.marks) { mark in
          let number = "\(mark.state.number)"
          guard case .dismissed(let reason) = mark.state else { return (number, mark.time, mark.author) }
          return (number + " " + reason, mark.time, mark.author)
        }
        return (["rule": leak.rule, "title": leak.title, "home": home, "marks": marks], "ok")
      }
      if kind == "access-ended" {
        guard let ended = try AccessEnds(record) else { return ([:], "another setting") }
        guard ended.encoded == record.content else { return ([:], "encodes otherwise") }
        let ends = ended.ends.map { end in
          let names = end.names.map { ([" of"] + $0).joined(separator: " ") } ?? ""
          return "\(end.environment.bytes.bytes.hex) \(end.epoch) \(end.time)\(names)"
        }
        return (["member": ended.member.bytes.bytes.hex, "ends": ends.joined(separator: ", ")], "ok")
      }
      let rotation = try RotationRecord(record)
      guard rotation.encoded == record.content else { return ([:], "encodes otherwise") }
      return (
        [
          "environment": rotation.environment.bytes.bytes.hex, "name": rotation.name, "playbook": rotation.playbook,
          "leak": rotation.leak?.description ?? "", "generator": rotation.generator, "from": "\(rotation.from)",
          "to": "\(rotation.to ?? 0)", "test": "\(rotation.test?.rawValue ?? 0)",
          "marks": shown(rotation.marks) { ("\($0.step.rawValue)", $0.time, $0.author) },
        ], "ok"
      )
    } catch {
      return ([:], error == .needsNewer ? "newer" : error == .damaged(.record) ? "damaged" : "\(error)")
    }
  }

  private static func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  @Test func `this build reads every vector as it was written`() throws {
    let bytes = try Files.read(Self.folder + "/ledger.json", limit: 1 << 20)
    let file = try JSONDecoder().decode(File.self, from: Data(bytes))
    for vector in file.cases {
      let found = Self.read(vector.kind, vector.in)
      #expect(found.outcome == vector.outcome, "\(vector.name)")
      #expect(found.out == vector.out, "\(vector.name)")
    }
    let outcomes = Set(file.cases.map { "\($0.kind) \($0.outcome)" })
    #expect(outcomes.count == 9 && Set(file.cases.map(\.name)).count == file.cases.count)
  }

  /// The file under version control is the truth: this is for new cases, never to make a failing build agree with itself.
  @Test(.enabled(if: getenv("COFFER_WRITE_VECTORS") != nil, "it writes, when asked: COFFER_WRITE_VECTORS"))
  func `vectors are written`() throws {
    var cases: [Case] = []
    func add(_ name: String, _ kind: String, _ content: [UInt8], _ id: String, _ outcome: String) {
      let input = ["bytes": content.hex, "name": id]
      let found = Self.read(kind, input)
      #expect(found.outcome == outcome, "\(name)")
      cases.append(Case(name: name, kind: kind, in: input, out: found.out, outcome: outcome))
    }
    Self.leaks(add)
    Self.rotations(add)
    Self.endedAccess(add)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = File(about: "Contents of the ledger's records (docs/FORMAT.md, Ledger).", cases: cases)
    try Files.writeAtomically(Self.folder + "/ledger.json", Array(encoder.encode(file)) + [0x0A], mode: 0o644)
  }

  private typealias Add = (_ name: String, _ kind: String, _ content: [UInt8], _ id: String, _ outcome: String) -> Void

  private static func leaks(_ add: Add) {
    let id = Way.fingerprint.description
    func leak(_ states: [LeakState], home: LeakRecord.Home? = nil) -> [UInt8] {
      var leak = LeakRecord(
        Way.fingerprint, rule: "stripe-secret-key", title: "Stripe secret key ü", home: home, state: states[0],
        time: time, author: author)
      for (place, state) in states.enumerated().dropFirst() {
        leak.mark(state, time: time - UInt64(place), author: author)
      }
      return leak.encoded
    }
    let home = LeakRecord.Home(environment: environment, name: "STRIPE_SECRET")
    let plain = leak([.open])
    add("leak: open, nowhere in the vault", "leak", plain, id, "ok")
    add(
      "leak: the whole life, with a clock that runs backwards", "leak",
      leak([.open, .dismissed(reason: "for tests"), .rotating, .rotated, .revoked, .dead], home: home), id, "ok")
    add("leak: 256 marks", "leak", leak(Array(repeating: .open, count: 256)), id, "ok")
    // What nobody writes, with the count of marks put right by hand.
    let mark = Array(plain.suffix(25))
    let head = Array(plain.dropLast(29))
    let many = Array(repeating: mark, count: 257).flatMap { $0 }
    add("leak: 257 marks", "leak", head + [1, 1, 0, 0] + many, id, "damaged")
    add("leak: no mark", "leak", head + [0, 0, 0, 0], id, "damaged")
    add("leak: state 0", "leak", head + [1, 0, 0, 0, 0] + mark.dropFirst(), id, "damaged")
    add("leak: state 7", "leak", head + [1, 0, 0, 0, 7] + mark.dropFirst(), id, "damaged")
    add("leak: a byte less", "leak", plain.dropLast(), id, "damaged")
    add("leak: a byte more", "leak", plain + [0], id, "damaged")
    add("leak: nothing", "leak", [], id, "damaged")
    add("leak: version 2", "leak", [2] + plain.dropFirst(), id, "newer")
    add("leak: version 2 of which nothing is known", "leak", [2], id, "newer")
    add("leak: another's name", "leak", plain, String(id.reversed()), "damaged")
  }

  private static func rotations(_ add: Add) {
    let id = RotationID(Bytes16((0x80..<0x90).map { $0 }))
    func rotation(
      _ steps: [RotationStep], from: UInt32 = 3, to: UInt32? = nil, test: RotationRecord.Test? = nil,
      generator: String = "", leak: LeakFingerprint? = nil
    ) -> [UInt8] {
      RotationRecord(
        id: id, environment: environment, name: "STRIPE_SECRET", from: from, playbook: "stripe", leak: leak, to: to,
        generator: generator, test: test,
        marks: steps.enumerated().map {
          RotationRecord.Mark(step: $1, time: time - UInt64($0), author: author)
        }
      ).encoded
    }
    func one(_ name: String, _ content: [UInt8], _ outcome: String = "damaged") {
      add("rotation: " + name, "rotation", content, id.description, outcome)
    }
    let way: [RotationStep] = [.planned, .pending, .set, .tested, .promoted, .rolledOut, .revoked]
    for end in 1...way.count {
      one(
        "as far as step \(end)",
        rotation(Array(way.prefix(end)), to: end > 1 ? 4 : nil, test: end > 3 ? .passed : nil), "ok")
    }
    one(
      "to its end, of a leak and a generator",
      rotation(way + [.dead], to: 9, test: .skipped, generator: "hex:32", leak: Way.fingerprint), "ok")
    one("unproven", rotation(way + [.unproven], to: 4, test: .passed), "ok")
    one("unproven, then dead", rotation(way + [.unproven, .dead], to: 4, test: .passed), "ok")
    one("given up at once", rotation([.planned, .aborted]), "ok")
    one("given up after the promotion", rotation(way.prefix(5) + [.aborted], to: 4, test: .passed), "ok")
    one("no mark", rotation([]))
    one("begins with pending", rotation([.pending], to: 4))
    one("a step left out", rotation([.planned, .pending, .tested], to: 4, test: .passed))
    one("a step twice", rotation([.planned, .planned]))
    one("on after its end", rotation([.planned, .aborted, .pending], to: 4))
    one("dead, then unproven", rotation(way + [.dead, .unproven], to: 4, test: .passed))
    one("given up after it was revoked", rotation(way + [.aborted], to: 4, test: .passed))
    one("from 0", rotation([.planned], from: 0))
    one("to before it is stored", rotation([.planned], to: 4))
    one("pending and no to", rotation([.planned, .pending]))
    one("a generator before it made anything", rotation([.planned], generator: "hex:32"))
    one("a test before the test", rotation([.planned, .pending, .set], to: 4, test: .passed))
    one("tested without a test", rotation([.planned, .pending, .set, .tested], to: 4))
    let plain = rotation([.planned])
    one("a step of no number", plain.dropLast(25) + [11] + plain.suffix(24))
    one("a test of no number", plain.dropLast(30) + [3] + plain.suffix(29))
    one("a flag of no value", Array(plain[..<64]) + [2] + Array(plain[65...]))
    one("a byte less", plain.dropLast())
    one("a byte more", plain + [0])
    one("version 2", [2] + plain.dropFirst(), "newer")
    one("version 0", [0] + plain.dropFirst(), "newer")
    add("rotation: another's name", "rotation", plain, Way.fingerprint.description, "damaged")
  }

  private static func endedAccess(_ add: Add) {
    let name = AccessEnds.name(author)
    func ended(_ ends: [(EnvironmentID, UInt32, [String]?)]) -> [UInt8] {
      var ended = AccessEnds(of: author)
      for (environment, epoch, names) in ends {
        ended.add(AccessEnds.End(environment: environment, epoch: epoch, time: time, names: names))
      }
      return ended.encoded
    }
    func one(_ what: String, _ content: [UInt8], _ outcome: String = "damaged") {
      add("access ended: " + what, "access-ended", content, name, outcome)
    }
    let other = EnvironmentID(Bytes16((0x30..<0x40).map { $0 }))
    let plain = ended([(environment, 1, nil)])
    one("of one environment", plain, "ok")
    one(
      "of two, the later one of the first", ended([(environment, 1, nil), (other, 7, nil), (environment, 3, nil)]), "ok"
    )
    one("of some names", ended([(environment, .max, ["A", "STRIPE_SECRET", "ü"])]), "ok")
    one("of no name", ended([(environment, 1, [])]), "ok")
    one("no end", [1, 0, 0, 0, 0])
    one("epoch 0", ended([(environment, 0, nil)]))
    one("an environment twice", [1, 2, 0, 0, 0] + plain.dropFirst(5) + plain.dropFirst(5))
    one("a flag of no value", plain.dropLast() + [2])
    one("a byte less", plain.dropLast())
    one("a byte more", plain + [0])
    one("more ends than bytes", [1, 255, 255, 255, 255] + plain.dropFirst(5))
    one("nothing", [])
    one("version 2", [2] + plain.dropFirst(), "newer")
    add("access ended: of nobody's id", "access-ended", plain, String(name.dropLast()), "damaged")
    add(
      "access ended: an id in capitals", "access-ended", plain, AccessEnds.prefix + "4041424344454647484950515253545A",
      "damaged")
  }
}
