import Glibc

/// What the reflogs of a repository remember, those of deleted branches too where git kept them. They are text: lines
/// `OLD NEW NAME <MAIL> TIME ZONE`, a tab and a message.
/// Source: git-reflog(1); git's refs/files-backend.c, `show_one_reflog_ent`.
struct Reflogs {
  private(set) var entries: [References.Entry] = []
  private(set) var facts: [RepositoryFact] = []
  private var seen: Set<FolderListing.Identity> = []

  /// The longest reflog that is read.
  private static let sizeLimit = 64 << 20
  private static let depthLimit = 64

  /// Reads all files under the `logs` of a git folder. `prefix` comes before each name.
  mutating func read(_ folder: String, prefix: String) {
    readFolder(folder + "/logs", prefix, "", depth: 0)
  }

  private mutating func readFolder(_ folder: String, _ prefix: String, _ name: String, depth: Int) {
    let names: [String]
    do throws(FileFault) {
      let list = try FolderListing.list(folder + "/" + name)
      names = list.names
      // Git takes any bytes for a name, and this does not.
      if list.leftOut { facts.append(.unreadable(path: folder + "/" + name, code: EILSEQ)) }
    } catch {
      facts.append(error.fact)
      return
    }
    for next in names {
      let name = name.isEmpty ? next : name + "/" + next
      let path = folder + "/" + name
      guard let found = FolderListing.look(path) else { continue }
      if found.kind == .folder {
        guard seen.insert(found.identity).inserted else { continue }
        if depth < Self.depthLimit {
          readFolder(folder, prefix, name, depth: depth + 1)
        } else {
          facts.append(.tooManyReferences(limit: Self.depthLimit))
        }
      } else if entries.count < References.limit {
        readLog(path, prefix + name, Self.holder(of: name))
      }
    }
  }

  private mutating func readLog(_ path: String, _ name: String, _ holder: References.Holder) {
    let bytes: [UInt8]
    do throws(FileFault) {
      guard let read = try SmallFile.read(path, limit: Self.sizeLimit) else { return }
      bytes = read
    } catch {
      facts.append(error.fact)
      return
    }
    var known: Set<ObjectID> = []
    var damaged = 0
    for line in bytes.split(separator: 10) {
      // Of a damaged line whatever is an id is taken all the same.
      let ids = line.prefix(81).split(separator: 32, maxSplits: 2).prefix(2).compactMap { word in
        // Safe: the bytes outlive the call.
        unsafe ObjectID(hex: word.span.bytes)
      }
      if ids.count < 2 { damaged += 1 }
      for id in ids where !id.isZero && known.insert(id).inserted {
        entries.append(References.Entry(name: name, id: id, holder: holder))
      }
    }
    if damaged > 0 { facts.append(.damagedReflog(name: name, lines: damaged)) }
  }

  private static func holder(of name: String) -> References.Holder {
    switch References.holder(of: name) {
    case .remote: .remoteReflog
    case .stash: .stash
    case .reference, .note, .reflog, .remoteReflog: .reflog
    }
  }
}
