#define _GNU_SOURCE
#include "CSpawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

// Numbers that older headers lack; they are the same on every architecture.
#ifndef CLONE_PIDFD
#define CLONE_PIDFD 0x00001000
#endif
#define CSPAWN_CLONE_INTO_CGROUP 0x200000000ULL
#define CSPAWN_SYS_pidfd_send_signal 424
#define CSPAWN_SYS_pidfd_open 434
#define CSPAWN_SYS_clone3 435
#define CSPAWN_SYS_close_range 436
#define CSPAWN_CLOSE_RANGE_CLOEXEC (1U << 2)

// The child calls a few shallow functions and execve; glibc's own posix_spawn gives it 32 KiB as well.
enum { CHILD_STACK_SIZE = 32768 };

// A kernel signal number is at most 64, and its sets are 8 bytes wide on the architectures we build for.
enum { LAST_SIGNAL = 64, KERNEL_SET_SIZE = 8 };

// The child shares the parent's memory (CLONE_VM) and the parent stands still until execve or exit (CLONE_VFORK), so
// both may use this structure without further care, and starting costs the same however large the parent is.
struct job {
  const struct cspawn_request *request;
  volatile struct cspawn_result *result;
  pid_t parent;
  int must_enter_cgroup;
};

static _Noreturn void fail(const struct job *job, int step, int error, int64_t value) {
  job->result->value = value;
  job->result->error = error;
  job->result->step = step;
  // Not exit(): its handlers and buffers are the parent's.
  for (;;) syscall(SYS_exit_group, 127);
}

// --- Signals

static void reset_dispositions(void) {
  // execve keeps ignored signals ignored, so a service would inherit our SIGPIPE. All zero is SIG_DFL without flags
  // in the kernel's own structure. The raw call, because glibc hides its two internal signals. SIGKILL and SIGSTOP
  // answer EINVAL, as they may.
  static const uint64_t as_default[4] = {0, 0, 0, 0};
  for (int number = 1; number <= LAST_SIGNAL; number++)
    syscall(SYS_rt_sigaction, number, as_default, NULL, KERNEL_SET_SIZE);
}

// --- Descriptors

struct directory_entry {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};

// Kernels before 5.11: walks /proc/self/fd, or without /proc every number that may be open.
static void mark_one_by_one(void) {
  int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    struct rlimit limit;
    int end = 65536;
    if (syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_cur < (rlim_t)end)
      end = (int)limit.rlim_cur;
    for (int number = 3; number < end; number++) fcntl(number, F_SETFD, FD_CLOEXEC);
    return;
  }
  _Alignas(8) char buffer[2048];
  long count;
  while ((count = syscall(SYS_getdents64, directory, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < count;) {
      const struct directory_entry *entry = (const struct directory_entry *)(buffer + at);
      int number = 0;
      const char *digit = entry->name;
      while (*digit >= '0' && *digit <= '9') number = number * 10 + (*digit++ - '0');
      if (*digit == 0 && number > 2) fcntl(number, F_SETFD, FD_CLOEXEC);
      at += entry->length;
    }
  }
  close(directory);
}

static void map_descriptors(const struct job *job) {
  const struct cspawn_request *request = job->request;
  // First everything gets close-on-exec; what is mapped below loses it again. So nothing needs to be sorted.
  if (syscall(CSPAWN_SYS_close_range, 3U, ~0U, CSPAWN_CLOSE_RANGE_CLOEXEC) < 0) mark_one_by_one();

  int highest = 2;
  for (size_t i = 0; i < request->descriptor_count; i++)
    if (request->descriptors[i].target > highest) highest = request->descriptors[i].target;
  // A source that is another one's target would be overwritten before its turn: it moves out of the way, above all
  // targets, where it keeps close-on-exec.
  for (size_t i = 0; i < request->descriptor_count; i++) {
    struct cspawn_descriptor *mine = &request->descriptors[i];
    for (size_t j = 0; j < request->descriptor_count; j++) {
      if (j == i || request->descriptors[j].target != mine->source || mine->source == mine->target) continue;
      int moved = fcntl(mine->source, F_DUPFD_CLOEXEC, highest + 1);
      if (moved < 0) fail(job, CSPAWN_STEP_DESCRIPTORS, errno, mine->target);
      mine->source = moved;
      break;
    }
  }
  for (size_t i = 0; i < request->descriptor_count; i++) {
    const struct cspawn_descriptor *mine = &request->descriptors[i];
    // dup2 of a descriptor onto itself does nothing at all, so it would stay close-on-exec.
    int result = mine->source == mine->target ? fcntl(mine->target, F_SETFD, 0) : dup2(mine->source, mine->target);
    if (result < 0) fail(job, CSPAWN_STEP_DESCRIPTORS, errno, mine->target);
  }
}

// --- The steps that need privileges, and the end of privileges

