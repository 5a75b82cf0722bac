/// An identity at hand for as long as a sync needs it.
package final class UnlockedIdentity: Sendable {
  package let identity: Identity

  package init(_ identity: consuming Identity) { self.identity = identity }
}
