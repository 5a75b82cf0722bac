package import Platform

/// The policy files that come with this build, as raw text; each owner holds the types.
///
/// A folder named in `COFFER_POLICIES` comes first, file by file: to try a change without building.
package enum Policies {
  /// policies/launch.toml: what may enter a launched program's environment.
  /// - Throws: `FileError` for a file of the overriding folder that exists and cannot be read.
  package static func launch() throws(FileError) -> String {
    try text("launch.toml", embedded: PackageResources.launch_toml)
  }

  /// Far more than any policy needs, in bytes.
  private static let limit = 1 << 20

  private static func text(_ name: String, embedded: [UInt8]) throws(FileError) -> String {
    if let folder = AmbientEnvironment.value(of: "COFFER_POLICIES"), !folder.isEmpty {
      let path = folder + "/" + name
      if Files.exists(path) { return String(decoding: try Files.read(path, limit: limit), as: UTF8.self) }
    }
    return String(decoding: embedded, as: UTF8.self)
  }
}
