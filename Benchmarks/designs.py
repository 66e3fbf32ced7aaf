#!/usr/bin/env python3
"""Measures what works on unit files alone, side by side: designs.py [--units N] [--rounds N] [--only LIST]

Each case is a row of CASES: programs that do the same work on the same files, the first of them ours. All take part
in each round, in an order that changes by chance; the ratio is the median of the rounds' own ratios. Nothing is
asserted: a figure that misses its aim is printed as NO.

Environment: UPKEEP_BIN (folder of upkeep, default .build/release beside this folder).
"""

import argparse
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
UPKEEP = os.path.join(os.path.abspath(os.environ.get("UPKEEP_BIN", f"{HERE}/../.build/release")), "upkeep")

SERVICE = """[Unit]
Description=Service number {number}
Documentation=man:app(8) https://example.com/app
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=60
StartLimitBurst=5

[Service]
Type=exec
ExecStart=/usr/bin/python3 /srv/app{number}/main.py --port {port} --config "/etc/app {number}/config.toml"
ExecReload=/bin/kill -HUP $MAINPID
User=app{user}
Restart=on-failure
RestartSec=2s
Environment=A=1 "B=two words"
LimitNOFILE=4096:8192
StateDirectory=app{number}
{sandbox}
[Install]
WantedBy=multi-user.target
"""

SANDBOX = """NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
RestrictSUIDSGID=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictRealtime=yes
PrivateUsers=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
UMask=0077
""".splitlines()

# One line of the list that `upkeep generate --from` reads; the C floor fills the same text in.
REQUEST = (
    "--name bench-{number} --exec '/usr/bin/bench --port {port}' --ready http://127.0.0.1:{port}/health "
    "--watchdog 30s --restart always --limit nofile=4096:8192 --state-directory bench-{number} --systemd 252"
)

BOTH = '"$0" lint "$@"; "$0" score "$@"'  # lint says 1 where it finds something


