import CPlatform

/// A descriptor that whoever started this process passed on.
package enum InheritedDescriptor {
  /// Ends it, so that a launched program does not find it open. Standard input, output and errors read and write nothing
  /// from then on.
  package static func discard(_ number: Int32) { _ = cp_discard(number) }
}
