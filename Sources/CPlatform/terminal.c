#define _GNU_SOURCE
#include "CPlatform.h"
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool cp_is_terminal(int fd) { return isatty(fd) == 1; }

int cp_terminal_get(int fd, struct termios *out) { return tcgetattr(fd, out) < 0 ? -errno : 0; }

int cp_terminal_set(int fd, const struct termios *mode, bool flush) {
  int result;
  do {
    result = tcsetattr(fd, flush ? TCSAFLUSH : TCSADRAIN, mode);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : 0;
}

struct termios cp_terminal_concealed(struct termios from) {
  from.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL | ICANON | IEXTEN);
  from.c_lflag |= ISIG;
  from.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | ISTRIP | IXON);
  from.c_cc[VMIN] = 1;
  from.c_cc[VTIME] = 0;
  return from;
}

static const int caught[] = {SIGINT, SIGHUP, SIGQUIT, SIGTERM, SIGTSTP};
#define CAUGHT (sizeof caught / sizeof caught[0])
static struct sigaction before[CAUGHT];
static int signal_pipe[2] = {-1, -1};

static void on_signal(int signal) {
  int saved = errno;
  unsigned char byte = (unsigned char)signal;
  ssize_t ignored = write(signal_pipe[1], &byte, 1);
  (void)ignored;
  errno = saved;
}

int cp_signals_catch(void) {
  if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0) return -errno;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigfillset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (size_t index = 0; index < CAUGHT; index++) {
    sigaction(caught[index], NULL, &before[index]);
    // nohup and background jobs of a script ignore some of these; that stays.
    if (before[index].sa_handler != SIG_IGN) sigaction(caught[index], &action, NULL);
  }
  return signal_pipe[0];
}

void cp_signals_release(void) {
  for (size_t index = 0; index < CAUGHT; index++) {
    sigaction(caught[index], &before[index], NULL);
  }
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = -1;
}

int cp_wait_readable(int fd, int signals, int milliseconds) {
  struct pollfd waited[2] = {{.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
  int result;
  do {
    result = poll(waited, 2, milliseconds);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  if (waited[1].revents != 0) return 2;
  return waited[0].revents != 0 ? 1 : 0;
}
