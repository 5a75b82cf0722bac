import Detection
import Findings
package import Git
import KnownValues
import Platform

/// A scan of a git repository.
package struct RepositoryScan: Sendable {
  /// How much of it.
  package enum Scope: Sendable, Equatable {
    /// Every object, reachable or not.
    case everything
    /// What the next commit would bring in, by the repository's own index or by another file.
    case staged(indexFile: String?)
    /// What the commits bring in that `A..B` names: those of B that are not of A.
    case range(String)
  }

  private let layout: RepositoryLayout
  private let followsAlternates: Bool
  private let tools: ScanTools

  /// - Parameter followsAlternates: whether object folders outside the repository, which it names itself, are read.
  package init(_ layout: RepositoryLayout, followsAlternates: Bool, _ tools: ScanTools) {
    self.layout = layout
    self.followsAlternates = followsAlternates
    self.tools = tools
  }

  /// - Throws: `ScanError`; what is only incomplete is a gap of the coverage.
  package func run(_ scope: Scope) throws(ScanError) -> ScanOutcome {
    for _ in 0..<Self.retries {
      do throws(ScanError) { return try once(scope) } catch {
        // Git may have packed anew meanwhile, and the packs that were listed are gone: then all is listed again.
        guard case .repository(.library) = error else { throw error }
      }
    }
    return try once(scope)
  }

  private static let retries = 3

  private func once(_ scope: Scope) throws(ScanError) -> ScanOutcome {
    tools.counter.begin(.listing, expected: 0)
    let repository: Repository
    do throws(GitError) { repository = try Repository(layout, followAlternates: followsAlternates) } catch {
      guard case .unsupported(let feature) = error else { throw .repository(error) }
      return try files(instead: feature)
    }
    switch scope {
    case .everything: return try HistoryScan(repository, tools).run()
    case .staged(let file): return try StagedScan(repository, indexFile: file, tools).run()
    case .range(let range): return try RangeScan(repository, range, tools).run()
    }
  }

  /// A file at the root of HEAD's tree: where a bare repository keeps what elsewhere lies in the work tree.
  /// - Returns: nil when there is none that can be read, or it is larger than `limit` bytes.
  package static func fileOfHead(
    _ name: String, limit: Int, _ layout: RepositoryLayout, followsAlternates: Bool
  ) -> [UInt8]? {
    guard let repository = try? Repository(layout, followAlternates: followsAlternates),
      let head = References(layout).head.id, let reader = try? repository.makeReader()
    else { return nil }
    return reader.rootFile(name, of: head, limit: limit)
  }

  /// Objects that cannot be read at all: then the files that lie there, which is better than nothing and never complete.
  private func files(instead feature: FormatFeature) throws(ScanError) -> ScanOutcome {
    guard let workTree = layout.workTree else {
      return ScanOutcome(findings: [], coverage: Self.coverage(of: [FactGaps.gap(feature)]), allowedInline: 0)
    }
    var outcome = try FolderScan.run(workTree, tools)
    outcome.coverage.gaps.insert(FactGaps.gap(feature), at: 0)
    return outcome
  }

  private static func coverage(of gaps: [Coverage.Gap]) -> Coverage {
    var coverage = Coverage()
    coverage.gaps = gaps
    return coverage
  }
}
