import CPlatform

/// Whether this process runs in a container, where the kernel's user keyring is shared with every other container of that
/// user id.
package enum Containment {
  /// What gave it away, for `doctor`; nil outside of containers.
  package static let detected: String? = find()

  // Marker files such as /.dockerenv also lie in machine images that were made from a container's, and containerd leaves none:
  // the namespaces are the fact. Those of the machine itself have fixed inode numbers (PROC_PID_INIT_INO and PROC_IPC_INIT_INO in
  // the kernel's include/linux/proc_ns.h).
  private static func find() -> String? {
    // WSL 2 puts each distribution of one person into namespaces of its own: those share a keyring rightly.
    let release = try? Files.read("/proc/sys/kernel/osrelease", limit: 4096)
    if let release, String(decoding: release, as: UTF8.self).lowercased().contains("microsoft") { return nil }
    for (name, initial) in [("pid", 0xEFFF_FFFC), ("ipc", 0xEFFF_FFFF)] as [(String, UInt64)] {
      var found = emptyStatus
      guard cp_status("/proc/self/ns/" + name, true, &found) == 0 else { return "no /proc" }
      if found.inode != initial { return "\(name) namespace" }
    }
    return nil
  }
}
