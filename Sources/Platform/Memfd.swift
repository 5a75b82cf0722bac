import CPlatform

/// A file that exists only in memory: memfd_create(2).
package enum Memfd {
  /// A sealed file (it can be neither written, grown, shrunk nor unsealed) that launched programs inherit.
  ///
  /// Its path for them and for their children is `/proc/PID/fd/N`. It lies in swappable memory, unlike locked memory.
  /// - Parameters:
  ///   - name: shown in /proc as `memfd:name`; at most 249 bytes.
  ///   - mode: permission bits; OpenSSH refuses a key that others could read.
  /// - Returns: the descriptor, at least 100 where the limit on open files allows, without close-on-exec.
  package static func create(
    name: String, contents: RawSpan, mode: UInt32 = 0o400
  ) throws(SystemError) -> Int32 {
    let answer = contents.withUnsafeBytes { bytes in
      cp_memfd_sealed(name, bytes.baseAddress, bytes.count, mode, 100)
    }
    return try checked("memfd_create", nil, answer)
  }

  /// Closes a descriptor that is not needed after all.
  package static func close(_ descriptor: Int32) { _ = cp_close(descriptor) }
}
