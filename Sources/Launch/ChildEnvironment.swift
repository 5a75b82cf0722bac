import Platform
import Sealing

/// The environment of a program about to be launched. Injected strings lie in one piece of locked memory; ambient ones stay
/// where they are. Memory files of file variables are closed with this value when no program replaced the process.
package struct ChildEnvironment: ~Copyable {
  /// Where each variable comes from.
  package let plan: EnvironmentPlan
  private let ambient: AmbientBlock
  private let block: SecretBytes
  /// Where in `block` each injected string starts.
  private let starts: [Int]
  /// The names of the injected strings and their lengths, for the error of a block that is too large.
  private let sizes: [(name: String, bytes: Int)]
  private let files: MemoryFiles

  /// - Parameters:
  ///   - variables: in the order they shall stand; each is checked against the limits, not against the refused names (see
  ///     `LaunchPolicy.check`).
  ///   - processIdentifier: of the program that will run: this process for a launch by exec.
  /// - Throws: `LaunchError`.
  package init(
    variables: [LaunchVariable], choice: AmbientChoice, policy: LaunchPolicy,
    processIdentifier: Int32 = ProcessFacts.identifier
  ) throws(LaunchError) {
    try self.init(
      variables: variables, choice: choice, policy: policy, processIdentifier: processIdentifier,
      ambient: AmbientBlock())
  }

  init(
    variables: [LaunchVariable], choice: AmbientChoice, policy: LaunchPolicy, processIdentifier: Int32,
    ambient: AmbientBlock
  ) throws(LaunchError) {
    var names: Set<String> = []
    for variable in variables {
      try LaunchLimits.check(variable)
      guard names.insert(variable.name).inserted else { throw .duplicate(name: variable.name) }
    }
    let plan = EnvironmentPlan(
      ambient: ambient.names, variables: variables.map(\.name), choice: choice, policy: policy)
    let injected = zip(variables, plan.injects).filter(\.1).map(\.0)
    let files = MemoryFiles()
    var values: [Secret] = []
    for variable in injected {
      values.append(
        variable.deliversFile
          ? try files.path(of: variable, processIdentifier: processIdentifier) : variable.value)
    }
    var starts: [Int] = []
    var sizes: [(name: String, bytes: Int)] = []
    var total = 0
    for (variable, value) in zip(injected, values) {
      starts.append(total)
      let bytes = LaunchLimits.stringCount(name: variable.name, valueCount: value.bytes.count)
      sizes.append((variable.name, bytes))
      total += bytes
    }
    do throws(SealingError) {
      var block = try SecretBytes(count: total)
      block.withMutableBytes { memory in
        for (index, start) in starts.enumerated() {
          Self.write(injected[index].name, values[index], at: start, into: &memory)
        }
      }
      self.block = block
    } catch {
      throw .outOfMemory
    }
    self.plan = plan
    self.ambient = ambient
    self.starts = starts
    self.sizes = sizes
    self.files = files
  }

  /// Lends the null-terminated array that execve(2) takes.
  package borrowing func withPointers<R>(
    _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    block.withBytes { memory in
      unsafe memory.withUnsafeBytes { bytes in
        var pointers = unsafe ambient.pointers(where: plan.passes)
        for start in starts {
          // The memory is only ever read through these: exec wants a mutable type for C's sake.
          let string = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress! + start)
          unsafe pointers.append(string.assumingMemoryBound(to: CChar.self))
        }
        unsafe pointers.append(nil)
        return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
      }
    }
  }

  /// Checks arguments and environment together against what the kernel takes.
  /// - Parameter arguments: length in bytes of each argument, the program's path first, without terminating zeros.
  /// - Throws: `LaunchError.tooMuch`.
  package borrowing func checkTotal(
    arguments: [Int], limit: Int = LaunchLimits.totalLimit()
  ) throws(LaunchError) {
    let pointer = MemoryLayout<UInt>.size
    let inherited = ambient.sizes(where: plan.passes)
    // The kernel keeps the program's path beside the arguments.
    var bytes = (arguments.first ?? 0) + 1
    for count in arguments { bytes += count + 1 + pointer }
    for entry in inherited { bytes += entry.bytes + pointer }
    for entry in sizes { bytes += entry.bytes + pointer }
    guard bytes > limit else { return }
    let largest = (inherited + sizes).sorted { $0.bytes > $1.bytes }.prefix(3).map(\.name)
    throw .tooMuch(bytes: bytes, limit: limit, largest: Array(largest))
  }

  private static func write(
    _ name: String, _ value: Secret, at start: Int, into memory: inout MutableRawSpan
  ) {
    var place = start
    for byte in name.utf8 {
      memory.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
      place += 1
    }
    memory.storeBytes(of: UInt8(ascii: "="), toByteOffset: place, as: UInt8.self)
    place += 1
    let count = value.bytes.count
    value.bytes.withBytes { source in
      unsafe memory.withUnsafeMutableBytes { target in
        unsafe source.withUnsafeBytes { source in
          guard let base = source.baseAddress else { return }
          unsafe (target.baseAddress! + place).copyMemory(from: base, byteCount: count)
        }
      }
    }
    memory.storeBytes(of: 0, toByteOffset: place + count, as: UInt8.self)
  }
}
