"""Start, end and look at processes by id."""

import ctypes
import os
import select
import signal
import time

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def own_descendants():
    """Makes this process the parent of every orphan below it, and end when its own parent ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def spawn(words, extra=None):
    """Starts a program, silent and in a process group of its own; gives (pid, stamp before the call)."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
    ]
    environment = {**ENVIRONMENT, **(extra or {})}
    stamp = time.monotonic_ns()
    return os.posix_spawn(words[0], words, environment, file_actions=actions, setpgroup=0), stamp


def collect(pid):
    """Waits for a process if it is our child; does nothing if it is somebody else's."""
    try:
        os.waitpid(pid, 0)
    except ChildProcessError:
        pass


def kill(pid):
    """SIGKILL, and wait until the process is gone whoever collects it."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        os.kill(pid, signal.SIGKILL)
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.poll(5000)
    except ProcessLookupError:
        pass
    finally:
        os.close(pidfd)
    collect(pid)


def kill_descendants():
    """Ends all that is below this process."""
    for _ in range(100):
        parents = {}
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open(f"/proc/{name}/stat", "rb") as file:
                        parents[int(name)] = int(file.read().rpartition(b")")[2].split()[1])
                except (FileNotFoundError, ProcessLookupError):
                    pass
        below = {os.getpid()}
        while more := {pid for pid, parent in parents.items() if parent in below} - below:
            below |= more
        below.discard(os.getpid())
        if not below:
            return
        for pid in below:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.01)


def memory(pid):
    """Memory of one process in kB, and its threads."""
    wanted = {"Rss": "rss", "Pss": "pss", "Private_Dirty": "private_dirty", "Anonymous": "anonymous"}
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in wanted:
                found[wanted[name]] = int(rest.split()[0])
    found["threads"] = len(os.listdir(f"/proc/{pid}/task"))
    return found


def switches(pid):
    """Context switches of all threads since they began: (voluntary, involuntary)."""
    voluntary = involuntary = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith("voluntary_ctxt_switches:"):
                    voluntary += int(line.split()[1])
                elif line.startswith("nonvoluntary_ctxt_switches:"):
                    involuntary += int(line.split()[1])
    return voluntary, involuntary
