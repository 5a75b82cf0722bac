import CGit2

/// libgit2, set up once for the whole process. Only packs are read through it, one backend a pack: it opens no repository, so that
/// no configuration, ownership or extension concerns it, and it follows no alternates and no multi-pack-index by itself.
enum Library {
  /// - Throws: `GitError.library` when libgit2 does not start.
  static func start() throws(GitError) {
    guard code >= 0 else { throw .library(operation: "init", code: code) }
  }

  private static let code: Int32 = {
    // "This function must be called before any other libgit2 function" (git2/global.h). It counts its callers; never shut down.
    let started = git_libgit2_init()
    guard started >= 0 else { return started }
    // A scan looks for leaks and not for forged ids: hashing each object again would cost more than reading it.
    // Mapped as a whole, as by default, a large pack would count as this process's memory.
    let settings = [
      cgit2_set_strict_hash_verification(0), cgit2_set_caching(0), cgit2_set_mwindow(16 << 20, 128 << 20),
    ]
    return settings.min() ?? 0
  }()
}
