#include "CGit2.h"

int cgit2_set_strict_hash_verification(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}
int cgit2_set_caching(int enabled) { return git_libgit2_opts(GIT_OPT_ENABLE_CACHING, enabled); }
int cgit2_set_mwindow(size_t bytes, size_t together) {
  int code = git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, bytes);
  return code != 0 ? code : git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, together);
}
