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

  /// policies/detectors: what a scan looks for, file by file, each a name and its text.
  /// - Throws: `FileError` for a file of the overriding folder that exists and cannot be read.
  package static func detectors() throws(FileError) -> [(name: String, text: String)] {
    try texts("detectors/", detectorFiles)
  }

  /// policies/rotation: how a secret of one provider is replaced, each a name and its text.
  /// - Throws: `FileError` for a file of the overriding folder that exists and cannot be read.
  package static func playbooks() throws(FileError) -> [(name: String, text: String)] {
    try texts("rotation/", playbookFiles)
  }

  /// policies/platforms: how a hosting platform takes variables, each a name and its text; with the overriding folder's own, by name.
  /// - Throws: `FileError` for a file of the overriding folder that exists and cannot be read.
  package static func recipes() throws(FileError) -> [(name: String, text: String)] {
    var recipes = try texts("platforms/", recipeFiles)
    let builtIn = Set(recipes.map(\.name))
    guard let folder = AmbientEnvironment.value(of: "COFFER_POLICIES"), !folder.isEmpty else { return recipes }
    for file in FolderWalk(folder + "/platforms").files {
      let name = "platforms/" + String(decoding: file.path, as: UTF8.self)
      guard name.hasSuffix(".toml"), !file.path.contains(UInt8(ascii: "/")), !builtIn.contains(name) else { continue }
      let bytes = try Files.read(folder + "/" + name, limit: limit)
      recipes.append((name, String(decoding: bytes, as: UTF8.self)))
    }
    return recipes
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

  private static func texts(
    _ folder: String, _ files: [(name: String, bytes: [UInt8])]
  ) throws(FileError) -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    for file in files {
      texts.append((folder + file.name, try text(folder + file.name, embedded: file.bytes)))
    }
    return texts
  }
}
