"""The six measurements. Each is bounded in time and gives samples by wrapper and round."""

import os
import random
import signal
import sys
import time

import processes
from board import TooLate
from wrappers import (
    RESTART_AT_ONCE,
    Monit,
    Prefix,
    ServiceFolder,
    ServiceManager,
    Shell,
    Supervisor,
    Units,
)

START_SECONDS = 20  # for a wrapper to start its children
RESTART_SECONDS = 6  # for one child to come back: monit may take two of its cycles
STORM_SECONDS = 30  # for a hundred
SETTLE_SECONDS = 0.03  # between two samples, for a wrapper and the kernel to finish with the last one
MILLISECOND = 1e6


class Case:
    """Wrappers that are measured side by side, and what came out."""

    def __init__(self, name, title, unit, wrappers, seconds):
        self.name = name
        self.title = title
        self.unit = unit
        self.samples = {}
        self.notes = {}
        self.skipped = {}
        self.wrappers = []
        self._end = time.monotonic() + seconds
        for wrapper in wrappers:
            reason = wrapper.available()
            if reason:
                self.skip(wrapper, reason)
                continue
            self.wrappers.append(wrapper)
            self.samples[wrapper.name] = {}
            if wrapper.note:
                self.notes[wrapper.name] = wrapper.note
        print(f"{title}: {'; '.join(w.name for w in self.wrappers)}", file=sys.stderr)

    def skip(self, wrapper, reason):
        """Leaves a wrapper out from here on; what it has is kept."""
        self.skipped[wrapper.name] = reason
        self.wrappers = [other for other in self.wrappers if other is not wrapper]
        print(f"  skipped: {wrapper.name}: {reason}", file=sys.stderr)

    def turns(self, rounds):
        """Gives (round, wrapper): all in turn, each round in another order, so that nobody always runs in the
        wake of the same neighbour."""
        chance = random.Random(1)
        for number in range(rounds):
            order = list(self.wrappers)
            chance.shuffle(order)
            for wrapper in order:
                if time.monotonic() > self._end:
                    print(f"  time is up after {number} of {rounds} rounds", file=sys.stderr)
                    return
                if number % wrapper.every == 0 and wrapper in self.wrappers:
                    yield number, wrapper

    def start_all(self, tags_each, after):
        """Starts all wrappers; those whose children do not come are left out."""
        for index, wrapper in enumerate(list(self.wrappers)):
            begin = time.monotonic_ns()
            try:
                wrapper.start([f"{self.name}{index}.{number}" for number in range(tags_each)])
                wrapper.bench.board.wait_all(wrapper.tags, begin, START_SECONDS)
            except (TooLate, OSError, RuntimeError) as error:
                self.skip(wrapper, str(error))
                wrapper.stop()
        time.sleep(after)

    def stop_all(self, wrappers):
        for wrapper in wrappers:
            wrapper.stop()

    def result(self):
        return {
            "title": self.title,
            "unit": self.unit,
            "samples": {name: sorted(samples.items()) for name, samples in self.samples.items()},
            "notes": self.notes,
            "skipped": self.skipped,
        }


def slow_supervisors(bench):
    return [
        ServiceFolder(bench, "runit runsv", "runsv", "children older than 1 s; younger ones wait for it", 1.1, 5),
        ServiceFolder(bench, "s6-supervise", "s6-supervise", "waits 1 s by design", every=5),
        Supervisor(bench, "supervisord", "supervisord", "looks once a second"),
    ]


def upkeep_units(bench):
    upkeep = [bench.upkeep, *RESTART_AT_ONCE, "--"]
    return [
        Units(bench, "upkeep-run, unit", upkeep, note="Type=notify service"),
        Units(bench, "upkeep-run, sandboxed unit", upkeep, Units.SANDBOX, "Type=notify service"),
        Units(bench, "upkeep-run, hardened unit", upkeep, Units.HARDENED, "Type=notify service"),
    ]


