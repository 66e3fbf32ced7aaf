#ifndef CSYSTEMD_H
#define CSYSTEMD_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <sys/un.h>
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

// pipe2(2) is declared only under _GNU_SOURCE. Both ends are close-on-exec.
static inline int csystemd_pipe(int ret_ends[2]) {
  return syscall(SYS_pipe2, ret_ends, O_CLOEXEC) < 0 ? -errno : 0;
}

// sockaddr_un's path is a fixed array, which Swift sees as a tuple of 108. '@name' is an abstract address.
static inline int csystemd_unix_address(
    const char *name, size_t length, struct sockaddr_un *ret, socklen_t *ret_size) {
  if (length < 2 || (name[0] != '@' && name[0] != '/')) return -EAFNOSUPPORT;
  // An abstract name may fill the array; a path needs its terminating NUL.
  if (length > sizeof(ret->sun_path) - (name[0] == '/' ? 1 : 0)) return -ENAMETOOLONG;
  memset(ret, 0, sizeof(*ret));
  ret->sun_family = AF_UNIX;
  memcpy(ret->sun_path, name, length);
  *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/' ? 1 : 0));
  if (name[0] == '@') ret->sun_path[0] = 0;
  return 0;
}

// The most descriptors that the kernel passes in one message (SCM_MAX_FD in net/scm.h).
enum { CSYSTEMD_DESCRIPTORS_MAX = 253 };

// Control messages are built by macros (CMSG_DATA ...), which Swift cannot read. Both return a negative
// errno.
static inline int csystemd_send_datagram(
    int fd, const struct sockaddr_un *address, socklen_t address_size, const void *data, size_t size,
    const int *descriptors, size_t count) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * CSYSTEMD_DESCRIPTORS_MAX)];
  } control;
  struct iovec vector = {.iov_base = (void *)data, .iov_len = size};
  struct msghdr message = {
    .msg_name = (void *)address, .msg_namelen = address_size, .msg_iov = &vector, .msg_iovlen = 1};
  if (count > CSYSTEMD_DESCRIPTORS_MAX) return -E2BIG;
  if (count > 0) {
    memset(&control, 0, sizeof(control));
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
  }
  ssize_t sent;
  do {
    sent = sendmsg(fd, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent < 0 ? -errno : 0;
}

// The kernel's struct ucred, which the C library shows only under _GNU_SOURCE.
struct csystemd_sender {
  pid_t pid;  // 0 if the kernel gave none
  uid_t uid;
  gid_t gid;
};

struct csystemd_datagram {
  struct csystemd_sender sender;
  int is_cut;           // the data did not fit
  int is_control_cut;   // descriptors were lost
  int count;            // descriptors received, all close-on-exec
};

static inline int csystemd_receive_datagram(
    int fd, void *data, size_t capacity, int *descriptors, struct csystemd_datagram *ret) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(struct csystemd_sender)) +
               CMSG_SPACE(sizeof(int) * CSYSTEMD_DESCRIPTORS_MAX)];
  } control;
  struct iovec vector = {.iov_base = data, .iov_len = capacity};
  struct msghdr message = {
    .msg_iov = &vector, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
  memset(ret, 0, sizeof(*ret));
  ssize_t size;
  do {
    size = recvmsg(fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return -errno;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET) continue;
    if (header->cmsg_type == 0x02 /* SCM_CREDENTIALS */ &&
        header->cmsg_len == CMSG_LEN(sizeof(struct csystemd_sender)))
      memcpy(&ret->sender, CMSG_DATA(header), sizeof(struct csystemd_sender));
    if (header->cmsg_type == SCM_RIGHTS) {
      ret->count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
      memcpy(descriptors, CMSG_DATA(header), sizeof(int) * (size_t)ret->count);
    }
  }
  ret->is_cut = (message.msg_flags & MSG_TRUNC) != 0;
  ret->is_control_cut = (message.msg_flags & MSG_CTRUNC) != 0;
  return (int)size;
}

// Whether the kernel holds the wall clock for synchronised: 1 or 0, a negative errno if it does not say.
static inline int csystemd_clock_is_synchronised(void) {
  struct timex state = {0};
  return adjtimex(&state) < 0 ? -errno : (state.status & STA_UNSYNC) == 0;
}

// A unit as ListUnits and its like tell it. The texts are the message's own.
struct csystemd_unit {
  const char *name;
  const char *description;
  const char *load_state;
  const char *active_state;
  const char *sub_state;
  const char *following;
  const char *path;
  uint32_t job;
  const char *job_type;
  const char *job_path;
};

// Reads the next unit with one variadic call, which looks at the signature once and not at every value. Returns 1, 0 at
// the end of the array, a negative errno on failure.
static inline int csystemd_read_unit(sd_bus_message *message, struct csystemd_unit *ret) {
  return sd_bus_message_read(
    message, "(ssssssouso)", &ret->name, &ret->description, &ret->load_state, &ret->active_state, &ret->sub_state,
    &ret->following, &ret->path, &ret->job, &ret->job_type, &ret->job_path);
}

// sd_journal_get_seqnum(3), which libsystemd has from 254 on: its address, found with dlsym(3), called under its type.
static inline int csystemd_journal_get_seqnum(void *function, sd_journal *journal, uint64_t *ret_seqnum,
                                              sd_id128_t *ret_id) {
  return ((int (*)(sd_journal *, uint64_t *, sd_id128_t *))function)(journal, ret_seqnum, ret_id);
}

#endif
