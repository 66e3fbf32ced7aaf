#!/usr/bin/env python3
"""Measures `upkeep logs` beside journalctl on the same journal: logs.py [--entries N] [--rounds N]

It boots a test machine of its own (Tests/Machine/machine), whose journald is given N entries of 20 services in its
native protocol, and lets both programs print all of them in each format. Both take part in each round, in an order
that changes by chance; the ratio is the median of the rounds' own ratios. That both print the same entries with the
same fields is checked once. Nothing is asserted about time: a figure that misses its aim is printed as NO.

Environment: UPKEEP_BIN (folder of upkeep, default .build/release beside this folder).
"""

import argparse
import json
import os
import random
import resource
import socket
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = os.path.abspath(os.environ.get("UPKEEP_BIN", f"{HERE}/../.build/release"))
MACHINE = f"{HERE}/../Tests/Machine/machine"
INSIDE = "/opt/upkeep-logs-bench"
UPKEEP = "/usr/local/bin/upkeep"
UNIT = "upkeep-logs-bench.service"  # in which this script runs, and which all entries are of
SOCKET = "/run/systemd/journal/socket"

# Name, what is asked of upkeep, of journalctl, and at least how many times faster it is to be (None: no aim).
CASES = [
    ("json", ["-o", "json"], ["-o", "json", "--all"], 5),
    ("export", ["-o", "export"], ["-o", "export"], None),
    ("cat", ["-o", "cat"], ["-o", "cat"], None),
    ("short", ["-o", "short"], ["-o", "short"], None),
    ("json of a unit", ["-o", "json", UNIT], ["-o", "json", "--all", "-u", UNIT], None),
    ("last 10", ["-n", "10"], ["-n", "10"], None),
]


def fill(entries):
    """Gives journald the entries, and waits until it has them."""
    os.makedirs("/run/systemd/journald.conf.d", exist_ok=True)
    with open("/run/systemd/journald.conf.d/bench.conf", "w", encoding="ascii") as file:
        file.write("[Journal]\nRateLimitBurst=0\nSystemMaxUse=2G\nRuntimeMaxUse=2G\nSyncIntervalSec=10min\n")
    os.makedirs("/var/log/journal", exist_ok=True)  # what is kept in memory only may be as small as journald likes
    subprocess.run(["systemctl", "restart", "systemd-journald"], check=True)
    subprocess.run(["journalctl", "--flush"], check=True)
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    for number in range(entries):
        app = number % 20
        fields = {
            "PRIORITY": 6 if number % 17 else 3,
            "SYSLOG_FACILITY": 3,
            "SYSLOG_IDENTIFIER": f"app{app}",
            "CODE_FILE": f"src/app{app}/main.c",
            "CODE_LINE": number % 900,
            "CODE_FUNC": "serve",
            "REQUEST_ID": f"{number:016x}",
            "MESSAGE": f"request {number} from 10.0.{number % 256}.{number % 251}: GET /api/items/{number * 7}"
            f" took {number % 900} ms, status {200 if number % 31 else 500}",
        }
        datagram = "".join(f"{name}={value}\n" for name, value in fields.items())
        sender.sendto(datagram.encode(), SOCKET)
    subprocess.run(["journalctl", "--sync"], check=True)


def run(command):
    """Seconds of processor time and of the clock that a command takes with its output thrown away."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    clock = time.monotonic() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, clock


def objects(command):
    """The JSON objects that a command prints."""
    text = subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def check_same(last):
    """Fails unless both programs say the same of all entries up to a cursor's."""
    ours = objects([UPKEEP, "logs", "-o", "json", "--until", last])
    theirs = objects(["journalctl", "-o", "json", "--all", "--until", last])
    if ours != theirs:
        different = next((pair for pair in zip(ours, theirs) if pair[0] != pair[1]), "the number of entries")
        sys.exit(f"logs.py: {len(ours)} and {len(theirs)} entries are not the same: {different}")
    return len(ours)


def measure(entries, rounds):
    """Runs inside of the machine; prints the samples as JSON."""
    fill(entries)
    time.sleep(1)  # for --until: whole seconds, in which nothing is written any more
    same = check_same(f"@{int(time.time()) - 1}")
    chance = random.Random(1)
    result = {"entries": same, "cases": []}
    for name, ours, theirs, aim in CASES:
        commands = {
            "upkeep": [UPKEEP, "logs", "--no-pager", "-q"] + ours,
            "journalctl": ["journalctl", "--no-pager", "-q"] + theirs,
        }
        samples = {"upkeep": [], "journalctl": []}
        for _ in range(rounds):
            order = list(commands)
            chance.shuffle(order)
            for program in order:
                samples[program].append(run(commands[program]))
        result["cases"].append({"name": name, "aim": aim, "samples": samples})
    print(json.dumps(result))


def report(result):
    """Prints a table."""
    print(f"{result['entries']} entries, the same of both programs; medians of processor time and of the clock")
    print(f"{'format':16} {'upkeep':>18} {'journalctl':>18} {'x faster':>9}  aim")
    for case in result["cases"]:
        ours, theirs = case["samples"]["upkeep"], case["samples"]["journalctl"]
        ratio = statistics.median(t[0] / max(o[0], 1e-4) for o, t in zip(ours, theirs))
        texts = [
            f"{statistics.median(s[0] for s in samples):7.3f} s {statistics.median(s[1] for s in samples):6.3f} s"
            for samples in (ours, theirs)
        ]
        aim = "" if case["aim"] is None else f"{case['aim']} {'yes' if ratio >= case['aim'] else 'NO'}"
        print(f"{case['name']:16} {texts[0]:>18} {texts[1]:>18} {ratio:9.2f}  {aim}")


def main():
    """Boots a machine, measures in it, and takes it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.entries, options.rounds)
        return
    machine = [MACHINE, "-n", f"logs-bench-{os.getpid()}"]
    subprocess.run(
        machine
        + ["up", "--base", "/", "--network", "none", "--owner", str(os.getpid()), "--programs", PROGRAMS]
        + ["--bind", f"{HERE}:{INSIDE}"],
        check=True,
    )
    try:
        command = ["raw", "systemd-run", "--quiet", "--pipe", "--wait", "--collect", f"--unit={UNIT}"]
        command += ["/usr/bin/python3", f"{INSIDE}/logs.py", "--inside"]
        command += ["--entries", str(options.entries), "--rounds", str(options.rounds)]
        output = subprocess.run(machine + command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        report(json.loads(output.stdout))
    finally:
        subprocess.run(machine + ["down"], check=True)


if __name__ == "__main__":
    main()
