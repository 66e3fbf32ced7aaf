"""Runs the measurements and prints one JSON document; progress goes to standard error."""

import argparse
import gc
import json
import os
import platform
import signal
import subprocess
import sys
import time

import cases
import processes
import report
from board import Board, Notifications
from wrappers import Bench

FULL = {"crash": 100, "storm": 10, "exec": 100, "ready": 100, "idle": 60}
QUICK = {"crash": 10, "storm": 2, "exec": 10, "ready": 10, "idle": 5}
SECONDS = {"crash": 300, "storm": 240, "exec": 120, "ready": 60}  # the most that a case may take
PRIORITY = 10


def make_realtime(systemd):
    """Puts this process and what it starts under SCHED_RR, and those of systemd that take part."""
    pids = [0]
    if systemd:
        names = ["systemd-journald.service", "dbus.service"]
        found = subprocess.run(
            ["systemctl", "show", "--value", "-p", "MainPID", *names], check=True, capture_output=True, text=True
        )
        pids += [1, *(int(word) for word in found.stdout.split() if word != "0")]
    for pid in pids:
        os.sched_setscheduler(pid, os.SCHED_RR, os.sched_param(PRIORITY))


def machine_facts(settings, words):
    """What somebody must know to judge the figures."""
    model = ""
    memory = 0
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) // 1024
    facts = {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "cpu": model or platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "memory_mb": memory,
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "place": "test machine" if settings.systemd else "host",
        "realtime": settings.realtime,
    }
    for word in words:
        name, _, value = word.partition("=")
        facts[name] = value or None
    return facts


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--state", required=True)
    parser.add_argument("--upkeep-run", required=True)
    parser.add_argument("--systemd", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--realtime", action="store_true")
    parser.add_argument("--idle", type=float)
    parser.add_argument("--only", default=",".join(FULL))
    parser.add_argument("--facts", nargs="*", default=[])
    settings = parser.parse_args()
    rounds = dict(QUICK if settings.quick else FULL)
    if settings.idle is not None:
        rounds["idle"] = settings.idle
    chosen = settings.only.split(",")
    unknown = [name for name in chosen if name not in FULL]
    if unknown:
        parser.error(f"there is no case {', '.join(unknown)}; there are {', '.join(FULL)}")

    # An end by a signal is an end like any other: what runs below is ended too.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    processes.own_descendants()
    os.umask(0o022)
    os.makedirs(settings.state, exist_ok=True)
    try:
        facts = machine_facts(settings, settings.facts)
        facts["load_before"] = os.getloadavg()
        if settings.realtime:
            make_realtime(settings.systemd)
        board = Board(f"{settings.state}/board")
        notifications = Notifications(f"{settings.state}/notify")
        programs = os.path.dirname(os.path.abspath(__file__))
        bench = Bench(programs, settings.state, board, settings.upkeep_run, settings.systemd)
        measure = {
            "idle": lambda: cases.idle(bench, rounds["idle"]),
            "exec": lambda: cases.start(bench, rounds["exec"], SECONDS["exec"]),
            "ready": lambda: cases.ready(bench, notifications, rounds["ready"], SECONDS["ready"]),
            "crash": lambda: cases.crash(bench, rounds["crash"], SECONDS["crash"]),
            "storm": lambda: cases.storm(bench, rounds["storm"], SECONDS["storm"]),
        }
        gc.disable()
        results = {}
        for name, run in measure.items():
            if name in chosen:
                begin = time.monotonic()
                results[name] = run()
                results[name]["seconds"] = round(time.monotonic() - begin, 1)
        facts["load_after"] = os.getloadavg()
        for result in results.values():
            result["summary"] = report.summary(result)
        aims = [
            {"aim": aim, "value": value, "unit": unit.strip(), "reached": None if value is None else holds(value)}
            for aim, value, unit, holds in report.aims(results)
        ]
        json.dump({"facts": facts, "aims": aims, "cases": results}, sys.stdout, indent=1)
        print()
    finally:
        processes.kill_descendants()


if __name__ == "__main__":
    main()
