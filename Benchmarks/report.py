"""Prints a result file as tables, and holds the figures against the aims: report.py RESULT.json"""

import json
import statistics
import sys

FLOOR = "C floor"
UPKEEP = "upkeep-run"


def quantile(values, share):
    """The value below which `share` of all lie, between two neighbours by proportion."""
    ordered = sorted(values)
    position = share * (len(ordered) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


def paired(case, above, below):
    """Ratios above/below of the rounds that have both; empty if there are none."""
    upper = dict(case["samples"].get(above, []))
    lower = dict(case["samples"].get(below, []))
    return [upper[number] / lower[number] for number in upper if number in lower]


def table(rows):
    """Lines with columns; the first is text, the others are figures."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        last = len(row) - 1
        for column in range(1, len(row)):
            text_column = column == last and rows[0][last] == "note"
            cells.append(row[column] if text_column else row[column].rjust(widths[column]))
        yield "  " + "  ".join(cells).rstrip()


def figure(value):
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def summary(case):
    """What a table shows, by wrapper: n, p50, p90, max, and the paired ratio to the floor with its quartiles."""
    found = {}
    for name, pairs in case.get("samples", {}).items():
        values = [value for _, value in pairs]
        if not values:
            continue
        found[name] = {
            "n": len(values), "p50": statistics.median(values), "p90": quantile(values, 0.9), "max": max(values),
        }  # fmt: skip
        ratios = paired(case, name, FLOOR)
        if ratios and name != FLOOR:
            found[name]["to_floor"] = [quantile(ratios, share) for share in (0.25, 0.5, 0.75)]
    return found


def timing(case):
    rows = [("", "n", "p50", "p90", "max", f"x {FLOOR}", "[quartiles]", "note")]
    for name, found in summary(case).items():
        ratio = spread = ""
        if "to_floor" in found:
            low, middle, high = (figure(value) for value in found["to_floor"])
            ratio, spread = middle, f"[{low} {high}]"
        columns = (figure(found[word]) for word in ("p50", "p90", "max"))
        rows.append((name, str(found["n"]), *columns, ratio, spread, case["notes"].get(name, "")))
    yield f"{case['title']}, {case['unit']}"
    yield from table(rows)


def resting(case):
    rows = [("", "PSS kB", "private dirty", "anonymous", "RSS", "threads", "voluntary", "involuntary", "note")]
    for name, values in case["values"].items():
        words = ("pss", "private_dirty", "anonymous", "rss", "threads", "voluntary", "involuntary")
        rows.append((name, *(str(values.get(word, "")) for word in words), case["notes"].get(name, "")))
    yield f"{case['title']}: memory, and context switches in {case['idle_seconds']:g} s"
    yield from table(rows)


def aims(results):
    """Gives (aim, figure or None, holds) in the order in which they are printed."""

    def ratio(case, above, below):
        found = paired(results[case], above, below) if case in results else []
        return statistics.median(found) if found else None

    restart = ratio("crash", UPKEEP, FLOOR)
    plain = ratio("crash", "systemd RestartSec=0", "upkeep-run, unit")
    sandboxed = ratio("crash", "systemd RestartSec=0, sandboxed", "upkeep-run, sandboxed unit")
    hardened = ratio("crash", "systemd RestartSec=0, hardened", "upkeep-run, hardened unit")
    started = ratio("ready", UPKEEP, "sh + systemd-notify")
    still = results.get("idle", {}).get("values", {}).get(UPKEEP, {})

    yield "restart at most 1.25x the C floor", restart, "x", lambda value: value <= 1.25
    yield "restart at least 3x faster than systemd's, RestartSec=0", plain, "x", lambda value: value >= 3
    yield "the same for a sandboxed unit, at least 40x faster", sandboxed, "x", lambda value: value >= 40
    yield "the same for a hardened unit, at least 40x faster", hardened, "x", lambda value: value >= 40
    yield "PSS at most 6 MB", still.get("pss"), " kB", lambda value: value <= 6 * 1024
    yield "private dirty at most 1 MB", still.get("private_dirty"), " kB", lambda value: value <= 1024
    yield "one thread", still.get("threads"), "", lambda value: value == 1
    yield "no wake-up while idle", (
        still["voluntary"] + still["involuntary"] if "voluntary" in still else None
    ), " switches", lambda value: value == 0
    yield "READY=1 sooner than sh + systemd-notify", started, "x its time", lambda value: value < 1


def report(document):
    facts = document["facts"]
    yield f"{facts['cpu']}, {facts['cpus']} CPUs, {facts['memory_mb']} MB, {facts['kernel']}"
    versions = ("upkeep-run", "commit", "systemd", "s6", "runit", "supervisor", "monit", "dumb-init", "tini")
    yield ", ".join(f"{name} {facts[name].removeprefix(name + ' ')}" for name in versions if facts.get(name))
    yield (
        f"measured in the {facts['place']}{' under SCHED_RR' if facts['realtime'] else ''}, virtualization "
        f"{facts.get('virtualization')}, load {facts['load_before'][0]:.2f} before and "
        f"{facts['load_after'][0]:.2f} after, {facts['date']}"
    )
    yield ""
    for case in document["cases"].values():
        yield from resting(case) if "values" in case else timing(case)
        for name, reason in case["skipped"].items():
            yield f"  not measured: {name}: {reason}"
        yield ""
    yield "Aims (ratios: median of the paired rounds; for information)"
    rows = [("", "reached", "figure")]
    for aim, value, unit, holds in aims(document["cases"]):
        if value is None:
            rows.append((aim, "not measured", ""))
        else:
            text = f"{value:.2f}" if isinstance(value, float) else str(value)
            rows.append((aim, "yes" if holds(value) else "NO", text + unit))
    yield from table(rows)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as stream:
        for text in report(json.load(stream)):
            print(text)
