import Findings
import Git

/// Searches the names of files themselves: those of HEAD, those that are staged, and those of every place that a report names.
/// A token in a name is a leak like one in a file, and a report must not show it.
struct NameSearch {
  /// So many names of HEAD are searched; a hostile tree has any number.
  static let limit = 200_000

  private(set) var sightings = Sightings()
  private(set) var placed: [FindingAssembly.Placed] = []

  /// - Parameters:
  ///   - head: HEAD's tree, if there is one.
  ///   - staged: paths of the index.
  ///   - named: what else a report names.
  init(
    head: TreeFiles, staged: [[UInt8]], named: [[UInt8]], _ tools: ScanTools
  ) throws(ScanError) {
    let search = try TextSearch(tools)
    let paths = Set(head.files.keys).union(staged).union(named)
    let sorted = paths.sorted { $0.lexicographicallyPrecedes($1) }
    for (number, path) in sorted.enumerated() { unsafe search.search(path.span.bytes, number: Int32(number)) }
    sightings = search.sightings
    for sighting in sightings.all {
      let path = sorted[Int(sighting.text)]
      let isInHead = head.files[path] != nil
      placed.append(
        FindingAssembly.Placed(
          sighting: sighting,
          place: Place(
            source: .path, file: path, line: 1, column: sighting.column, isInHead: isInHead,
            reach: isInHead ? .reference : .none, offset: sighting.offset)))
    }
  }
}
