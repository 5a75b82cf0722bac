import CPlatform

/// A descriptor that whoever started this process passed on.
package enum InheritedDescriptor {
  /// Ends it, so that a launched program does not find it open. Standard input, output and errors read and write nothing
  /// from then on.
  package static func discard(_ number: Int32) { _ = cp_discard(number) }

  /// Ends every descriptor of the file or pipe that `path` leads to, however the path is written. Devices are left alone: a
  /// terminal is shared.
  package static func discardAll(of path: String) {
    var wanted = emptyStatus
    guard cp_status(path, true, &wanted) >= 0, wanted.mode & UInt32(S_IFMT) != UInt32(S_IFCHR) else { return }
    for number in Int32(0)..<1024 where number != 1 && number != 2 {
      var found = emptyStatus
      guard cp_status_fd(number, &found) >= 0, found.device == wanted.device, found.inode == wanted.inode else {
        continue
      }
      discard(number)
    }
  }
}
