#ifndef CSYSTEMD_H
#define CSYSTEMD_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-id128.h>
#include <systemd/sd-journal.h>
#include <systemd/sd-login.h>
#include <unistd.h>

// siginfo_t is a union behind macros, which Swift cannot read; P_PIDFD is missing from older headers.
// Returns the child's PID once it has ended, 0 while it runs, a negative errno on failure.
static inline int csystemd_wait_pidfd(int pidfd, int *ret_code, int *ret_status) {
  siginfo_t info = {0};
  int result;
  do {
    result = waitid((idtype_t)3 /* P_PIDFD */, (id_t)pidfd, &info, WEXITED | WNOHANG);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  if (info.si_pid != 0) {
    *ret_code = info.si_code;
    *ret_status = info.si_status;
  }
  return info.si_pid;
}

// The C library has pidfd_open(2) only from glibc 2.36 on; the number is the same on every architecture.
static inline int csystemd_pidfd_open(pid_t pid) {
  int fd = (int)syscall(434, pid, 0U);
  return fd < 0 ? -errno : fd;
}

// pidfd_send_signal(2), missing from the C library for as long.
static inline int csystemd_pidfd_send_signal(int pidfd, int signal) {
  return syscall(424, pidfd, signal, NULL, 0U) < 0 ? -errno : 0;
}

#endif
