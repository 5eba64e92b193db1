// What Swift's Glibc overlay leaves out: GNU extensions and variadic system calls that a supervisor
// of processes and an event loop need. Declarations and one-line forwards only; no logic lives here.
#ifndef LIGHTCONE_CLINUX_H
#define LIGHTCONE_CLINUX_H

#include <signal.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern int pipe2(int descriptors[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int from);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *, const char *path);

static inline int linux_die_with_parent(int signal) {
    return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0);
}
static inline int linux_pidfd_open(pid_t pid) {
    return (int)syscall(SYS_pidfd_open, pid, 0);
}

// Glibc declares these only with _GNU_SOURCE. This is its `struct mmsghdr`.
struct linux_message {
    struct msghdr header;
    unsigned int length;
};
static inline int linux_sendmmsg(int socket, struct linux_message *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_sendmmsg, socket, messages, count, flags);
}
static inline int linux_recvmmsg(int socket, struct linux_message *messages, unsigned int count, int flags) {
    return (int)syscall(SYS_recvmmsg, socket, messages, count, flags, (void *)0);
}
static inline int linux_accept4(int socket, int flags) {
    return (int)syscall(SYS_accept4, socket, (void *)0, (void *)0, flags);
}
static inline int linux_epoll_pwait2(int epoll, struct epoll_event *events, int count, const struct timespec *limit) {
    return (int)syscall(SYS_epoll_pwait2, epoll, events, count, limit, (void *)0, 0);
}

// Macros with casts are not imported.
static const short linux_spawn_setpgroup = POSIX_SPAWN_SETPGROUP;
static const short linux_spawn_setsigdef = POSIX_SPAWN_SETSIGDEF;
static const short linux_spawn_setsigmask = POSIX_SPAWN_SETSIGMASK;
// POSIX_SPAWN_SETSID is hidden without _GNU_SOURCE.
static const short linux_spawn_setsid = 0x80;

#endif
