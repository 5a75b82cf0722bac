/// A log that a bundle brought, verified whole.
package struct IncomingLog: Sendable {
  /// The bundle's file, for messages.
  package let file: String
  package let archive: VerifiedArchive

  package init(file: String, archive: VerifiedArchive) {
    self.file = file
    self.archive = archive
  }
}
