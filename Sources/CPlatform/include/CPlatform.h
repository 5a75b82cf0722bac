// The C face of the system for Platform: calls that Swift cannot make (variadic ones, macros, raw system calls) and one
// convention for all of them. A function that can fail returns a negative errno, and EINTR is retried here, so that no Swift
// caller can forget it.
#ifndef COFFER_CPLATFORM_H
#define COFFER_CPLATFORM_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <termios.h>

// Files ----------------------------------------------------------------------------------------------------------------

struct cp_status {
  uint32_t mode; // with the file type, as st_mode
  uint32_t owner;
  int64_t size;
  uint64_t device;
  uint64_t inode;
};

int cp_open(const char *path, int flags, uint32_t mode);
int cp_close(int fd);
// Closes `fd`; standard input, output and errors become /dev/null, so that no other file gets their numbers.
int cp_discard(int fd);
int cp_status(const char *path, bool follow, struct cp_status *out);
int cp_status_fd(int fd, struct cp_status *out);
int64_t cp_read(int fd, void *into, size_t count);
int64_t cp_write(int fd, const void *from, size_t count);
int64_t cp_pread(int fd, void *into, size_t count, int64_t offset);
int64_t cp_pwrite(int fd, const void *from, size_t count, int64_t offset);
// Waits for bytes, or the end of them, in a FIFO that was opened with O_NONBLOCK. 0: nobody has it open for writing, after the whole
// time; 1: somebody has, or had.
int cp_pipe_wait(int fd, int milliseconds);
// Takes O_NONBLOCK back.
int cp_set_blocking(int fd);
int cp_truncate(int fd, int64_t size);
int cp_fsync(int fd);
int cp_chmod_fd(int fd, uint32_t mode);
int cp_flock(int fd, int operation);
int cp_rename(const char *from, const char *to);
// As cp_rename, and EEXIST when anything has the name.
int cp_rename_new(const char *from, const char *to);
int cp_unlink(const char *path);
int cp_mkdir(const char *path, uint32_t mode);
int64_t cp_getcwd(char *into, size_t capacity);
// The canonical path, in memory the caller frees; null with *error set.
char *cp_realpath(const char *path, int *error);
void cp_free(void *memory);
uint32_t cp_effective_user(void);
uint32_t cp_umask(void);
int cp_random(void *into, size_t count);

// Processes ------------------------------------------------------------------------------------------------------------

int cp_arguments_count(void);
char **cp_arguments(void);
char **cp_environment(void);
// The message of an errno in the C locale, or null.
const char *cp_error_message(int code);
int cp_set_dumpable(int value);
// A write beyond RLIMIT_FSIZE fails with EFBIG instead of killing; by a handler, which exec takes back, unlike SIG_IGN.
void cp_survive(int signal);
// Takes away the handlers by which a language's runtime would show memory when the process crashes.
void cp_crash_silently(void);
// Only returns on failure.
int cp_execvpe(const char *file, char *const *argv, char *const *envp);
int cp_access_execute(const char *path);
int cp_access_write(const char *path);
// What a program reads and writes. `input`: its standard input, /dev/null when negative; `output`: its standard output, standard
// errors when negative; `meanwhile`: called once while it runs, where it is not null; not 0 says that the program is to be killed.
struct cp_streams {
  int input;
  int output;
  int (*meanwhile)(void *context);
  void *context;
};
// Runs a program to its end; the keyboard's INT and QUIT reach it and not this process. `status`: its exit code, or the negative
// number of the signal that ended it.
int cp_run(const char *file, char *const *argv, char *const *envp, const struct cp_streams *streams, int *status);
// A pipe's reading end and its writing end, close-on-exec.
int cp_pipe(int ends[2]);
// The reading end of a pipe that holds `count` bytes and has no writer any more. ENOBUFS when no pipe of this user holds as many,
// EPERM when they are more than any user's may: pipe(7), /proc/sys/fs/pipe-max-size.
int cp_pipe_holding(const void *from, size_t count);
// The bytes that wait in a pipe.
int cp_unread(int fd);
// Runs a program with standard input and errors at /dev/null, and reads its standard output: how many bytes, `capacity` at most;
// -ETIMEDOUT when it is not done in time. The program is ended then.
int64_t cp_output(
    const char *file, char *const *argv, char *const *envp, void *into, size_t capacity, int milliseconds);
