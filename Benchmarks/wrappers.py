"""Everything that keeps a child alive, each behind the same four words: start, pids, stop, available."""

import os
import shutil
import subprocess

import processes

RESTART_AT_ONCE = [
    "--restart", "always", "--restart-limit", "0", "--restart-first-delay", "0", "--restart-delay", "0",
]  # fmt: skip


class Bench:
    """What every wrapper needs to know: the child, where it reports, a folder for configuration."""

    def __init__(self, programs, state, board, upkeep, systemd):
        self.programs = programs
        self.state = state
        self.board = board
        self.upkeep = upkeep
        self.systemd = systemd

    def child(self, tag):
        return [f"{self.programs}/child", self.board.path, tag]

    def folder(self, name):
        path = f"{self.state}/{name}"
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(path)
        return path


class Wrapper:
    """One way to keep children alive. Each child is named by a tag."""

    every = 1  # takes part in each n-th round only, if a restart takes a second by design
    minimum_age = 0.0  # seconds that a child must have lived before it is killed

    def __init__(self, bench, name, program, note=""):
        self.bench = bench
        self.name = name
        self.program = program
        self.note = note
        self.tags = []
        self.stamp = 0  # just before the last start
        self._pids = []

    def available(self):
        """Gives None, or why this wrapper cannot be measured here."""
        if self.program and not shutil.which(self.program):
            return f"there is no {self.program}"
        return None

    def pids(self):
        """The wrappers' own processes, without the children."""
        return self._pids

    def start(self, tags):
        self.tags = tags
        self._pids = []
        self.run(tags)

    def run(self, tags):
        raise NotImplementedError

    def spawn(self, words, extra=None):
        pid, self.stamp = processes.spawn([shutil.which(words[0]), *words[1:]], extra)
        self._pids.append(pid)

    def stop(self):
        """Ends wrappers first, so that they cannot restart, then children."""
        for pid in self._pids:
            processes.kill(pid)
        for tag in self.tags:
            if tag in self.bench.board.latest:
                processes.kill(self.bench.board.latest[tag][0])
        self._pids = []


class Prefix(Wrapper):
    """A program that takes the child's command line as its last arguments; one process a child."""

    def __init__(self, bench, name, prefix, note="", extra=None):
        super().__init__(bench, name, prefix[0] if prefix else None, note)
        self.prefix = prefix
        self.extra = extra

    def run(self, tags):
        for tag in tags:
            self.spawn([*self.prefix, *self.bench.child(tag)], self.extra)


class Shell(Wrapper):
    """sh -c, with something to do before the exec."""

    def __init__(self, bench, name, before="", program="/bin/sh", extra=None):
        super().__init__(bench, name, program)
        self.before = before
        self.extra = extra

    def run(self, tags):
        for tag in tags:
            self.spawn(["/bin/sh", "-c", self.before + "exec " + " ".join(self.bench.child(tag))], self.extra)


class ServiceFolder(Wrapper):
    """s6-supervise and runsv: a folder with a ./run for each child, a process for each folder."""

    def __init__(self, bench, name, program, note="", minimum_age=0.0, every=1):
        super().__init__(bench, name, program, note)
        self.minimum_age = minimum_age
        self.every = every
        self._folders = {}

    def run(self, tags):
        for tag in tags:
            if tag not in self._folders:
                folder = self._folders[tag] = self.bench.folder(f"{self.program}-{tag}")
                with open(f"{folder}/run", "w", encoding="ascii") as file:
                    file.write("#!/bin/sh\nexec " + " ".join(self.bench.child(tag)) + "\n")
                os.chmod(f"{folder}/run", 0o755)
        for tag in tags:
            self.spawn([self.program, self._folders[tag]])


class Supervisor(Wrapper):
    """supervisord: one Python process for all children."""

    every = 5

    def run(self, tags):
        folder = self.bench.folder(f"supervisor-{tags[0]}")
        text = f"[supervisord]\nnodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\npidfile={folder}/pid\n"
        text += f"childlogdir={folder}\n"
        if os.geteuid() == 0:
            text += "user=root\n"
        for tag in tags:
            text += (
                f"[program:c{tag}]\ncommand={' '.join(self.bench.child(tag))}\nautorestart=true\nstartsecs=0\n"
                "startretries=1000\nstdout_logfile=NONE\nstderr_logfile=NONE\n"
            )
        with open(f"{folder}/conf", "w", encoding="ascii") as file:
            file.write(text)
        self.spawn(["supervisord", "-c", f"{folder}/conf"])


