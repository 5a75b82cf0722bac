/// What trees hold of marked blobs, and nothing else of them: a tree reduced to the entries that lead to one.
///
/// Trees that differ only in what is not marked reduce to the same one, so that a secret that stands in one file for
/// 100,000 commits is kept as a handful of reduced trees. A reduced tree is a list of runs of entries; where a run ends
/// depends on the names alone, so that two versions of a folder with thousands of marked files share all runs but the
/// changed ones.
struct MarkedTrees: Sendable {
  /// In bytes, about. A million commits with hundreds of marked files stay below.
  private static let memoryLimit = 1 << 30

  /// Whether no more should be added.
  var isFull: Bool {
    (runs.elementCount + trees.elementCount) * MemoryLayout<Int32>.stride + names.elementCount > Self.memoryLimit
  }

  /// What an entry leads to.
  enum Target: Hashable {
    /// A marked blob, by its number in the inventory.
    case blob(Int32)
    /// A reduced tree.
    case tree(Int32)
    case submodule
  }

  /// The reduced tree without entries.
  static let none: Int32 = 0

  /// Longer names are cut off in what is reported; no file system has longer ones.
  static let nameLimit = 4096

  private var names = SequenceTable<UInt8>()
  /// Each a run of entries: pairs of name and target.
  private var runs = SequenceTable<Int32>()
  /// Each a list of runs.
  private var trees = SequenceTable<Int32>()
  private var scratch: [Int32] = []

  init() { _ = trees.number(of: []) }

  /// The number of different trees that lead to something, and of numbers kept for them.
  var size: (trees: Int, numbers: Int) { (trees.count - 1, runs.elementCount + trees.elementCount) }

  /// An entry on its way in: its name and its target as one number each.
  struct Entry: Hashable, Sendable {
    let name: Int32
    private let code: Int32

    /// - Parameter name: as `number(ofName:)` gave it.
    init(name: Int32, _ target: Target) {
      self.name = name
      // Blobs have numbers from 0, reduced trees that lead anywhere from 1.
      switch target {
      case .blob(let number): code = number
      case .tree(let number): code = -number
      case .submodule: code = .min
      }
    }

    fileprivate init(name: Int32, code: Int32) {
      self.name = name
      self.code = code
    }

    var target: Target { code == .min ? .submodule : code < 0 ? .tree(-code) : .blob(code) }

    fileprivate var words: [Int32] { [name, code] }

    fileprivate func isBefore(_ other: Entry) -> Bool {
      name != other.name ? name < other.name : code < other.code
    }
  }

  /// - Returns: the number of a name.
  mutating func number(ofName name: ArraySlice<UInt8>) -> Int32 { names.number(of: name.prefix(Self.nameLimit)) }

  func name(_ number: Int32) -> ArraySlice<UInt8> { names[number] }

  /// - Returns: the number of the reduced tree of these entries, in whatever order they come.
  mutating func number(of entries: [Entry]) -> Int32 {
    let entries = entries.sorted { $0.isBefore($1) }
    var list: [Int32] = []
    var index = 0
    while index < entries.count {
      scratch.removeAll(keepingCapacity: true)
      repeat {
        scratch.append(contentsOf: entries[index].words)
        index += 1
      } while index < entries.count
        && (entries[index].name == entries[index - 1].name || !Self.beginsRun(entries[index].name))
      list.append(runs.number(of: scratch[...]))
    }
    return trees.number(of: list[...])
  }

  /// The runs of a reduced tree.
  func runs(of tree: Int32) -> ArraySlice<Int32> { trees[tree] }

  /// Hands over the entries of a run.
  func forEachEntry(ofRun run: Int32, _ body: (Entry) -> Void) {
    let words = runs[run]
    for index in stride(from: words.startIndex, to: words.endIndex, by: 2) {
      body(Entry(name: words[index], code: words[index + 1]))
    }
  }

  /// One name in 32 begins a run.
  private static func beginsRun(_ name: Int32) -> Bool { (UInt32(bitPattern: name) &* 0x9e37_79b1) >> 27 == 0 }
}
