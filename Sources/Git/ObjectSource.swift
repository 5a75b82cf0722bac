import CGit2

/// One pack as libgit2 reads it. One thread at a time may use it; libgit2 shares what it maps between all of one pack.
@safe final class ObjectSource {
  private let backend: UnsafeMutablePointer<git_odb_backend>

  /// - Throws: `GitError.library`.
  init(index: String) throws(GitError) {
    try Library.start()
    var made: UnsafeMutablePointer<git_odb_backend>?
    let code = unsafe git_odb_backend_one_pack(&made, index)
    guard code == 0, let made = unsafe made else { throw .library(operation: "one_pack", code: code) }
    unsafe backend = made
  }

  deinit { unsafe backend.pointee.free?(backend) }

  /// Lends an object's kind and bytes.
  /// - Throws: `GitError.damaged`.
  func read<Result>(
    _ id: ObjectID, _ body: (ObjectKind, borrowing RawSpan) -> Result
  ) throws(GitError) -> Result {
    var buffer: UnsafeMutableRawPointer?
    var size = 0
    var type = GIT_OBJECT_INVALID
    var name = Self.name(id)
    guard let code = unsafe backend.pointee.read?(&buffer, &size, &type, backend, &name), code == 0 else {
      throw .damaged(id)
    }
    defer { unsafe git_odb_backend_data_free(backend, buffer) }
    guard let kind = ObjectKind(type) else { throw .damaged(id) }
    return body(kind, unsafe RawSpan(_unsafeStart: UnsafeRawPointer(buffer!), byteCount: size))
  }

  /// All ids, in pack order.
  /// - Throws: `GitError.library`.
  func ids() throws(GitError) -> [ObjectID] {
    var ids: [ObjectID] = []
    let code = unsafe withUnsafeMutablePointer(to: &ids) { ids in
      unsafe backend.pointee.foreach?(
        backend,
        { id, ids in
          guard let id = unsafe id, let ids = unsafe ids?.assumingMemoryBound(to: [ObjectID].self) else { return -1 }
          unsafe ids.pointee.append(
            ObjectID(RawSpan(_unsafeStart: UnsafeRawPointer(id), byteCount: ObjectID.byteCount)))
          return 0
        }, ids)
    }
    guard code == 0 else { throw .library(operation: "foreach", code: code ?? -1) }
    return ids
  }

  private static func name(_ id: ObjectID) -> git_oid {
    var name = git_oid()
    unsafe withUnsafeMutableBytes(of: &name) { unsafe id.copy(to: $0) }
    return name
  }
}

extension ObjectKind {
  fileprivate init?(_ type: git_object_t) {
    guard let value = UInt8(exactly: type.rawValue), let kind = ObjectKind(rawValue: value) else { return nil }
    self = kind
  }
}