class Monit(Wrapper):
    """monit with its smallest cycle: one process that looks at all children once a second."""

    every = 5

    def run(self, tags):
        folder = self.bench.folder(f"monit-{tags[0]}")
        text = f"set daemon 1\nset statefile {folder}/state\nset idfile {folder}/id\nset pidfile {folder}/pid\n"
        for tag in tags:
            child, *rest = self.bench.child(tag)
            start = " ".join([child, "-d", f"{folder}/{tag}.pid", *rest])
            text += f'check process c{tag} with pidfile {folder}/{tag}.pid\n  start program = "{start}"\n'
        with open(f"{folder}/conf", "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(f"{folder}/conf", 0o600)
        self.spawn(["monit", "-I", "-c", f"{folder}/conf"])


class Units(Wrapper):
    """A systemd service for each child, with the wrapper named by `prefix` in it or none."""

    PLAIN = ""
    SANDBOX = (
        "User=svc\nProtectSystem=strict\nPrivateTmp=yes\nSystemCallFilter=@system-service\n"
        "NoNewPrivileges=yes\n"
    )
    # Roughly what the directives' own manual page recommends for a network service.
    HARDENED = SANDBOX + (
        "ProtectHome=yes\nPrivateDevices=yes\nProtectKernelTunables=yes\nProtectKernelModules=yes\n"
        "ProtectKernelLogs=yes\nProtectControlGroups=yes\nProtectClock=yes\nProtectHostname=yes\n"
        "ProtectProc=invisible\nLockPersonality=yes\nMemoryDenyWriteExecute=yes\nRestrictRealtime=yes\n"
        "RestrictSUIDSGID=yes\nRestrictNamespaces=yes\nSystemCallArchitectures=native\n"
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6\nCapabilityBoundingSet=\n"
    )

    def __init__(self, bench, name, prefix=(), directives=PLAIN, note=""):
        super().__init__(bench, name, prefix[0] if prefix else "systemctl", note)
        self.prefix = prefix
        self.directives = directives
        self._units = []
        self._pids_found = []

    def available(self):
        if not self.bench.systemd:
            return "only measured in the test machine"
        return super().available()

    def run(self, tags):
        kind = "notify" if self.prefix else "simple"
        self._units = [f"bench-{tag}.service" for tag in tags]
        for tag, unit in zip(tags, self._units, strict=True):
            with open(f"/run/systemd/system/{unit}", "w", encoding="ascii") as file:
                file.write(
                    f"[Unit]\nStartLimitIntervalSec=0\n[Service]\nType={kind}\nRestart=always\nRestartSec=0\n"
                    f"ExecStart={' '.join([*self.prefix, *self.bench.child(tag)])}\n{self.directives}"
                )
        subprocess.run(["systemctl", "daemon-reload"], check=True)
        subprocess.run(["systemctl", "start", *self._units], check=True)
        self._pids_found = []

    def pids(self):
        if not self.prefix:
            return []  # it is PID 1
        if not self._pids_found:
            found = subprocess.run(
                ["systemctl", "show", "--value", "-p", "MainPID", *self._units],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            self._pids_found = [int(word) for word in found.stdout.split()]
        return self._pids_found

    def stop(self):
        if not self._units:
            return
        subprocess.run(["systemctl", "kill", "--signal=KILL", *self._units], check=False)
        subprocess.run(["systemctl", "stop", *self._units], check=False)
        for unit in self._units:
            os.unlink(f"/run/systemd/system/{unit}")
        subprocess.run(["systemctl", "daemon-reload"], check=False)
        self._units = []


class ServiceManager(Wrapper):
    """PID 1 itself, for its memory and wake-ups; it is there already."""

    def available(self):
        return None if self.bench.systemd else "only measured in the test machine"

    def run(self, tags):
        self._pids = [1]

    def stop(self):
        self._pids = []
