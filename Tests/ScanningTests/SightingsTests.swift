import Findings
import Testing

@testable import Scanning

@Suite struct SightingsTests {
  private func sightings(_ secrets: [Sighting.Secret], text: Int32) -> Sightings {
    var made = Sightings()
    for (place, secret) in secrets.enumerated() {
      made.add(secret) {
        Sighting(
          text: text, secret: $0, detector: 0, offset: place, line: 1, column: place + 1, confidence: .high,
          checksum: nil)
      }
    }
    return made
  }

  @Test func `what two workers saw of one secret is of one secret`() {
    let (a, b, known) = (Sighting.Secret.bytes([1]), Sighting.Secret.bytes([2]), Sighting.Secret.known(7))
    var all = sightings([a, known, a], text: 1)
    all.merge(sightings([b, a, known], text: 2))
    #expect(all.secrets == [a, known, b])
    #expect(all.all.map { all.secrets[Int($0.secret)] } == [a, known, a, b, a, known])
    #expect(all.all.map(\.text) == [1, 1, 1, 2, 2, 2])
    #expect(all.droppedCount == 0)
  }

  @Test func `secrets beyond the limit are counted and not kept`() {
    var all = Sightings()
    for number in 0..<(Sightings.maximumSecrets + 5) {
      all.add(.known(number)) {
        Sighting(
          text: 0, secret: $0, detector: nil, offset: 0, line: 1, column: 1, confidence: .high, checksum: nil)
      }
    }
    #expect(all.secrets.count == Sightings.maximumSecrets)
    #expect(all.droppedCount == 5)
    // One that is known already is still taken.
    all.add(.known(0)) {
      Sighting(text: 0, secret: $0, detector: nil, offset: 9, line: 1, column: 10, confidence: .high, checksum: nil)
    }
    #expect(all.droppedCount == 5)
  }
}
