/// A way to tell what a scan found.
package protocol Report {
  /// Gives the report piece by piece. It sorts `findings` itself, so the same findings give the same bytes.
  /// - Parameters:
  ///   - findings: the open ones, and those of dead values.
  ///   - summary: of the same scan.
  ///   - sink: takes bytes; pieces end at line ends.
  /// - Throws: only what `sink` throws.
  func write<E: Error>(
    _ findings: [Finding], _ summary: ScanSummary, to sink: ([UInt8]) throws(E) -> Void
  ) throws(E)
}
