// The filter of system calls that a confined process lives under. Landlock guards the files; this takes away the rest of what
// hostile input could want: the network, other programs, other processes, the kernel's rarer doors.
//
// It names what is refused and not what is allowed: Swift's runtime, glibc and the C libraries may call what they like, in
// any version, as long as it stays inside the process. seccomp(2); the groups follow systemd's (systemd.exec(5),
// SystemCallFilter=) and Docker's default profile.
#define _GNU_SOURCE
#include "CPlatform.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// No library that is linked here makes these: whoever does has taken the process over, and it ends with SIGSYS.
static const uint32_t fatal[] = {
  SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_bpf, SYS_userfaultfd,
  SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
#ifdef SYS_kexec_file_load
  SYS_kexec_file_load,
#endif
};

// EPERM, as from a kernel that does not allow it.
static const uint32_t refused[] = {
  // Sockets, also those that were inherited; read(2) and write(2) still serve a standard stream that is one.
  SYS_socket, SYS_socketpair, SYS_connect, SYS_bind, SYS_listen, SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg,
  SYS_sendmmsg, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg,
  // Rings make calls that no filter sees.
  SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
  // Other processes: to make, to signal, to look into.
#ifdef SYS_fork
  SYS_fork, SYS_vfork,
#endif
  SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_pidfd_getfd,
  SYS_process_madvise, SYS_kcmp, SYS_perf_event_open,
  // Memory and messages shared with other processes of the user.
  SYS_shmget, SYS_shmat, SYS_shmctl, SYS_semget, SYS_semctl, SYS_semop, SYS_semtimedop, SYS_msgget, SYS_msgctl, SYS_msgsnd,
  SYS_msgrcv, SYS_mq_open, SYS_mq_unlink,
  // Keys, the vault's unlocked ones among them.
  SYS_add_key, SYS_request_key, SYS_keyctl,
  // Changes to files that Landlock does not know: by path, and of owners, times and attributes. fchmod stays, for files just made.
#ifdef SYS_chmod
  SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
  SYS_fchmodat, SYS_fchown, SYS_fchownat, SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr,
  SYS_lremovexattr, SYS_fremovexattr,
  // Files without a path.
  SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_fanotify_init, SYS_fanotify_mark,
  // Namespaces and mounts.
  SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree, SYS_move_mount, SYS_fsopen,
  SYS_fsconfig, SYS_fsmount, SYS_fspick,
#ifdef SYS_mount_setattr
  SYS_mount_setattr,
#endif
  // The machine.
  SYS_reboot, SYS_swapon, SYS_swapoff, SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex,
  SYS_clock_adjtime, SYS_acct, SYS_quotactl, SYS_syslog, SYS_vhangup, SYS_personality,
#ifdef SYS_iopl
  SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

// Linux 5.17. Later calls were not judged here, so they do not exist: whoever tries them falls back to an older one. On x86-64
// this refuses the x32 numbers too, which have bit 30 set.
#define LAST_JUDGED_CALL 450 // set_mempolicy_home_node

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86-64 and 64-bit ARM"
#endif

#define COUNT(array) (sizeof(array) / sizeof *(array))
// Offsets in struct seccomp_data. Both architectures are little-endian: an argument's low half comes first.
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_ARGUMENT(index) \
  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args) + (index) * sizeof(uint64_t))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
// Skips `skipped` instructions unless the loaded word is `value`.
#define UNLESS(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define REFUSE (SECCOMP_RET_ERRNO | EPERM)
#define UNKNOWN (SECCOMP_RET_ERRNO | ENOSYS)

int cp_refuse_calls(void) {
  uint32_t self = (uint32_t)getpid();
  const struct sock_filter first[] = {
    // 32-bit calls have other numbers.
    LOAD(arch),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    ANSWER(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, LAST_JUDGED_CALL, 0, 1),
    ANSWER(UNKNOWN),
    // A filter cannot read clone3's flags, which are in memory. glibc takes ENOSYS for an older kernel and calls clone;
    // Docker's default profile does the same.
    UNLESS(SYS_clone3, 1),
    ANSWER(UNKNOWN),
    // Threads, and nothing else.
    UNLESS(SYS_clone, 4),
    LOAD_ARGUMENT(0),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(REFUSE),
    // Signals to itself, for abort(3) and to stop at a terminal.
    UNLESS(SYS_kill, 4),
    LOAD_ARGUMENT(0),
    UNLESS(self, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(REFUSE),
    UNLESS(SYS_tgkill, 4),
    LOAD_ARGUMENT(0),
    UNLESS(self, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(REFUSE),
    // Limits of its own: getrlimit(3) and setrlimit(3) name no process.
    UNLESS(SYS_prlimit64, 4),
    LOAD_ARGUMENT(0),
    UNLESS(0, 1),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(REFUSE),
    // Typing at the terminal in the user's name, and having the kernel send a signal to another process. The kernel looks at the
    // low half of a request only, and so does this: ioctl_tty(2), CVE-2019-10063.
    UNLESS(SYS_ioctl, 10),
    LOAD_ARGUMENT(1),
    UNLESS(TIOCSTI, 1),
    ANSWER(REFUSE),
    UNLESS(TIOCLINUX, 1),
    ANSWER(REFUSE),
    UNLESS(FIOSETOWN, 1),
    ANSWER(REFUSE),
    UNLESS(SIOCSPGRP, 1),
    ANSWER(REFUSE),
    ANSWER(SECCOMP_RET_ALLOW),
    UNLESS(SYS_fcntl, 6),
    LOAD_ARGUMENT(1),
    UNLESS(F_SETOWN, 1),
    ANSWER(REFUSE),
    UNLESS(F_SETOWN_EX, 1),
    ANSWER(REFUSE),
    ANSWER(SECCOMP_RET_ALLOW),
  };
  struct sock_filter program[COUNT(first) + 2 * COUNT(fatal) + 2 * COUNT(refused) + 1];
  uint16_t count = 0;
  for (size_t index = 0; index < COUNT(first); index++) program[count++] = first[index];
  for (size_t index = 0; index < COUNT(fatal); index++) {
    program[count++] = (struct sock_filter)UNLESS(fatal[index], 1);
    program[count++] = (struct sock_filter)ANSWER(SECCOMP_RET_KILL_PROCESS);
  }
  for (size_t index = 0; index < COUNT(refused); index++) {
    program[count++] = (struct sock_filter)UNLESS(refused[index], 1);
    program[count++] = (struct sock_filter)ANSWER(REFUSE);
  }
  program[count++] = (struct sock_filter)ANSWER(SECCOMP_RET_ALLOW);
  struct sock_fprog filter = {.len = count, .filter = program};
  // Before Linux 5.16 a filter slows its process down against speculation, for the sake of programs that run foreign code beside
  // secrets of their own. This one has neither; later kernels do not ask.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter) < 0 ? -errno : 0;
}
