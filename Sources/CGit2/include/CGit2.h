// libgit2, https://libgit2.org/libgit2. Only Git may import it.
#ifndef COFFER_CGIT2_H
#define COFFER_CGIT2_H

#include <git2.h>
#include <git2/sys/odb_backend.h>

// git_libgit2_opts is variadic, which Swift cannot call. Each returns libgit2's code.
int cgit2_set_strict_hash_verification(int enabled);
int cgit2_set_caching(int enabled);
// How much of a pack is mapped at a time, and of all packs together.
int cgit2_set_mwindow(size_t bytes, size_t together);

#endif
