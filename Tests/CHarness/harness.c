#define _GNU_SOURCE
#include "CHarness.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int harness_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

int harness_terminal(char *path, size_t capacity, unsigned short rows, unsigned short columns) {
  int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return -errno;
  struct winsize size = {.ws_row = rows, .ws_col = columns};
  if (grantpt(fd) != 0 || unlockpt(fd) != 0 || ioctl(fd, TIOCSWINSZ, &size) != 0) {
    int code = errno;
    close(fd);
    return -code;
  }
  int code = ptsname_r(fd, path, capacity);
  if (code != 0) {
    close(fd);
    return -code;
  }
  return fd;
}

int harness_spawn(pid_t *pid, char *const argv[], char *const envp[], const char *folder, const char *terminal,
                  const int *targets, const int *sources, size_t count) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_addchdir_np(&actions, folder);
  if (terminal != NULL) {
    // setsid comes before the file actions: the first terminal opened becomes the controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&actions, 0, 1);
    posix_spawn_file_actions_adddup2(&actions, 0, 2);
  }
  // Sources move out of the targets' way, so that no dup2 overwrites the source of a later one.
  int moved[16];
  int highest = 2, code = count <= 16 ? 0 : E2BIG;
  size_t made = 0;
  for (; code == 0 && made < count; made++) {
    moved[made] = fcntl(sources[made], F_DUPFD_CLOEXEC, 100);
    if (moved[made] < 0) {
      code = errno;
      break;
    }
    posix_spawn_file_actions_adddup2(&actions, moved[made], targets[made]);
    if (targets[made] > highest) highest = targets[made];
  }
  posix_spawn_file_actions_addclosefrom_np(&actions, highest + 1);

  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (code == 0) code = posix_spawnp(pid, argv[0], &actions, &attributes, argv, envp);

  for (size_t i = 0; i < made; i++) close(moved[i]);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return -code;
}

bool harness_contains(const void *hay, size_t hay_count, const void *needle, size_t needle_count) {
  return memmem(hay, hay_count, needle, needle_count) != NULL;
}
