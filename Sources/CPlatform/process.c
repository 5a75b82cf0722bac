#define _GNU_SOURCE
#include "CPlatform.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// Linux 6.3; older kernels answer EINVAL. https://docs.kernel.org/userspace-api/mfd_noexec.html
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

extern char **environ;

static int captured_count;
static char **captured;

// glibc passes main's arguments to constructors. Swift's own CommandLine reads /proc/self/cmdline, which an empty root
// does not have, and Strings lose bytes that are not UTF-8.
__attribute__((constructor(101))) static void capture(int argc, char **argv) {
  captured_count = argc;
  captured = argv;
}

static char **environment_before;
static char **environment_with_root;

// In an empty root, without /proc, Swift's runtime looks for its own place before main, finds none and aborts ("Unable to
// obtain Swift runtime path"), unless SWIFT_ROOT says it. So it is said, before the runtime's own constructor runs, in a copy
// of the environment's array that launched programs never see.
__attribute__((constructor(102))) static void say_root(void) {
  char byte;
  if (readlink("/proc/self/exe", &byte, 1) >= 0) return;
  size_t count = 0;
  while (environ[count] != NULL) count++;
  char **copy = calloc(count + 2, sizeof *copy);
  if (copy == NULL) return;
  static char root[] = "SWIFT_ROOT=/";
  memcpy(copy, environ, count * sizeof *copy);
  copy[count] = root;
  environment_before = environ;
  environ = environment_with_root = copy;
}

int cp_arguments_count(void) { return captured_count; }

char **cp_arguments(void) { return captured; }

char **cp_environment(void) {
  return environment_with_root != NULL && environ == environment_with_root ? environment_before : environ;
}

const char *cp_error_message(int code) { return strerrordesc_np(code); }

int cp_set_dumpable(int value) { return prctl(PR_SET_DUMPABLE, value, 0, 0, 0) < 0 ? -errno : 0; }

void cp_crash_silently(void) {
  static const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGBUS, SIGSEGV, SIGSYS};
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) {
    struct sigaction action;
    if (sigaction(crashes[i], NULL, &action) != 0) continue;
    // What the parent ignores stays ignored: a launched program is to find it so.
    if (!(action.sa_flags & SA_SIGINFO) && (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN)) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(crashes[i], &action, NULL);
  }
}

static void ignore(int signal) { (void)signal; }

void cp_survive(int signal) {
  struct sigaction action;
  if (sigaction(signal, NULL, &action) != 0 || action.sa_handler != SIG_DFL) return;
  memset(&action, 0, sizeof action);
  action.sa_handler = ignore;
  sigaction(signal, &action, NULL);
}


int cp_execvpe(const char *file, char *const *argv, char *const *envp) {
  execvpe(file, argv, envp);
  return -errno;
}

int cp_access_write(const char *path) { return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0 ? -errno : 0; }

int cp_access_execute(const char *path) { return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0; }

static int fail_closed(int fd) {
  int code = errno;
  close(fd);
  return -code;
}

int cp_memfd_sealed(const char *name, const void *from, size_t count, uint32_t mode, int lowest) {
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
  if (fd < 0 && errno == EINVAL) fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return -errno;
  size_t done = 0;
  while (done < count) {
    ssize_t written = write(fd, (const char *)from + done, count - done);
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail_closed(fd);
    }
    done += (size_t)written;
  }
  if (lseek(fd, 0, SEEK_SET) < 0 || fchmod(fd, (mode_t)mode) < 0) return fail_closed(fd);
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0) return fail_closed(fd);
  // Without close-on-exec, and out of the way of the low numbers that scripts and socket activation use.
  int inherited = fcntl(fd, F_DUPFD, lowest);
  if (inherited < 0 && errno == EINVAL) inherited = fcntl(fd, F_DUPFD, 3);
  if (inherited < 0) return fail_closed(fd);
  close(fd);
  return inherited;
}

uint64_t cp_stack_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) return UINT64_MAX;
  return limit.rlim_cur;
}

uint64_t cp_lock_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0) return 0;
  return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

int cp_host_name(char *into, size_t capacity) {
  if (gethostname(into, capacity) < 0) return -errno;
  into[capacity - 1] = 0;
  return 0;
}

int32_t cp_process_id(void) { return getpid(); }

uint64_t cp_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void cp_wipe(void *at, size_t count) { explicit_bzero(at, count); }

int cp_signal_self(int signal) {
  struct sigaction standard;
  memset(&standard, 0, sizeof standard);
  standard.sa_handler = SIG_DFL;
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, signal);
  sigaction(signal, &standard, NULL);
  pthread_sigmask(SIG_UNBLOCK, &one, NULL);
  return kill(getpid(), signal) < 0 ? -errno : 0;
}

int cp_signal_stop(void) { return kill(getpid(), SIGTSTP) < 0 ? -errno : 0; }

void cp_sleep(uint32_t milliseconds) {
  struct timespec time = {.tv_sec = milliseconds / 1000, .tv_nsec = (long)(milliseconds % 1000) * 1000000};
  nanosleep(&time, NULL);
}
