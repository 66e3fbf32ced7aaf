#ifndef CSPAWN_H
#define CSPAWN_H

// The few lines that must run between the birth of a process and its execve(2), and the few calls about children
// that Swift cannot make itself (unions behind macros, variadic calls). Nothing here allocates or logs.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// What the child was doing when it failed. The numbers are known to SpawnStep in Swift.
enum cspawn_step {
  CSPAWN_STEP_NONE = 0,
  CSPAWN_STEP_START = 1,
  CSPAWN_STEP_SIGNALS = 2,
  CSPAWN_STEP_GROUPING = 3,
  CSPAWN_STEP_CGROUP = 4,
  CSPAWN_STEP_DESCRIPTORS = 5,
  CSPAWN_STEP_LIMITS = 6,
  CSPAWN_STEP_GROUP = 7,
  CSPAWN_STEP_USER = 8,
  CSPAWN_STEP_PARENT_DEATH = 9,
  CSPAWN_STEP_WORKING_DIRECTORY = 10,
  CSPAWN_STEP_NO_NEW_PRIVILEGES = 11,
  CSPAWN_STEP_PROGRAM = 12,
};

enum cspawn_grouping { CSPAWN_INHERIT = 0, CSPAWN_PROCESS_GROUP = 1, CSPAWN_SESSION = 2 };

struct cspawn_limit {
  int resource;
  uint64_t soft;
  uint64_t hard;
};

// `source` is overwritten while the child sorts out overlaps.
struct cspawn_descriptor {
  int source;
  int target;
};

// Everything the child needs, laid out by the parent, because the child may not allocate.
struct cspawn_request {
  const char *program;
  char *const *argv;
  char *const *envp;
  // Places of at least 12 bytes inside `envp` that receive the child's own PID as decimal text.
  char *const *pid_slots;
  size_t pid_slot_count;
  const char *working_directory;  // NULL: the parent's
  const struct cspawn_limit *limits;
  size_t limit_count;
  struct cspawn_descriptor *descriptors;
  size_t descriptor_count;
  const gid_t *groups;
  size_t group_count;
  int sets_groups;
  int sets_identity;
  uid_t uid;
  gid_t gid;
  int umask;  // -1: the parent's
  int no_new_privileges;
  int parent_death_signal;  // 0: none
  int grouping;
  int cgroup;  // descriptor of a cgroup v2 directory, or -1
};

// What became of it. `value` says which one of several failed: a limit's resource, a target descriptor, an id.
struct cspawn_result {
  pid_t pid;
  int pidfd;
  int step;
  int error;
  int64_t value;
};

// Starts the program. Returns 0 with `pid` and `pidfd` set, or -1 with `step`, `error` and `value` set; then no
// process is left.
int cspawn_start(const struct cspawn_request *request, struct cspawn_result *result);

// A child that has ended and was not waited for: its PID, which stays reserved; 0 if there is none yet; -ECHILD if
// there is no child at all.
int cspawn_peek_ended_child(void);

// Collects the child `pid` if it has ended: its PID, 0 if it runs, or a negative errno.
int cspawn_reap(pid_t pid);

// pidfd_open(2) and pidfd_send_signal(2), which the C library has only from glibc 2.36 on. Negative errno on failure.
int cspawn_pidfd_open(pid_t pid);
int cspawn_pidfd_send_signal(int pidfd, int signal);

// pipe2(2) with close-on-exec, which glibc's module map hides. 0 or a negative errno.
int cspawn_pipe(int ends[2]);

// Whether the file has the extended attribute `name` with the value "1".
int cspawn_is_marked(const char *path, const char *name);

// prctl(PR_SET_CHILD_SUBREAPER): processes orphaned below this one become its children. 0 or a negative errno.
int cspawn_become_subreaper(void);

// Whether this thread has the capability (its number in capability(7)) in its effective set.
int cspawn_has_capability(int capability);

// prlimit(2): changes a limit of a process (RLIMIT_...) and tells what held before in `old`, soft and hard; ~0 is
// infinity. Without `new` nothing changes. 0 or a negative errno.
int cspawn_set_limit(int pid, int resource, const uint64_t new_limit[2], uint64_t old_limit[2]);

// The program's own arguments as the kernel handed them over. Swift reads them from /proc, which may be missing.
int cspawn_argument_count(void);
const char *cspawn_argument(int index);

#endif
