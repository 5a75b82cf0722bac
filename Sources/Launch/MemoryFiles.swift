import Platform
import Sealing

/// The memory files of one launch; closed when no program took them over.
final class MemoryFiles {
  private var descriptors: [Int32] = []

  /// Puts the variable's value into a memory file and says where the launched process and its children find it.
  ///
  /// The process's own number stands in the path: npm and Python close inherited descriptors in their children, where
  /// `/proc/self/fd` would lead nowhere.
  func path(of variable: LaunchVariable, processIdentifier: Int32) throws(LaunchError) -> Secret {
    do throws(SystemError) {
      let descriptor = try variable.value.bytes.withBytes { (bytes) throws(SystemError) -> Int32 in
        try Memfd.create(name: variable.name, contents: bytes, mode: variable.fileMode)
      }
      descriptors.append(descriptor)
    } catch {
      throw .fileVariable(name: variable.name, error)
    }
    let path = "/proc/\(processIdentifier)/fd/\(descriptors[descriptors.count - 1])"
    do throws(SealingError) {
      return Secret(try SecretBytes(copying: Array(path.utf8)))
    } catch {
      throw .outOfMemory
    }
  }

  deinit {
    for descriptor in descriptors { Memfd.close(descriptor) }
  }
}
