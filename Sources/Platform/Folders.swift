import CPlatform

/// Where Coffer keeps its files. Nothing is created here.
package struct Folders: Equatable, Sendable {
  /// The identity and the user's settings.
  package let config: String
  /// The vaults.
  package let data: String
  /// Pins, bindings and launch records of this device.
  package let state: String
  /// What can be lost without harm.
  package let cache: String

  /// The folders of this process: under `COFFER_HOME` when that is set (all four, for tests), else the XDG base directories'
  /// `coffer` folders. Relative XDG paths are ignored, as https://specifications.freedesktop.org/basedir-spec says.
  /// - Throws: ENOENT for "HOME" when neither `COFFER_HOME` nor `HOME` says where to be.
  package static func current() throws(SystemError) -> Folders {
    try resolve { AmbientEnvironment.value(of: $0) }
  }

  static func resolve(_ lookup: (String) -> String?) throws(SystemError) -> Folders {
    func given(_ name: String) -> String? { lookup(name).flatMap { $0.isEmpty ? nil : $0 } }

    if let home = given("COFFER_HOME") {
      let root = try Files.absolute(home)
      return Folders(
        config: root + "/config", data: root + "/data", state: root + "/state", cache: root + "/cache")
    }
    func folder(_ name: String, _ standard: String) throws(SystemError) -> String {
      if let path = given(name), path.hasPrefix("/") { return Files.trimmed(path) + "/coffer" }
      guard let home = given("HOME"), home.hasPrefix("/") else {
        throw SystemError(operation: "HOME", path: nil, code: ENOENT)
      }
      return Files.trimmed(home) + standard + "/coffer"
    }
    return Folders(
      config: try folder("XDG_CONFIG_HOME", "/.config"), data: try folder("XDG_DATA_HOME", "/.local/share"),
      state: try folder("XDG_STATE_HOME", "/.local/state"), cache: try folder("XDG_CACHE_HOME", "/.cache"))
  }
}
