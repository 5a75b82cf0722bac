#define _GNU_SOURCE
#include "CPlatform.h"
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <unistd.h>

bool cp_is_single_threaded(void) {
  // A folder has two links, and /proc/PID/task one more for each thread (proc_task_getattr in the kernel's fs/proc/base.c).
  struct stat tasks;
  if (stat("/proc/self/task", &tasks) == 0) return tasks.st_nlink == 3;
  // Without /proc, glibc knows of those that pthread_create made.
  return __libc_single_threaded;
}

int cp_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0; }

// Both limits, so that nothing raises it again; one that is lower already stays.
static int lower(__rlimit_resource_t resource, uint64_t limit) {
  struct rlimit both;
  if (getrlimit(resource, &both) < 0) return -errno;
  if (limit < both.rlim_cur) both.rlim_cur = limit;
  if (limit < both.rlim_max) both.rlim_max = limit;
  return setrlimit(resource, &both) < 0 ? -errno : 0;
}

int cp_forbid_core_dumps(void) { return lower(RLIMIT_CORE, 0); }

int cp_limit_data(uint64_t bytes) { return lower(RLIMIT_DATA, bytes); }

// What Debian 12's <linux/landlock.h> does not have yet. https://docs.kernel.org/userspace-api/landlock.html; the values are
// those of include/uapi/linux/landlock.h in Linux 6.15.
#define FS_TRUNCATE (1ULL << 14)              // version 3
#define FS_IOCTL_DEV (1ULL << 15)             // version 5
#define NET_BIND_TCP (1ULL << 0)              // version 4
#define NET_CONNECT_TCP (1ULL << 1)           // version 4
#define SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0) // version 6
#define SCOPE_SIGNAL (1ULL << 1)              // version 6

// struct landlock_ruleset_attr as of version 6. An older kernel takes the longer structure as long as what it does not know
// is zero.
struct ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

static uint64_t known_file_rights(int version) {
  uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1; // version 1: EXECUTE to MAKE_SYM
  if (version >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rights |= FS_TRUNCATE;
  if (version >= 5) rights |= FS_IOCTL_DEV;
  return rights;
}

int cp_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? -errno : (int)version;
}

int cp_landlock_create(int version) {
  struct ruleset rules = {.handled_access_fs = known_file_rights(version)};
  if (version >= 4) rules.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP;
  if (version >= 6) rules.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
  // The descriptor is close-on-exec.
  long ruleset = syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
  return ruleset < 0 ? -errno : (int)ruleset;
}

static int allow(int ruleset, int version, int place, bool writing) {
  struct stat found;
  if (fstat(place, &found) < 0) return -errno;
  uint64_t rights = LANDLOCK_ACCESS_FS_READ_FILE;
  if (writing) rights |= LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE;
  // Rights over a folder's entries are EINVAL for anything else.
  if (S_ISDIR(found.st_mode)) {
    rights |= LANDLOCK_ACCESS_FS_READ_DIR;
    // What it takes to write a new file and to rename it over the old one, in this folder or in one below.
    if (writing) rights |= LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_REFER;
  }
  struct landlock_path_beneath_attr rule = {
    .allowed_access = rights & known_file_rights(version), .parent_fd = place};
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

int cp_landlock_allow(int ruleset, int version, const char *path, bool writing) {
  int place = cp_open(path, O_PATH, 0);
  if (place < 0) return place;
  int result = allow(ruleset, version, place, writing);
  close(place);
  return result;
}

int cp_landlock_enforce(int ruleset) {
  return syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? -errno : 0;
}
