import CPlatform

/// Facts about this process that the kernel gives.
package enum ProcessFacts {
  /// The process id; a program launched by exec keeps it.
  package static var identifier: Int32 { cp_process_id() }

  /// The soft limit of the stack in bytes (`UInt64.max`: none); a quarter of it is for arguments and environment, execve(2).
  package static var stackLimit: UInt64 { cp_stack_limit() }

  /// The most memory that this process may lock, in bytes (`UInt64.max`: any): RLIMIT_MEMLOCK of getrlimit(2).
  package static var lockedMemoryLimit: UInt64 { cp_lock_limit() }

  /// The machine's name; empty when the kernel does not tell.
  package static var hostName: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      cp_host_name(buffer.baseAddress!, 256) < 0 ? "" : String(cString: buffer.baseAddress!)
    }
  }

  /// Which start of the machine this is: the text of /proc/sys/kernel/random/boot_id, random(4); nil without /proc.
  package static var bootIdentifier: String? {
    guard let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", limit: 64) else { return nil }
    return String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)
  }

  /// When this process started, in clock ticks after the machine did: field 22 of /proc/self/stat, proc_pid_stat(5). With the
  /// boot's and the process's id it names one process for ever, a program launched by exec included; nil without /proc.
  package static var startTime: UInt64? {
    guard let bytes = try? Files.read("/proc/self/stat", limit: 4096),
      // The second field is the program's name in parentheses, and may hold anything.
      let end = bytes.lastIndex(of: UInt8(ascii: ")"))
    else { return nil }
    let fields = bytes[(end + 1)...].split(separator: 0x20)
    guard fields.count > 19 else { return nil }
    return UInt64(String(decoding: fields[19], as: UTF8.self))
  }
}
