import Git

/// Everything that walking a pack gives, by entry.
struct PackContents {
  struct Object: Hashable {
    var kind: ObjectKind
    var bytes: [UInt8]
  }

  private(set) var objects: [Int: Object] = [:]
  private(set) var failures: [Int: PackError] = [:]
  /// Entries in the order in which they came.
  private(set) var order: [Int] = []

  init(
    _ pack: Pack, kinds: ObjectKinds = .all, limit: Int = 256 << 20, heldLimit: Int = 512 << 20
  ) throws {
    var walker = try PackWalker(limit: limit, heldLimit: heldLimit)
    try self.init(pack, chunks: 0..<pack.chunkCount, kinds: kinds, walker: &walker)
  }

  init(_ pack: Pack, chunks: some Sequence<Int>, kinds: ObjectKinds = .all, walker: inout PackWalker) throws {
    var (objects, failures, order): ([Int: Object], [Int: PackError], [Int]) = ([:], [:], [])
    var repeated = 0
    for chunk in chunks {
      walker.walk(pack, chunk: chunk, kinds: kinds) { entry, kind, span in
        let object = Object(kind: kind, bytes: span.withUnsafeBytes { Array($0) })
        if objects.updateValue(object, forKey: entry) != nil { repeated += 1 }
        order.append(entry)
      } failed: { entry, error in
        if failures.updateValue(error, forKey: entry) != nil { repeated += 1 }
      }
    }
    guard repeated == 0, objects.keys.allSatisfy({ failures[$0] == nil }) else {
      throw GitSandbox.Failure(text: "an entry came twice")
    }
    (self.objects, self.failures, self.order) = (objects, failures, order)
  }
}

extension GitSandbox {
  /// What git itself reads: the oracle.
  func contents(of ids: [ObjectID], in folder: String = "repo") throws -> [ObjectID: PackContents.Object] {
    let kinds: [Substring: ObjectKind] = ["commit": .commit, "tree": .tree, "blob": .blob, "tag": .tag]
    let asked = ids.map { $0.hex + "\n" }.joined()
    let printed = try git(in: folder, "cat-file", "--batch", "--buffer", input: Array(asked.utf8)).bytes
    var contents: [ObjectID: PackContents.Object] = [:]
    var rest = printed[...]
    while let newline = rest.firstIndex(of: 10) {
      let words = String(decoding: rest[..<newline], as: UTF8.self).split(separator: " ")
      guard words.count == 3, let id = ObjectID(hex: String(words[0])), let kind = kinds[words[1]],
        let size = Int(words[2])
      else { throw Failure(text: "cat-file: \(words)") }
      let start = newline + 1
      contents[id] = PackContents.Object(kind: kind, bytes: Array(rest[start..<start + size]))
      rest = rest[(start + size + 1)...]
    }
    return contents
  }

  /// Opens a pack by its path.
  func open(_ pack: String) throws -> Pack {
    try Pack(index: String(pack.dropLast(4)) + "idx", pack: pack)
  }

  /// Commits many versions of some files at once, with tags, through fast-import: long chains of deltas for a pack.
  func importHistory(
    in folder: String = "repo", commits: Int, files count: Int = 3, lines: Int = 60, growing: Bool = false
  ) throws {
    var stream = ""
    var numbers = FixedNumbers(state: 7)
    var files = (0..<count).map { file in (0..<lines).map { "file \(file) line \($0) \(numbers.next())" } }
    for commit in 0..<commits {
      let file = commit % files.count
      files[file][Int(numbers.next() % UInt64(lines))] = "changed in \(commit) \(numbers.next())"
      if growing {
        files[file].append("more in \(commit)")
      } else if commit % 7 == 0 {
        files[file].swapAt(0, lines / 2)
      }
      let text = files[file].joined(separator: "\n")
      stream += "commit refs/heads/main\nmark :\(commit + 1)\n"
      stream += "committer A U Thor <author@example.com> \(1_700_000_000 + commit) +0000\n"
      stream += "data 7\nchange\n"
      stream += "M 100644 inline folder/\(file).txt\ndata \(text.utf8.count)\n\(text)\n\n"
    }
    stream += "tag v1\nfrom :\(commits)\ntagger A U Thor <author@example.com> 1700000000 +0000\ndata 4\nv1.0\n"
    try git(in: folder, "fast-import", "--quiet", input: Array(stream.utf8))
  }
}

/// The same numbers every time: SplitMix64, Steele, Lea and Flood 2014.
struct FixedNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return mixed ^ mixed >> 31
  }
}
