import Glibc

/// The references that are kept in files: one each under `refs/`, and many in `packed-refs`, which the former override.
/// Source: gitrepository-layout(5); git-pack-refs(1); git's refs/files-backend.c.
struct ReferenceFiles {
  /// What a reference's file says.
  private enum Target {
    case id(ObjectID)
    case name(String)
    case broken
  }

  private var targets: [String: Target] = [:]
  private(set) var facts: [RepositoryFact] = []
  private var seen: Set<FolderListing.Identity> = []

  /// The longest `packed-refs` that is read: some 4 million references.
  private static let packedLimit = 256 << 20
  /// Folders within folders.
  private static let depthLimit = 64
  /// A name that leads to a name, as git follows them.
  private static let linkLimit = 5

  /// Reads `packed-refs`: lines `ID NAME`, `^ID` for what a tag above peels to, and `#` comments.
  mutating func readPacked(_ path: String) {
    var wrong = 0
    for line in read(path, limit: Self.packedLimit)?.split(separator: 10) ?? [] {
      if line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: "^") { continue }
      guard line.count > 41, line[line.startIndex + 40] == 32, let id = Self.id(line.prefix(40)) else {
        wrong += 1
        continue
      }
      targets[String(decoding: line.dropFirst(41).trimmed, as: UTF8.self)] = .id(id)
    }
    if wrong > 0 { facts.append(.layout(file: path, .malformed)) }
  }

  /// Reads all files under the `refs` of a git folder. `prefix` comes before each name.
  mutating func readLoose(_ folder: String, prefix: String) {
    readFolder(folder, prefix, "refs", depth: 0)
  }

  private mutating func readFolder(_ folder: String, _ prefix: String, _ name: String, depth: Int) {
    let path = folder + "/" + name
    let names: [String]
    do throws(FileFault) {
      let list = try FolderListing.list(path)
      names = list.names
      // Git takes any bytes for a name, and this does not.
      if list.leftOut { facts.append(.unreadable(path: path, code: EILSEQ)) }
    } catch {
      facts.append(error.fact)
      return
    }
    for next in names {
      let name = name + "/" + next
      guard let found = FolderListing.look(folder + "/" + name) else {
        // A symbolic link to nowhere, or nowhere that may be seen.
        targets[prefix + name] = .broken
        continue
      }
      if found.kind == .folder {
        // Links may lead in circles: each folder once.
        guard seen.insert(found.identity).inserted else { continue }
        if depth < Self.depthLimit {
          readFolder(folder, prefix, name, depth: depth + 1)
        } else {
          facts.append(.tooManyReferences(limit: Self.depthLimit))
        }
      } else if !next.hasSuffix(".lock") {
        guard targets.count < References.limit else {
          facts.append(.tooManyReferences(limit: References.limit))
          return
        }
        // Git may have moved it to `packed-refs` since it was listed.
        if let bytes = read(folder + "/" + name) { targets[prefix + name] = Self.target(bytes) }
      }
    }
  }

  /// What the HEAD in a git folder names.
  func head(_ folder: String) -> References.Head {
    guard let bytes = try? SmallFile.read(folder + "/HEAD") else { return .broken }
    switch Self.target(bytes) {
    case .broken: return .broken
    case .id(let id): return .detached(id)
    case .name(let name):
      // Before 2005 and with git-new-workdir HEAD may be a symbolic link: it then reads as an id.
      switch resolve(name) {
      case .id(let id): return .branch(name, id)
      case .name: return .unborn(name)
      case .broken: return .broken
      }
    }
  }

  /// All references by name, those that name others resolved; broken ones become facts.
  func resolved(_ facts: inout [RepositoryFact]) -> [(name: String, id: ObjectID)] {
    var found: [(name: String, id: ObjectID)] = []
    for name in targets.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      switch resolve(name) {
      case .id(let id): found.append((name, id))
      // Names a reference that is not there: as the HEAD of a remote whose branch is gone. Nothing is lost by that.
      case .name: continue
      case .broken: facts.append(.brokenReference(name: name))
      }
    }
    return found
  }

  /// What git notes in passing beside HEAD: ORIG_HEAD, MERGE_HEAD, FETCH_HEAD and the like.
  func marks(_ folder: String, prefix: String) -> [References.Entry] {
    let names = (try? FolderListing.names(in: folder)) ?? []
    var entries: [References.Entry] = []
    for name in names where name != "HEAD" && name.utf8.allSatisfy({ 65...90 ~= $0 || $0 == 95 }) {
      // Other files of such names hold text for people.
      guard let bytes = try? SmallFile.read(folder + "/" + name, limit: 16 << 20) else { continue }
      let holder: References.Holder = name == "FETCH_HEAD" ? .remoteReflog : .reflog
      var seen: Set<ObjectID> = []
      for line in bytes.split(separator: 10) {
        guard line.count == 40 || line.dropFirst(40).first == 9, let id = Self.id(line.prefix(40)) else { break }
        if seen.insert(id).inserted { entries.append(References.Entry(name: prefix + name, id: id, holder: holder)) }
      }
    }
    return entries
  }

  /// Follows names; `.name` is one that is not there.
  private func resolve(_ name: String) -> Target {
    var name = name
    for _ in 0...Self.linkLimit {
      switch targets[name] {
      case nil: return .name(name)
      case .name(let next): name = next
      case .id(let id): return .id(id)
      case .broken: return .broken
      }
    }
    return .broken
  }

  private mutating func read(_ path: String, limit: Int = SmallFile.usualLimit) -> [UInt8]? {
    do throws(FileFault) { return try SmallFile.read(path, limit: limit) } catch {
      facts.append(error.fact)
      return nil
    }
  }

  private static func target(_ bytes: [UInt8]) -> Target {
    let mark = "ref:".utf8
    if bytes.starts(with: mark) {
      guard let name = String(validating: bytes.dropFirst(mark.count).trimmed, as: UTF8.self), name.hasPrefix("refs/")
      else { return .broken }
      return .name(name)
    }
    // git takes what follows a space after the id for a comment, and so does this.
    let digits = bytes.prefix { $0 != 32 && !(9...13 ~= $0) }
    guard let id = id(digits), !id.isZero else { return .broken }
    return .id(id)
  }

  private static func id(_ digits: ArraySlice<UInt8>) -> ObjectID? {
    // Safe: the bytes outlive the call.
    unsafe ObjectID(hex: digits.span.bytes)
  }
}