static void enter_cgroup(const struct job *job) {
  int file = openat(job->request->cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  // "0" is the writer itself.
  if (file < 0 || write(file, "0", 1) != 1) fail(job, CSPAWN_STEP_CGROUP, errno, job->request->cgroup);
  close(file);
}

static void set_limits(const struct job *job) {
  for (size_t i = 0; i < job->request->limit_count; i++) {
    const struct cspawn_limit *limit = &job->request->limits[i];
    const uint64_t values[2] = {limit->soft, limit->hard};
    if (syscall(SYS_prlimit64, 0, limit->resource, values, NULL) < 0)
      fail(job, CSPAWN_STEP_LIMITS, errno, limit->resource);
  }
}

static void become_user(const struct job *job) {
  const struct cspawn_request *request = job->request;
  // Raw calls: glibc's setgroups, setresgid and setresuid first make every thread it knows of follow, through its
  // thread list, which lies in the memory shared with the parent.
  if (request->sets_groups && syscall(SYS_setgroups, request->group_count, request->groups) < 0)
    fail(job, CSPAWN_STEP_GROUP, errno, request->gid);
  if (!request->sets_identity) return;
  // Groups first: afterwards there is no privilege left to change them.
  if (syscall(SYS_setresgid, request->gid, request->gid, request->gid) < 0)
    fail(job, CSPAWN_STEP_GROUP, errno, request->gid);
  if (syscall(SYS_setresuid, request->uid, request->uid, request->uid) < 0)
    fail(job, CSPAWN_STEP_USER, errno, request->uid);
}

static void write_own_pid(const struct job *job) {
  char digits[12];
  int length = 0;
  for (long pid = syscall(SYS_getpid); pid > 0; pid /= 10) digits[length++] = (char)('0' + pid % 10);
  for (size_t i = 0; i < job->request->pid_slot_count; i++) {
    char *slot = job->request->pid_slots[i];
    for (int at = length - 1; at >= 0; at--) *slot++ = digits[at];
    *slot = 0;
  }
}

// The order follows systemd: what needs privileges first, the user switch, then what must be judged by the new
// user's rights.
static int run_child(void *argument) {
  const struct job *job = argument;
  const struct cspawn_request *request = job->request;

  reset_dispositions();
  if (request->grouping == CSPAWN_SESSION && setsid() < 0) fail(job, CSPAWN_STEP_GROUPING, errno, 0);
  if (request->grouping == CSPAWN_PROCESS_GROUP && setpgid(0, 0) < 0) fail(job, CSPAWN_STEP_GROUPING, errno, 0);
  if (job->must_enter_cgroup) enter_cgroup(job);
  // Before the limits: under a lower RLIMIT_NOFILE a high target number would be refused.
  map_descriptors(job);
  if (request->umask >= 0) umask((mode_t)request->umask);
  // Before the user switch: raising a hard limit takes CAP_SYS_RESOURCE.
  set_limits(job);
  become_user(job);
  // After the user switch: the kernel forgets the signal when the effective ids change.
  if (request->parent_death_signal != 0) {
    if (prctl(PR_SET_PDEATHSIG, request->parent_death_signal, 0, 0, 0) < 0)
      fail(job, CSPAWN_STEP_PARENT_DEATH, errno, request->parent_death_signal);
    // A parent that died before that line sends nothing any more.
    if (syscall(SYS_getppid) != job->parent) fail(job, CSPAWN_STEP_PARENT_DEATH, ESRCH, job->parent);
  }
  // As the new user, who may not be allowed to enter it.
  if (request->working_directory != NULL && chdir(request->working_directory) < 0)
    fail(job, CSPAWN_STEP_WORKING_DIRECTORY, errno, 0);
  if (request->no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    fail(job, CSPAWN_STEP_NO_NEW_PRIVILEGES, errno, 0);
  write_own_pid(job);
  // Last, so that no step above is interrupted; a signal that waited ends the child here or after execve alike.
  static const uint64_t nothing = 0;
  if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &nothing, NULL, KERNEL_SET_SIZE) < 0)
    fail(job, CSPAWN_STEP_SIGNALS, errno, 0);
  execve(request->program, request->argv, request->envp);
  fail(job, CSPAWN_STEP_PROGRAM, errno, 0);
}

// --- Starting

// struct clone_args of clone3(2), up to `cgroup`; spelt out because older headers end before that member.
struct clone3_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

// clone3(2) with a stack of its own for the child: the C library exports no wrapper, and syscall() would return in
// the child on a stack without a return address. The registers of the parent are untouched. Negative errno on failure.
static long clone3_on_stack(const struct clone3_arguments *arguments, int (*entry)(void *), void *argument) {
#if defined(__x86_64__)
  // The kernel preserves every register but rax, rcx and r11.
  register int (*function)(void *) __asm__("r12") = entry;
  register void *value __asm__("r13") = argument;
  long result;
  __asm__ volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "hlt\n"
      "1:"
      : "=a"(result)
      : "a"((long)CSPAWN_SYS_clone3), "D"(arguments), "S"(sizeof *arguments), "r"(function), "r"(value)
      : "rcx", "r11", "memory", "cc");
  return result;
