import Detection
import Findings
import KnownValues

/// What one worker looks through texts with: the detectors, and the vault's values where there are any.
final class TextSearch {
  private let worker: MatchWorker
  private let known: KnownValueSearch?
  private(set) var sightings = Sightings()
  private(set) var bytes: UInt64 = 0

  init(_ tools: ScanTools) throws(ScanError) {
    known = tools.known
    do throws(DetectionError) { worker = try tools.matcher.makeWorker() } catch { throw .outOfMemory }
  }

  /// Looks through one text.
  /// - Parameter number: what the text will be known by.
  func search(_ text: RawSpan, number: Int32) {
    bytes += UInt64(text.byteCount)
    var candidates: [Candidate] = []
    do throws(DetectionError) {
      let tally = try worker.search(text) { candidates.append($0) }
      sightings.countDropped(tally.overflow + tally.unjudged)
    } catch {
      sightings.countUnsearched()
    }
    var values: [Value] = []
    known?.search(text) { values.append(Value(range: $0, label: $1)) }
    guard !candidates.isEmpty || !values.isEmpty else { return }
    record(candidates, Self.longest(values), text, number)
  }

  /// A value of the vault, as it stands in a text.
  private struct Value {
    let range: Range<Int>
    let label: Int
  }

  /// So many sightings of one text are kept: a log that repeats one value says nothing new after that.
  private static let maximumInText = 10_000

  /// - Parameters:
  ///   - candidates: in the order of their places, none over another.
  ///   - values: likewise.
  private func record(_ candidates: [Candidate], _ values: [Value], _ text: RawSpan, _ number: Int32) {
    var lines = LineIndex()
    var kept = 0
    func add(_ secret: Sighting.Secret, _ range: Range<Int>, _ candidate: Candidate?) {
      if candidate?.isAllowedInline == true { return sightings.countAllowed() }
      guard kept < Self.maximumInText else { return sightings.countDropped(1) }
      kept += 1
      let (line, column) = lines.position(of: range.lowerBound, in: text)
      var confidence = candidate?.confidence ?? .high
      if case .known(let label) = secret {
        confidence = .high
        sightings.note(text.bytes(range), as: label)
      }
      sightings.add(secret) {
        Sighting(
          text: number, secret: $0, detector: candidate.map { Int32($0.detector) }, offset: range.lowerBound,
          line: line, column: column, confidence: confidence, checksum: candidate?.checksum)
      }
    }
    var next = 0
    for value in values {
      while next < candidates.count, candidates[next].secret.upperBound <= value.range.lowerBound {
        add(.bytes(candidates[next].value), candidates[next].secret, candidates[next])
        next += 1
      }
      // A value of the vault is what it is, whatever a detector makes of it or of a part of it.
      var best: Candidate?
      while next < candidates.count, candidates[next].secret.overlaps(value.range) {
        best = best ?? candidates[next]
        next += 1
      }
      add(.known(value.label), value.range, best)
    }
    for candidate in candidates[next...] { add(.bytes(candidate.value), candidate.secret, candidate) }
  }

  /// One value in several forms, or one inside another, is the longest of them.
  private static func longest(_ values: [Value]) -> [Value] {
    let inOrder = values.sorted {
      ($0.range.lowerBound, $1.range.upperBound, $0.label) < ($1.range.lowerBound, $0.range.upperBound, $1.label)
    }
    var kept: [Value] = []
    for value in inOrder {
      guard let last = kept.last, last.range.overlaps(value.range) else {
        kept.append(value)
        continue
      }
      if value.range.count > last.range.count { kept[kept.count - 1] = value }
    }
    return kept
  }
}
