/// Reads single objects by their ids, from whichever object folder has them. One a thread.
package final class ObjectReader {
  private let chains: [PackChain]
  private let sources: [ObjectSource]
  private let loose: [LooseObjects]
  private let inflater: Inflater
  /// Of each pack.
  private var memories: [PackChain.Memory]
  private let limit: Int
  /// So many objects are read until the packs' bytes are let go.
  private static let share = 16_384
  private var readCount = 0
  /// The pack that the last object was in: most likely the next one's too.
  private var recent = 0

  init(_ packs: [(files: PackFiles, chain: PackChain)], _ loose: [LooseObjects], limit: Int) throws(GitError) {
    var sources: [ObjectSource] = []
    for pack in packs { sources.append(try ObjectSource(index: pack.files.index)) }
    self.sources = sources
    chains = packs.map(\.chain)
    memories = packs.map { _ in PackChain.Memory() }
    self.loose = loose
    self.limit = limit
    inflater = try Inflater()
  }

  /// Reads an object and lends its bytes. Where one copy is damaged, another one will do.
  /// - Throws: `GitError.missing`, `.damaged`, `.tooLarge`; `.system` when a loose object's file cannot be read.
  package func read<Result>(
    _ id: ObjectID, body: (ObjectKind, borrowing RawSpan) -> Result
  ) throws(GitError) -> Result {
    var failure: GitError?
    readCount += 1
    if readCount % Self.share == 0 { for chain in chains { chain.forget() } }
    for pack in packsInTurn {
      do throws(GitError) {
        guard try chains[pack].end(of: id, limit: limit, &memories[pack], inflater) != nil else { continue }
        let result = try sources[pack].read(id, body)
        recent = pack
        return result
      } catch {
        failure = failure ?? error
      }
    }
    for folder in loose {
      do throws(GitError) {
        guard let object = try folder.read(id, limit: limit, inflater) else { continue }
        // Safe: the bytes outlive the call.
        return body(object.kind, unsafe object.bytes.span.bytes.extracting(droppingFirst: object.header))
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? .missing(id)
  }

  /// An object's kind and size.
  /// - Throws: as `read`.
  package func header(of id: ObjectID) throws(GitError) -> (kind: ObjectKind, size: Int) {
    var failure: GitError?
    for pack in packsInTurn {
      do throws(GitError) {
        guard let end = try chains[pack].end(of: id, limit: limit, &memories[pack], inflater) else { continue }
        return (end.kind, end.size)
      } catch {
        failure = failure ?? error
      }
    }
    for folder in loose {
      do throws(GitError) {
        guard let object = try folder.read(id, limit: limit, inflater) else { continue }
        return (object.kind, object.bytes.count - object.header)
      } catch {
        failure = failure ?? error
      }
    }
    throw failure ?? .missing(id)
  }

  /// The packs, the most recent one first.
  private var packsInTurn: some Sequence<Int> {
    chains.indices.lazy.map { [recent] turn in turn == 0 ? recent : turn <= recent ? turn - 1 : turn }
  }
}