#elif defined(__aarch64__)
  // The kernel preserves every register but x0.
  register int (*function)(void *) __asm__("x9") = entry;
  register void *value __asm__("x10") = argument;
  register long number __asm__("x8") = CSPAWN_SYS_clone3;
  register long first __asm__("x0") = (long)arguments;
  register long second __asm__("x1") = (long)sizeof *arguments;
  __asm__ volatile(
      "svc #0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x10\n\t"
      "blr x9\n\t"
      "brk #1\n"
      "1:"
      : "+r"(first)
      : "r"(second), "r"(number), "r"(function), "r"(value)
      : "memory", "cc");
  return first;
#else
  (void)arguments, (void)entry, (void)argument;
  return -ENOSYS;
#endif
}

int cspawn_start(const struct cspawn_request *request, struct cspawn_result *result) {
  // In this frame, which lives until the child no longer needs it: no memory to map, and any thread may start one.
  _Alignas(16) char stack[CHILD_STACK_SIZE];
  int pidfd = -1;
  long pid = -ENOSYS;
  result->step = CSPAWN_STEP_NONE;
  struct job job = {
      .request = request, .result = result, .parent = (pid_t)syscall(SYS_getpid), .must_enter_cgroup = 0};

  // Every signal, the C library's internal two as well: a handler of ours would otherwise run in the child, in the
  // memory that both share.
  const uint64_t everything = ~(uint64_t)0;
  uint64_t before;
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &everything, &before, KERNEL_SET_SIZE);

  if (request->cgroup >= 0) {
    const struct clone3_arguments arguments = {
        .flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CSPAWN_CLONE_INTO_CGROUP,
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .exit_signal = SIGCHLD,
        .stack = (uint64_t)(uintptr_t)stack,
        .stack_size = sizeof stack,
        .cgroup = (uint64_t)request->cgroup,
    };
    pid = clone3_on_stack(&arguments, run_child, &job);
  }
  // No clone3 (an old kernel, a container's filter that answers ENOSYS or EPERM), or a cgroup that refuses: the child
  // then moves itself, and reports what the kernel says to that.
  if (pid < 0 && pid != -EAGAIN && pid != -ENOMEM) {
    job.must_enter_cgroup = request->cgroup >= 0;
    pid = clone(run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &job, &pidfd);
    if (pid < 0) pid = -errno;
  }

  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, KERNEL_SET_SIZE);

  if (pid < 0) {
    result->step = CSPAWN_STEP_START;
    result->error = (int)-pid;
    result->value = 0;
    return -1;
  }
  if (*(volatile int *)&result->step != CSPAWN_STEP_NONE) {
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED) < 0 && errno == EINTR) continue;
    if (pidfd >= 0) close(pidfd);
    return -1;
  }
  result->pid = (pid_t)pid;
  result->pidfd = pidfd;
  return 0;
}

// --- Children

int cspawn_peek_ended_child(void) {
  siginfo_t info = {0};
  int result;
  do {
    result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : info.si_pid;
}

int cspawn_reap(pid_t pid) {
  siginfo_t info = {0};
  int result;
  do {
    result = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : info.si_pid;
}

int cspawn_pidfd_open(pid_t pid) {
  int fd = (int)syscall(CSPAWN_SYS_pidfd_open, pid, 0U);
  return fd < 0 ? -errno : fd;
}

int cspawn_pidfd_send_signal(int pidfd, int signal) {
  return syscall(CSPAWN_SYS_pidfd_send_signal, pidfd, signal, NULL, 0U) < 0 ? -errno : 0;
}

int cspawn_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0; }

int cspawn_is_marked(const char *path, const char *name) {
  char value = 0;
  return getxattr(path, name, &value, sizeof value) == 1 && value == '1';
}

int cspawn_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0 ? -errno : 0; }

int cspawn_set_limit(int pid, int resource, const uint64_t new_limit[2], uint64_t old_limit[2]) {
  // The system call has 64 bits and ~0 for infinity on every architecture.
  return syscall(SYS_prlimit64, pid, resource, new_limit, old_limit) < 0 ? -errno : 0;
}

int cspawn_has_capability(int capability) {
  // _LINUX_CAPABILITY_VERSION_3: two words of 32 capabilities.
  struct {
    uint32_t version;
    int pid;
  } header = {0x20080522, 0};
  struct {
    uint32_t effective, permitted, inheritable;
  } sets[2] = {{0, 0, 0}, {0, 0, 0}};
  if (capability < 0 || capability > 63 || syscall(SYS_capget, &header, sets) < 0) return 0;
  return (sets[capability / 32].effective >> (capability % 32)) & 1;
}

static int own_argument_count;
static char **own_arguments;

// The C library hands constructors what it will hand to main.
__attribute__((constructor)) static void keep_arguments(int count, char **arguments) {
  own_argument_count = count;
  own_arguments = arguments;
}

int cspawn_argument_count(void) { return own_argument_count; }

const char *cspawn_argument(int index) { return own_arguments[index]; }