def crash(bench, rounds, seconds):
    """SIGKILL of a child until the next child's main()."""
    case = Case(
        "crash", "Crash (SIGKILL of the child) to the new child's main()", "ms",
        [
            Prefix(bench, "C floor", [f"{bench.programs}/floor"]),
            Prefix(bench, "upkeep-run", [bench.upkeep, *RESTART_AT_ONCE, "--"]),
            *upkeep_units(bench),
            Units(bench, "systemd RestartSec=0"),
            Units(bench, "systemd RestartSec=0, sandboxed", directives=Units.SANDBOX),
            Units(bench, "systemd RestartSec=0, hardened", directives=Units.HARDENED),
            *slow_supervisors(bench),
            Monit(bench, "monit", "monit", "cycle of 1 s, its smallest"),
        ],
        seconds,
    )  # fmt: skip
    started = list(case.wrappers)
    try:
        case.start_all(1, after=1.2)
        for number, wrapper in case.turns(rounds):
            pid, born = bench.board.latest[wrapper.tags[0]]
            age = (time.monotonic_ns() - born) / 1e9
            time.sleep(max(SETTLE_SECONDS, wrapper.minimum_age - age))
            stamp = time.monotonic_ns()
            os.kill(pid, signal.SIGKILL)
            processes.collect(pid)  # monit's child is ours
            try:
                _, back = bench.board.wait(wrapper.tags[0], stamp, RESTART_SECONDS)
                case.samples[wrapper.name][number] = (back - stamp) / MILLISECOND
            except TooLate as error:
                case.skip(wrapper, f"{error} within {RESTART_SECONDS} s in round {number}")
    finally:
        case.stop_all(started)
    return case.result()


def storm(bench, rounds, seconds, children=100):
    """All children of many wrappers killed at once."""
    case = Case(
        "storm", f"{children} children killed at once, until all are back", "ms",
        [
            Prefix(bench, "C floor", [f"{bench.programs}/floor"]),
            Prefix(bench, "upkeep-run", [bench.upkeep, *RESTART_AT_ONCE, "--"]),
            *upkeep_units(bench)[:1],
            Units(bench, "systemd RestartSec=0"),
            *slow_supervisors(bench),
        ],
        seconds,
    )  # fmt: skip
    for wrapper in case.wrappers:
        wrapper.every = 1
    started = list(case.wrappers)
    try:
        case.start_all(children, after=1.2)
        for number, wrapper in case.turns(rounds):
            found = [bench.board.latest[tag] for tag in wrapper.tags]
            age = (time.monotonic_ns() - max(born for _, born in found)) / 1e9
            time.sleep(max(0.3, wrapper.minimum_age - age))
            stamp = time.monotonic_ns()
            for pid, _ in found:
                os.kill(pid, signal.SIGKILL)
            try:
                back = bench.board.wait_all(wrapper.tags, stamp, STORM_SECONDS)
                case.samples[wrapper.name][number] = (max(born for _, born in back) - stamp) / MILLISECOND
            except TooLate as error:
                case.skip(wrapper, f"{error} within {STORM_SECONDS} s in round {number}")
    finally:
        case.stop_all(started)
    return case.result()


def start(bench, rounds, seconds):
    """Exec of a wrapper until the child's main()."""
    case = Case(
        "exec", "Exec of the wrapper to the child's main()", "ms",
        [
            Prefix(bench, "no wrapper", []),
            Prefix(bench, "C floor", [f"{bench.programs}/floor"]),
            Prefix(bench, "upkeep-run", [bench.upkeep, "--"]),
            Prefix(bench, "dumb-init", ["dumb-init"]),
            Prefix(bench, "tini", ["tini", "-s", "--"], "-s, as it is not PID 1"),
            Shell(bench, "sh -c exec"),
            *slow_supervisors(bench),
        ],
        seconds,
    )  # fmt: skip
    for wrapper in case.wrappers:
        wrapper.every = 10 if isinstance(wrapper, Supervisor) else 1
        if isinstance(wrapper, ServiceFolder):
            case.notes.pop(wrapper.name, None)
    for number, wrapper in case.turns(rounds):
        tag = f"exec{wrapper.name.split()[0]}"
        try:
            wrapper.start([tag])
            _, born = bench.board.wait(tag, wrapper.stamp, START_SECONDS)
            case.samples[wrapper.name][number] = (born - wrapper.stamp) / MILLISECOND
        except (TooLate, OSError) as error:
            case.skip(wrapper, str(error))
        finally:
            wrapper.stop()
        time.sleep(SETTLE_SECONDS / 3)
    return case.result()


