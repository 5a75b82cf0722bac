/// "Did you mean": the known word nearest to a mistyped one.
enum Suggestion {
  /// The nearest of `known`, when it is near enough to be meant; the first of equals.
  static func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let limit = max(1, min(3, word.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in known {
      let distance = self.distance(Array(word.lowercased()), Array(candidate.lowercased()))
      if distance <= limit, distance < (best?.distance ?? .max) { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Optimal string alignment: inserts, deletes, replacements and swaps of neighbours each cost 1.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    // Too long to be a slip of the fingers, and quadratic to compare.
    guard left.count <= 64, right.count <= 64 else { return .max }
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let cost = left[row] == right[column] ? 0 : 1
        var least = min(previous[column + 1] + 1, current[column] + 1, previous[column] + cost)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          least = min(least, beforePrevious[column - 1] + 1)
        }
        current.append(least)
      }
      (beforePrevious, previous) = (previous, current)
    }
    return previous[right.count]
  }
}
