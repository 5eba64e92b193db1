// What Swift's Glibc overlay leaves out: GNU extensions and variadic system calls that a supervisor
// of processes needs. Declarations and one-line forwards only; no logic lives here.
#ifndef LIGHTCONE_CLINUX_H
#define LIGHTCONE_CLINUX_H

#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
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

// Macros with casts are not imported.
static const short linux_spawn_setpgroup = POSIX_SPAWN_SETPGROUP;
static const short linux_spawn_setsigdef = POSIX_SPAWN_SETSIGDEF;
static const short linux_spawn_setsigmask = POSIX_SPAWN_SETSIGMASK;
// POSIX_SPAWN_SETSID is hidden without _GNU_SOURCE.
static const short linux_spawn_setsid = 0x80;

#endif
