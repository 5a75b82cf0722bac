#define _GNU_SOURCE
#include "CPlatform.h"
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

// As system(3) does: while the command runs, the keyboard's signals are its business. Who ignores SIGCHLD has no children to
// wait for: wait(2).
static const int touched[] = {SIGINT, SIGQUIT, SIGCHLD};
enum { TOUCHED = sizeof touched / sizeof *touched };

static int spawn(const char *file, char *const *argv, char *const *envp, int input, int output,
                 const sigset_t *defaults, pid_t *pid) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none;
  sigemptyset(&none);
  int code = posix_spawn_file_actions_init(&files);
  if (code != 0) return code;
  code = posix_spawnattr_init(&attributes);
  if (code != 0) {
    posix_spawn_file_actions_destroy(&files);
    return code;
  }
  if (input < 0) {
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  } else {
    posix_spawn_file_actions_adddup2(&files, input, 0);
  }
  posix_spawn_file_actions_adddup2(&files, output < 0 ? 2 : output, 1);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);
  posix_spawnattr_setsigdefault(&attributes, defaults);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  code = posix_spawn(pid, file, &files, &attributes, argv, envp);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return code;
}

int cp_run(const char *file, char *const *argv, char *const *envp, const struct cp_streams *streams, int *status) {
  struct sigaction during, before[TOUCHED];
  memset(&during, 0, sizeof during);
  sigset_t defaults;
  sigemptyset(&defaults);
  for (size_t i = 0; i < TOUCHED; i++) {
    during.sa_handler = touched[i] == SIGCHLD ? SIG_DFL : SIG_IGN;
    sigaction(touched[i], &during, &before[i]);
    // What this process was started with as ignored stays so for the command.
    if (before[i].sa_handler != SIG_IGN) sigaddset(&defaults, touched[i]);
  }
  pid_t pid;
  int code = spawn(file, argv, envp, streams->input, streams->output, &defaults, &pid), ended = 0;
  if (code == 0) {
    // Not left to SIGPIPE, which the program may ignore, or have been started with as ignored.
    if (streams->meanwhile && streams->meanwhile(streams->context) != 0) kill(pid, SIGKILL);
    while (waitpid(pid, &ended, 0) < 0) {
      if (errno == EINTR) continue;
      code = errno;
      break;
    }
  }
  for (size_t i = 0; i < TOUCHED; i++) sigaction(touched[i], &before[i], NULL);
  if (code != 0) return -code;
  *status = WIFSIGNALED(ended) ? -WTERMSIG(ended) : WEXITSTATUS(ended);
  return 0;
}

int cp_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0; }

int cp_pipe_holding(const void *from, size_t count) {
  int ends[2];
  int code = cp_pipe(ends);
  if (code < 0) return code;
  // pipe(7): a write to a full pipe would wait for a reader that does not exist yet.
  if (count > 65536 && fcntl(ends[1], F_SETPIPE_SZ, (int)count) < 0) code = -errno;
  if (code == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) < 0) code = -errno;
  for (size_t done = 0; code == 0 && done < count;) {
    ssize_t written = write(ends[1], (const char *)from + done, count - done);
    if (written > 0) {
      done += (size_t)written;
    } else if (errno != EINTR) {
      code = errno == EAGAIN ? -ENOBUFS : -errno;
    }
  }
  close(ends[1]);
  if (code == 0) return ends[0];
  close(ends[0]);
  return code;
}

int cp_unread(int fd) {
  int count = 0;
  return ioctl(fd, FIONREAD, &count) < 0 ? -errno : count;
}
