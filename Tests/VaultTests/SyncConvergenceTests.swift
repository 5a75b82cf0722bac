import Testing

@testable import Platform
@testable import Sealing
@testable import Vault

/// Three people who write at random and sync at random through one folder end with one log, and with every value that any of them
/// was told is stored.
struct SyncConvergenceTests {
  /// SplitMix64: a failing seed fails again.
  private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  @Test(arguments: 1...12)
  func `all come to the same, and nothing is lost`(seed: Int) throws {
    var dice = Dice(state: UInt64(seed))
    let ada = try Device()
    try ada.put("A", "common")
    let bob = try ada.invite("Bob")
    let carol = try ada.invite("Carol")
    // One more machine of Ada's.
    let devices = [ada, bob, carol, try Device("Ada", ada.key, joining: ada)]
    var folder: [Int: [UInt8]] = [:]
    var stored: [(name: String, value: String)] = [("A", "common")]

    func sync(_ place: Int, _ choice: SyncChoice) throws -> SyncOutcome {
      let device = devices[place]
      let me = device.key.identity.publicIdentity.id
      let logs = try folder.filter { $0.key != place }.sorted { $0.key < $1.key }.compactMap { number, bytes in
        let bundle = try VaultBundle(bytes: bytes)
        // One of before somebody came in is not for that one, and is passed over.
        return bundle.isFor(me)
          ? IncomingLog(file: "\(number)", archive: try bundle.open(device.key.identity).verify(device.id)) : nil
      }
      let outcome = try device.open().sync(with: logs, device.key, choice: choice)
      folder[place] = try device.open().bundle()
      return outcome
    }

    for step in 0..<28 {
      let place = Int.random(in: devices.indices, using: &dice)
      let device = devices[place]
      let name = ["A", "B", "C"].randomElement(using: &dice)!
      switch Int.random(in: 0..<10, using: &dice) {
      case ..<5:
        let value = "\(device.name) \(place) \(step)"
        try device.put(name, value)
        stored.append((name, value))
      case 5:
        if try device.value(name) != nil { try device.remove(name) }
      case 6:
        if try device.value(name) != nil { try device.point(name, to: 1) }
      default:
        let sides: [SyncChoice.Side?] = [nil, .mine, .theirs]
        let choice = SyncChoice(sides[Int.random(in: 0..<3, using: &dice)])
        #expect(try sync(place, choice).contest == nil)
      }
    }
    var rounds = 0
    while true {
      rounds += 1
      var isQuiet = true
      for place in devices.indices {
        let outcome = try sync(place, SyncChoice(place.isMultiple(of: 2) ? .mine : .theirs))
        #expect(outcome.isSettled)
        if outcome.step != .nothing { isQuiet = false }
      }
      if isQuiet { break }
      try #require(rounds < 8, "seed \(seed) does not come to rest")
    }
    let head = try ada.head
    for device in devices { #expect(try device.head == head, "seed \(seed): \(device.name)") }
    for (name, value) in stored {
      #expect(try bob.history(name).contains(value), "seed \(seed): \(name) lost \(value)")
    }
    _ = try carol.open().verifyWhole()
  }
}
