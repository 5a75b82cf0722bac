#define _GNU_SOURCE
#include "CPlatform.h"
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t cp_output(
    const char *file, char *const *argv, char *const *envp, void *into, size_t capacity, int milliseconds) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  posix_spawn_file_actions_t files;
  pid_t pid;
  int code = posix_spawn_file_actions_init(&files);
  if (code == 0) {
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], 1);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, 3);
    code = posix_spawn(&pid, file, &files, NULL, argv, envp);
    posix_spawn_file_actions_destroy(&files);
  }
  close(ends[1]);
  if (code != 0) {
    close(ends[0]);
    return -code;
  }
  int64_t done = 0, end = now() + milliseconds;
  while ((size_t)done < capacity) {
    struct pollfd waited = {.fd = ends[0], .events = POLLIN};
    int64_t left = end - now();
    int ready = left > 0 ? poll(&waited, 1, (int)left) : 0;
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      done = -ETIMEDOUT;
      break;
    }
    ssize_t count = read(ends[0], (char *)into + done, capacity - (size_t)done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    done += count;
  }
  close(ends[0]);
  // It may go on without its output; nobody waits for it then.
  kill(pid, SIGKILL);
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
  return done;
}