class Floor:
    """The list for `upkeep generate --from`, and the template and the program of the C floor."""

    folder = ""
    count = 0

    @classmethod
    def prepare(cls, folder, count):
        cls.folder, cls.count = folder, count
        with open(f"{folder}/list", "w", encoding="ascii") as file:
            file.writelines(REQUEST.format(number=number, port=10000 + number) + "\n" for number in range(count))
        command = [UPKEEP, "generate", "--from", "-", "--output-dir", f"{folder}/one"]
        first = REQUEST.format(number=0, port=10000) + "\n"
        subprocess.run(command, input=first, text=True, check=True, stdout=subprocess.DEVNULL)
        with open(f"{folder}/one/bench-0.service", encoding="ascii") as file:
            text = file.read().replace("bench-0", "@NAME@").replace("10000", "@PORT@")
        with open(f"{folder}/template", "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run(["cc", "-O2", "-o", f"{folder}/render", f"{HERE}/render.c"], check=True)

    @classmethod
    def target(cls):
        """A new folder, so that nothing stands there already."""
        return tempfile.mkdtemp(dir=cls.folder)


# name, title, the least ratio of the second program's time to ours that is aimed at, the programs
CASES = [
    (
        "score", "exposure of all units", 5.0,
        [
            ("upkeep score", lambda files: [UPKEEP, "score", *files]),
            ("systemd-analyze security", lambda files: ["systemd-analyze", "security", "--offline=true", *files]),
        ],
    ),
    (
        "score-json", "exposure of all units, every check as JSON", 2.0,
        [
            ("upkeep score -o json", lambda files: [UPKEEP, "score", "-o", "json", *files]),
            (
                "systemd-analyze --json",
                lambda files: ["systemd-analyze", "security", "--offline=true", "--json=short", *files],
            ),
        ],
    ),
    (
        "score-one", "exposure of one unit, as a process", 1.0,
        [
            ("upkeep score", lambda files: [UPKEEP, "score", files[-1]]),
            ("systemd-analyze security", lambda files: ["systemd-analyze", "security", "--offline=true", files[-1]]),
        ],
    ),
    (
        "lint-score", "lint and exposure of all units, beside verify", 8.0,
        [
            ("upkeep lint; upkeep score", lambda files: ["sh", "-c", BOTH, UPKEEP, *files]),
            ("systemd-analyze verify", lambda files: ["systemd-analyze", "verify", "--man=no", *files]),
        ],
    ),
    (
        "lint-one", "lint of one unit, as a process", 1.0,
        [
            ("upkeep lint", lambda files: [UPKEEP, "lint", files[-1]]),
            ("systemd-analyze verify", lambda files: ["systemd-analyze", "verify", "--man=no", files[-1]]),
        ],
    ),
    (
        "generate", "rendering and writing as many services, beside the C floor", 1 / 3,
        [
            (
                "upkeep generate --from",
                lambda files: [UPKEEP, "generate", "--from", f"{Floor.folder}/list", "--output-dir", Floor.target()],
            ),
            (
                "C floor",
                lambda files: [f"{Floor.folder}/render", f"{Floor.folder}/template", Floor.target(), str(Floor.count)],
            ),
        ],
    ),
    (
        "generate-one", "generating one service, as a process, beside a bare start", 0.25,
        [
            ("upkeep generate", lambda files: [UPKEEP, "generate", "--exec", "/usr/bin/true"]),
            ("upkeep version", lambda files: [UPKEEP, "version"]),
        ],
    ),
]  # fmt: skip

# How programs end that did what they were asked: lint and verify have a status for findings.
FINE = {0, 1}


def write_units(folder, count):
    """Plausible services, every second of them with all or a part of a sandbox."""
    files = []
    for number in range(count):
        lines = SANDBOX[: (0, 9, 0, len(SANDBOX))[number % 4]]
        path = f"{folder}/app{number:04}.service"
        with open(path, "w", encoding="ascii") as file:
            sandbox = "".join(f"{line}\n" for line in lines)
            file.write(SERVICE.format(number=number, port=8000 + number, user=number % 50, sandbox=sandbox))
        files.append(path)
    return files


def run(command):
    """Milliseconds of a process and of its CPU time; its answer goes nowhere."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.monotonic_ns()
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    status = subprocess.run(command, check=False, **quiet).returncode
    wall = (time.monotonic_ns() - begin) / 1e6
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if status not in FINE:
        sys.exit(f"designs.py: {' '.join(command[:4])} ... ended with {status}: nothing was measured")
    return wall, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def measure(name, title, aim, programs, files, rounds):
    """One case: prints its table and gives its samples."""
    samples = {label: [] for label, _ in programs}
    chance = random.Random(1)
    for number in range(rounds + 1):
        order = list(programs)
        chance.shuffle(order)
        for label, command in order:
            sample = run(command(files))
            if number > 0:  # the first round warms caches
                samples[label].append(sample)
    print(f"\n{title} ({len(files)} units, {rounds} rounds)")
    print(f"  {'':28}{'wall p50':>10}{'CPU p50':>10}  ms")
    for label, _ in programs:
        wall, cpu = (statistics.median(values) for values in zip(*samples[label]))
        print(f"  {label:28}{wall:10.1f}{cpu:10.1f}")
    own, other = (samples[label] for label, _ in programs[:2])
    ratio = statistics.median(second[0] / first[0] for first, second in zip(own, other))
    cpu_ratio = statistics.median(second[1] / max(first[1], 0.001) for first, second in zip(own, other))
    reached = "yes" if ratio >= aim else "NO"
    print(f"  {ratio:.2f} times as fast (CPU {cpu_ratio:.2f}); aim {aim:.2f}: {reached}")
    return {"case": name, "units": len(files), "ratio": ratio, "cpu_ratio": cpu_ratio, "aim": aim, "samples": samples}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--only", default=",".join(case[0] for case in CASES))
    parser.add_argument("--json", help="write all samples to this file")
    settings = parser.parse_args()
    chosen = settings.only.split(",")
    unknown = set(chosen) - {case[0] for case in CASES}
    if unknown:
        parser.error(f"there is no case {', '.join(sorted(unknown))}")
    for program in (UPKEEP, "systemd-analyze", "cc"):
        if not shutil.which(program):
            sys.exit(f"designs.py: there is no {program} (make build makes upkeep)")
    results = []
    with tempfile.TemporaryDirectory(prefix="upkeep-designs-") as folder:
        files = write_units(folder, settings.units)
        Floor.prepare(folder, settings.units)
        for name, title, aim, programs in CASES:
            if name in chosen:
                results.append(measure(name, title, aim, programs, files, settings.rounds))
    if settings.json:
        with open(settings.json, "w", encoding="ascii") as file:
            json.dump(results, file, indent=1)


if __name__ == "__main__":
    main()
