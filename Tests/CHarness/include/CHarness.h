// What the command tests need of the system that Swift does not see: GNU calls, and posix_spawn with all it takes.
// Each function returns 0 (or a descriptor), or a negative errno.
#ifndef COFFER_CHARNESS_H
#define COFFER_CHARNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

// A pipe whose ends no other child inherits: [0] reads, [1] writes.
int harness_pipe(int ends[2]);

// The near end of a new pseudo-terminal; the path of its far end is written to `path`.
int harness_terminal(char *path, size_t capacity, unsigned short rows, unsigned short columns);

// Starts `argv[0]`, found in this process's PATH, in a session of its own, with default signal dispositions, in `folder`. It
// gets `sources[i]` as its descriptor `targets[i]`; with a `terminal`, that one as 0, 1, 2 and as its controlling terminal.
// All other descriptors are closed.
int harness_spawn(pid_t *pid, char *const argv[], char *const envp[], const char *folder, const char *terminal,
                  const int *targets, const int *sources, size_t count);

// fork(2): the child has this thread only, and 0 for an answer. It must not outlive what it does, so it ends by _exit.
pid_t harness_fork(void);

// A system call by its name, such as "socket", with these arguments; its answer. -ENOTSUP for a name that is not in the list.
long harness_call(const char *name, long first, long second, long third);

// From now on the call of that name fails with `code` in this process, as on a kernel without it.
int harness_hide_call(const char *name, int code);

// getpid() as a 32-bit program calls it; -ENOTSUP on processors that have no such way.
long harness_call_32bit(void);

bool harness_contains(const void *hay, size_t hay_count, const void *needle, size_t needle_count);

#endif