def ready(bench, notifications, rounds, seconds):
    """Exec of a wrapper until the service manager has READY=1."""
    extra = {"NOTIFY_SOCKET": notifications.path}
    case = Case(
        "ready", "Exec of the wrapper to READY=1 at the manager", "ms",
        [
            Prefix(bench, "C floor", [f"{bench.programs}/floor"], extra=extra),
            Prefix(bench, "upkeep-run", [bench.upkeep, "--"], "without a probe", extra=extra),
            Shell(bench, "sh + systemd-notify", "systemd-notify --ready; ", "systemd-notify", extra=extra),
        ],
        seconds,
    )  # fmt: skip
    case.notes["sh + systemd-notify"] = "sh -c 'systemd-notify --ready; exec CHILD'"
    for number, wrapper in case.turns(rounds):
        tag = f"ready{wrapper.name.split()[0]}"
        notifications.forget()
        try:
            wrapper.start([tag])
            stamp = notifications.wait_ready(START_SECONDS)
            case.samples[wrapper.name][number] = (stamp - wrapper.stamp) / MILLISECOND
            bench.board.wait(tag, wrapper.stamp, START_SECONDS)
        except (TooLate, OSError) as error:
            case.skip(wrapper, str(error))
        finally:
            wrapper.stop()
        time.sleep(SETTLE_SECONDS / 3)
    return case.result()


def idle(bench, idle_seconds):
    """Memory, threads and context switches of one wrapper with one child that does nothing."""
    case = Case(
        "idle", "One idle wrapper with one child", "",
        [
            Prefix(bench, "C floor", [f"{bench.programs}/floor"]),
            Prefix(bench, "upkeep-run", [bench.upkeep, *RESTART_AT_ONCE, "--"]),
            Prefix(bench, "dumb-init", ["dumb-init"]),
            Prefix(bench, "tini", ["tini", "-s", "--"]),
            *slow_supervisors(bench),
            Monit(bench, "monit", "monit", "cycle of 1 s"),
            ServiceManager(bench, "systemd (PID 1)", None, "the whole manager of the test machine"),
        ],
        seconds=0,
    )  # fmt: skip
    case.notes = {name: note for name, note in case.notes.items() if "PID 1" in name or name == "monit"}
    units = Case("idleunit", "One idle unit", "", upkeep_units(bench)[:1], seconds=0)
    case.skipped |= units.skipped
    started = [*case.wrappers, *units.wrappers]
    values = {}
    try:
        managers = [wrapper for wrapper in case.wrappers if isinstance(wrapper, ServiceManager)]
        for manager in managers:
            case.wrappers.remove(manager)
            manager.start([])
        case.start_all(1, after=3)
        case.wrappers += managers
        # PSS divides shared pages among their users: while it is read, only one copy of each program runs.
        for wrapper in case.wrappers:
            values[wrapper.name] = processes.memory(wrapper.pids()[0])
        units.start_all(1, after=3)
        watched = case.wrappers + units.wrappers
        before = {wrapper.name: processes.switches(wrapper.pids()[0]) for wrapper in watched}
        time.sleep(idle_seconds)
        for wrapper in watched:
            after = processes.switches(wrapper.pids()[0])
            voluntary, involuntary = (a - b for a, b in zip(after, before[wrapper.name], strict=True))
            values.setdefault(wrapper.name, {})
            values[wrapper.name] |= {"voluntary": voluntary, "involuntary": involuntary}
        for wrapper in case.wrappers:
            if isinstance(wrapper, Prefix) and wrapper.name == "upkeep-run":
                wrapper.stop()
        for wrapper in units.wrappers:
            values[wrapper.name] |= processes.memory(wrapper.pids()[0])
    finally:
        case.stop_all(started)
    result = case.result()
    del result["samples"]
    return result | {"values": values, "idle_seconds": idle_seconds}
