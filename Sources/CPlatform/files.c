#define _GNU_SOURCE
#include "CPlatform.h"
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

#define RETRY(result, call)                                                                                            \
  do {                                                                                                                 \
    (result) = (call);                                                                                                 \
  } while ((result) < 0 && errno == EINTR)

static int answer(int64_t result) { return result < 0 ? -errno : (int)result; }

int cp_open(const char *path, int flags, uint32_t mode) {
  int fd;
  RETRY(fd, open(path, flags | O_CLOEXEC, (mode_t)mode));
  return answer(fd);
}

// Not retried: Linux has released the number even when close(2) says EINTR.
int cp_close(int fd) { return answer(close(fd)); }

int cp_discard(int fd) {
  if (fd > 2) return cp_close(fd);
  int null = cp_open("/dev/null", O_RDWR, 0);
  if (null < 0 || null == fd) return null < 0 ? null : 0;
  int result;
  // The copy is not close-on-exec: a launched program expects all three.
  RETRY(result, dup2(null, fd));
  int failure = result < 0 ? -errno : 0;
  close(null);
  return failure;
}

static void fill(struct cp_status *out, const struct stat *from) {
  out->mode = from->st_mode;
  out->owner = from->st_uid;
  out->size = from->st_size;
  out->device = from->st_dev;
  out->inode = from->st_ino;
}

int cp_status(const char *path, bool follow, struct cp_status *out) {
  struct stat found;
  int result;
  RETRY(result, follow ? stat(path, &found) : lstat(path, &found));
  if (result < 0) return -errno;
  fill(out, &found);
  return 0;
}

int cp_status_fd(int fd, struct cp_status *out) {
  struct stat found;
  int result;
  RETRY(result, fstat(fd, &found));
  if (result < 0) return -errno;
  fill(out, &found);
  return 0;
}

int64_t cp_read(int fd, void *into, size_t count) {
  ssize_t result;
  RETRY(result, read(fd, into, count));
  return result < 0 ? -errno : result;
}

int64_t cp_write(int fd, const void *from, size_t count) {
  ssize_t result;
  RETRY(result, write(fd, from, count));
  return result < 0 ? -errno : result;
}

int64_t cp_pread(int fd, void *into, size_t count, int64_t offset) {
  ssize_t result;
  RETRY(result, pread(fd, into, count, offset));
  return result < 0 ? -errno : result;
}

int64_t cp_pwrite(int fd, const void *from, size_t count, int64_t offset) {
  ssize_t result;
  RETRY(result, pwrite(fd, from, count, offset));
  return result < 0 ? -errno : result;
}

int cp_truncate(int fd, int64_t size) {
  int result;
  RETRY(result, ftruncate(fd, size));
  return answer(result);
}

int cp_fsync(int fd) {
  int result;
  RETRY(result, fsync(fd));
  return answer(result);
}

int cp_chmod_fd(int fd, uint32_t mode) {
  int result;
  RETRY(result, fchmod(fd, (mode_t)mode));
  return answer(result);
}

int cp_flock(int fd, int operation) {
  int result;
  RETRY(result, flock(fd, operation));
  return answer(result);
}

int cp_rename(const char *from, const char *to) {
  int result;
  RETRY(result, rename(from, to));
  return answer(result);
}

int cp_rename_new(const char *from, const char *to) {
  int result;
  RETRY(result, renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE));
  // File systems and sandboxes that do not know the flag; a second name refuses to replace one as well.
  if (result < 0 && (errno == EINVAL || errno == ENOSYS || errno == EPERM)) {
    RETRY(result, link(from, to));
    if (result == 0) unlink(from);
  }
  return answer(result);
}

int cp_unlink(const char *path) { return answer(unlink(path)); }

int cp_mkdir(const char *path, uint32_t mode) { return answer(mkdir(path, (mode_t)mode)); }

int64_t cp_getcwd(char *into, size_t capacity) { return getcwd(into, capacity) == NULL ? -errno : 0; }

char *cp_realpath(const char *path, int *error) {
  char *found = realpath(path, NULL);
  *error = found == NULL ? errno : 0;
  return found;
}

void cp_free(void *memory) { free(memory); }

uint32_t cp_effective_user(void) { return geteuid(); }

// umask(2) can only be read by setting it, which another thread might see; the kernel also tells it in /proc.
uint32_t cp_umask(void) {
  FILE *status = fopen("/proc/self/status", "re");
  unsigned mask = 077;
  if (status != NULL) {
    char line[256];
    while (fgets(line, sizeof line, status) != NULL) {
      if (sscanf(line, "Umask: %o", &mask) == 1) break;
    }
    fclose(status);
  }
  return mask;
}

int cp_random(void *into, size_t count) {
  ssize_t result;
  RETRY(result, getrandom(into, count, 0));
  if (result < 0) return -errno;
  return (size_t)result == count ? 0 : -EIO;
}

int cp_pipe_wait(int fd, int milliseconds) {
  struct pollfd waited = {.fd = fd, .events = POLLIN};
  int result;
  RETRY(result, poll(&waited, 1, milliseconds));
  if (result != 0) return result < 0 ? -errno : 1;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
  // tee(2) reads nothing away: "EAGAIN ... would block", where read(2) says that nobody has it open for writing by 0.
  ssize_t found = tee(fd, ends[1], 1, SPLICE_F_NONBLOCK);
  close(ends[0]);
  close(ends[1]);
  return found == 0 ? 0 : 1;
}

int cp_set_blocking(int fd) {
  int flags = fcntl(fd, F_GETFL);
  return answer(flags < 0 ? flags : fcntl(fd, F_SETFL, flags & ~O_NONBLOCK));
}
