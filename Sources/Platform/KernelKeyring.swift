import CPlatform

package enum KeyringError: Error, Equatable, Sendable {
  /// No keyring here: built without it, refused by seccomp, or shared with strangers as in a container.
  case unavailable
  /// The user's quota of keys or key bytes is used up (/proc/sys/kernel/keys/).
  case quota
  /// More than `KernelKeyring.payloadLimit` bytes, or than the memory lent to read it.
  case tooLarge
  /// Another errno.
  case system(Int32)

  init(code: Int32) {
    switch code {
    case ENOSYS, EPERM, EACCES, EOPNOTSUPP: self = .unavailable
    case EDQUOT: self = .quota
    default: self = .system(code)
    }
  }
}

/// Keys of type "user" in the kernel's user keyring: memory that is never swapped, outlives the process and ends by itself.
///
/// Every process of the same user, in every terminal and login session, can read them until they expire, are removed, or the
/// machine restarts; they outlive a logout. Source: keyrings(7), user-keyring(7), keyctl(2).
package enum KernelKeyring {
  /// The kernel's limit for one "user" key, in bytes.
  package static let payloadLimit = 32767

  /// Creates or replaces the key `description` for `seconds` (at least 1).
  /// - Throws: `KeyringError`; in a container `.unavailable`, because the keyring belongs to the user id, whoever else has it.
  package static func store(
    description: String, payload: RawSpan, timeout seconds: UInt32
  ) throws(KeyringError) {
    precondition(seconds > 0, "a key without an end is never wanted")
    guard Containment.detected == nil else { throw .unavailable }
    guard payload.byteCount > 0, payload.byteCount <= payloadLimit else { throw .tooLarge }
    let answer = payload.withUnsafeBytes {
      cp_keyring_store(description, $0.baseAddress!, $0.count, seconds)
    }
    guard answer >= 0 else { throw KeyringError(code: -answer) }
  }

  /// Reads the key into lent memory.
  /// - Returns: the payload's length in bytes; nil when there is no such key, or not any more.
  /// - Throws: `.tooLarge` when the lent memory is too small.
  package static func read(
    _ description: String, into buffer: inout MutableRawSpan
  ) throws(KeyringError) -> Int? {
    guard Containment.detected == nil else { throw .unavailable }
    let capacity = buffer.byteCount
    let answer = buffer.withUnsafeMutableBytes { lent in
      cp_keyring_read(description, lent.baseAddress, capacity)
    }
    if answer < 0 {
      if isAbsent(Int32(-answer)) { return nil }
      throw KeyringError(code: Int32(-answer))
    }
    guard answer <= capacity else { throw .tooLarge }
    return Int(answer)
  }

  /// Whether there is such a key, without reading it.
  package static func contains(_ description: String) -> Bool {
    Containment.detected == nil && cp_keyring_read(description, nil, 0) >= 0
  }

  /// Ends the key for every process at once.
  /// - Returns: false when there was none.
  @discardableResult
  package static func remove(_ description: String) throws(KeyringError) -> Bool {
    guard Containment.detected == nil else { throw .unavailable }
    let answer = cp_keyring_remove(description)
    if answer < 0 {
      if isAbsent(-answer) { return false }
      throw KeyringError(code: -answer)
    }
    return true
  }

  /// The descriptions of the keys that start with `prefix`, ended ones perhaps among them.
  /// - Throws: `KeyringError`; `.tooLarge` for a keyring of more keys than Coffer would ever look through.
  package static func descriptions(startingWith prefix: String) throws(KeyringError) -> [String] {
    guard Containment.detected == nil else { throw .unavailable }
    var found: [String] = []
    for key in try keys() {
      var answer: Int64 = 0
      // keyctl(2), KEYCTL_DESCRIBE: "type;uid;gid;perm;description"; a description has 4,095 bytes at most.
      let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 8192) { buffer in
        answer = cp_keyring_describe(key, buffer.baseAddress!, buffer.count)
        return answer < 0 || answer > buffer.count ? "" : String(cString: buffer.baseAddress!)
      }
      let fields = text.split(separator: ";", maxSplits: 4, omittingEmptySubsequences: false)
      guard fields.count == 5, fields[0] == "user", fields[4].hasPrefix(prefix) else { continue }
      found.append(String(fields[4]))
    }
    return found
  }

  private static func keys() throws(KeyringError) -> [Int32] {
    let most = 1 << 16
    var capacity = 1024
    while capacity <= most {
      var answer: Int64 = 0
      let size = MemoryLayout<Int32>.size
      let keys = [Int32](unsafeUninitializedCapacity: capacity) { buffer, count in
        answer = cp_keyring_list(buffer.baseAddress!, buffer.count * size)
        count = answer < 0 || answer > buffer.count * size ? 0 : Int(answer) / size
      }
      guard answer >= 0 else { throw KeyringError(code: Int32(-answer)) }
      if answer <= capacity * size { return keys }
      capacity *= 4
    }
    throw .tooLarge
  }

  /// Whether keys can be kept here at all.
  package static var isAvailable: Bool {
    guard Containment.detected == nil else { return false }
    let answer = cp_keyring_read("coffer:availability", nil, 0)
    return answer >= 0 || isAbsent(Int32(-answer))
  }

  private static func isAbsent(_ code: Int32) -> Bool {
    code == ENOKEY || code == EKEYEXPIRED || code == EKEYREVOKED
  }
}
