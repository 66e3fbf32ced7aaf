#!/usr/bin/env python3
"""Measures the commands over units in a booted test machine: units.py [--rounds N] [--quick]

Side by side, in one run and in an order that changes by chance:

  in-process   ListUnits and reading every value: SystemdManager (units-client) beside C (units.c)
  process      `upkeep list` beside `systemctl list-units`, `busctl call ... ListUnits` and the C client, which shows
               nothing and so is the floor, with 150 units loaded
  states       the state of every unit of a machine with 1,000 of them: `upkeep list --all --columns active` beside
               `systemctl show '*' -p Id,ActiveState`

Ratios are medians of the rounds' own ratios, with their quartiles. Nothing is asserted: a figure that misses its aim
is printed as NO.

Environment: UPKEEP_BIN (folder of upkeep and upkeep-run, default .build/release).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MACHINE = [f"{HERE}/../Tests/Machine/machine", "-n", f"units{os.getpid()}"]
PROGRAMS = os.path.abspath(os.environ.get("UPKEEP_BIN", f"{HERE}/../.build/release"))

# The part that runs inside the machine: times commands, each of them once in every round.
INSIDE = r"""
import json, random, subprocess, sys, time
rounds, commands = json.loads(sys.argv[1])
samples = {name: [] for name in commands}
for number in range(rounds + 2):
    for name in random.sample(sorted(commands), len(commands)):
        begin = time.perf_counter()
        subprocess.run(commands[name], stdout=subprocess.DEVNULL, check=True)
        if number > 1:
            samples[name].append((time.perf_counter() - begin) * 1e6)
print(json.dumps(samples))
"""


def machine(*arguments, **options):
    return subprocess.run([*MACHINE, *arguments], check=True, **options)


def inside(rounds, commands):
    """Times commands in the machine; microseconds by name."""
    said = machine(
        "raw", "python3", "-c", INSIDE, json.dumps([rounds, commands]), stdout=subprocess.PIPE, text=True
    )
    return json.loads(said.stdout)


def alternating(programs, rounds, batch=20):
    """Runs programs that print a line of microseconds a call, in turns; microseconds by name."""
    samples = {name: [] for name in programs}
    for _ in range(max(rounds // batch, 3)):
        for name in random.sample(sorted(programs), len(programs)):
            said = machine("raw", *programs[name], str(batch + 2), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            # The first calls of a connection pay for its making.
            samples[name].append(statistics.median(float(line) for line in said.stdout.splitlines()[2:]))
    return samples


def report(title, samples, ours, aims):
    """Prints a table; `aims` gives for each other name the least factor that ours is to be faster by."""
    print(f"\n{title}")
    for name in sorted(samples, key=lambda name: statistics.median(samples[name])):
        line = f"  {name:24} {statistics.median(samples[name]):10.0f} us"
        if name != ours:
            ratios = [theirs / own for own, theirs in zip(samples[ours], samples[name])]
            low, middle, high = statistics.quantiles(ratios, n=4)
            line += f"   x {middle:.2f} of ours ({low:.2f} to {high:.2f})"
            if name in aims:
                line += f"   aim {aims[name]}: {'yes' if middle >= aims[name] else 'NO'}"
        print(line)


def build_floor(folder):
    subprocess.run(
        ["cc", "-O2", "-Wall", "-Wextra", "-o", f"{folder}/units", f"{HERE}/units.c", "-lsystemd"], check=True
    )


def build_client():
    package = f"{HERE}/units-client"
    scratch = f"{HERE}/../.build/units-client"
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--package-path", package, "--scratch-path", scratch]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return f"{scratch}/release/units-client"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--quick", action="store_true", help="10 rounds, and no in-process part")
    options = parser.parse_args()
    rounds = 10 if options.quick else options.rounds
    with tempfile.TemporaryDirectory() as folder:
        build_floor(folder)
        client = None if options.quick else build_client()
        machine("up", "--owner", str(os.getpid()), "--programs", PROGRAMS)
        try:
            machine("put", "-", "/etc/systemd/system/bulk@.service", input=b"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n")
            machine("put", "-", "/etc/systemd/system/mass@.target", input=b"[Unit]\nDescription=Mass %i\n")
            machine("put", f"{folder}/units", "/root/units")
            machine("raw", "chmod", "755", "/root/units")
            start(150, "bulk@{}.service")
            loaded = count()
            report(
                f"process, {loaded} units loaded",
                inside(rounds, {
                    "upkeep list": ["upkeep", "list", "--no-pager"],
                    "systemctl list-units": ["systemctl", "list-units", "--no-pager"],
                    "busctl ListUnits": [
                        "busctl", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                        "org.freedesktop.systemd1.Manager", "ListUnits",
                    ],
                    "C client": ["/root/units", "-p", "1"],
                }),
                "upkeep list", {"systemctl list-units": 2})
            if client:
                machine("put", client, "/root/units-client")
                machine("raw", "chmod", "755", "/root/units-client")
                report(
                    f"in-process, {loaded} units",
                    alternating({"SystemdManager": ["/root/units-client"], "C": ["/root/units", "-p"],
                                 "C, nothing read": ["/root/units", "-w"]}, rounds * 5),
                    "SystemdManager", {"C": 0.77})
            start(1000, "mass@{}.target")
            report(
                f"state of all of {count()} units",
                inside(max(rounds // 10, 5), {
                    "upkeep list --all": ["upkeep", "list", "--all", "--no-pager", "--columns", "active"],
                    "systemctl show '*'": ["systemctl", "show", "*", "-p", "Id,ActiveState", "--no-pager"],
                    "systemctl list-units --all": ["systemctl", "list-units", "--all", "--no-pager"],
                    "C client": ["/root/units", "-p", "1"],
                }),
                "upkeep list --all", {"systemctl show '*'": 100})
        finally:
            machine("down")


def start(wanted, template):
    """Starts so many instances."""
    machine("raw", "systemctl", "start", *[template.format(number) for number in range(wanted)])


def count():
    said = machine("raw", "systemctl", "list-units", "--all", "--no-legend", "--plain", "--no-pager", stdout=subprocess.PIPE)
    return said.stdout.count(b"\n")


if __name__ == "__main__":
    sys.exit(main())
