/// This build, in all of Coffer's programs.
package enum Version {
  /// Semantic: https://semver.org.
  package static let current = "0.1.0"
}