// A sealed memfd holding `count` bytes, inherited across exec, with a number of at least `lowest` where the limit allows.
int cp_memfd_sealed(const char *name, const void *from, size_t count, uint32_t mode, int lowest);
// The soft limit of the stack in bytes; UINT64_MAX when unlimited.
uint64_t cp_stack_limit(void);
// RLIMIT_MEMLOCK in bytes; UINT64_MAX when unlimited.
uint64_t cp_lock_limit(void);
// The machine's name with its zero.
int cp_host_name(char *into, size_t capacity);
int32_t cp_process_id(void);
uint64_t cp_milliseconds(void);

/// Sleeps, in milliseconds; a signal may end it early.
void cp_sleep(uint32_t milliseconds);
void cp_wipe(void *at, size_t count);
// Gives `signal` its default disposition, unblocks it and sends it to this process.
int cp_signal_self(int signal);
// Sends SIGTSTP to this process, whatever its disposition.
int cp_signal_stop(void);

// Confinement ----------------------------------------------------------------------------------------------------------

// Whether the calling thread is the process's only one.
bool cp_is_single_threaded(void);
// From now on no program that this process starts has more rights than itself: PR_SET_NO_NEW_PRIVS in prctl(2).
int cp_forbid_new_privileges(void);
int cp_forbid_core_dumps(void);
// RLIMIT_DATA: memory of its own that can be written, stacks of threads included, mapped files not.
int cp_limit_data(uint64_t bytes);
// Landlock's interface in this kernel, from 1; -ENOSYS, -EOPNOTSUPP or (in a sandbox) -EPERM without.
int cp_landlock_version(void);
// A descriptor for rules under which no file can be opened, no TCP port reached and, from version 6, no process outside be
// signalled.
int cp_landlock_create(int version);
// Lets what lies at and below `path` be read; with `writing`, files there be made, written, renamed and removed.
int cp_landlock_allow(int ruleset, int version, const char *path, bool writing);
// Needs cp_forbid_new_privileges. Holds for this thread and all that it makes.
int cp_landlock_enforce(int ruleset);
// Takes away the system calls that reach outside the process: calls.c says which. Needs cp_forbid_new_privileges; holds for
// this thread and all that it makes.
int cp_refuse_calls(void);

// Threads --------------------------------------------------------------------------------------------------------------

typedef void cp_body(void *context, size_t index);

// The processors that this process may run on.
int cp_usable_processors(void);
// Calls `body` once for each index below `count`, each on a thread of its own with `stack` bytes of stack, and returns when all
// have returned. Signals go to other threads. Where the system gives no more threads, the caller's runs what is left.
void cp_run_threads(size_t count, size_t stack, cp_body *body, void *context);

// Kernel keyring -------------------------------------------------------------------------------------------------------

int32_t cp_keyring_store(const char *description, const void *payload, size_t count, uint32_t seconds);
// The payload's length, also when it is more than `capacity` (then nothing useful is in `into`).
int64_t cp_keyring_read(const char *description, void *into, size_t capacity);
int cp_keyring_remove(const char *description);
// The numbers of all keys in the user keyring; the answer is how many bytes they take, whatever the capacity.
int64_t cp_keyring_list(int32_t *into, size_t bytes);
// "type;uid;gid;permissions;description" and a NUL; the answer is how many bytes it takes, whatever the capacity.
int64_t cp_keyring_describe(int32_t key, char *into, size_t capacity);

// Terminal -------------------------------------------------------------------------------------------------------------

bool cp_is_terminal(int fd);
int cp_terminal_get(int fd, struct termios *out);
int cp_terminal_set(int fd, const struct termios *mode, bool flush);
// `from` without echo and line editing; signals of the keyboard stay on.
struct termios cp_terminal_concealed(struct termios from);
// Sends INT, HUP, QUIT, TERM and TSTP to a pipe until `cp_signals_release`. Returns the pipe's reading end.
int cp_signals_catch(void);
void cp_signals_release(void);
// 1: `fd` is readable, 2: a signal waits in `signals`, 0: neither within the time. Negative milliseconds wait for ever.
int cp_wait_readable(int fd, int signals, int milliseconds);

#endif
