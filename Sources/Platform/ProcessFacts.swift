import CPlatform

/// Facts about this process that the kernel gives.
package enum ProcessFacts {
  /// The process id; a program launched by exec keeps it.
  package static var identifier: Int32 { cp_process_id() }

  /// The soft limit of the stack in bytes (`UInt64.max`: none); a quarter of it is for arguments and environment, execve(2).
  package static var stackLimit: UInt64 { cp_stack_limit() }

  /// The user this process acts as.
  package static var effectiveUser: UInt32 { cp_effective_user() }
}
