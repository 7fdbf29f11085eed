#!/usr/bin/env python3
"""Fits the constants of the cost model to a tuning database, and tests it.

    benchmarks/model-fit.py TS_RUN DATABASE [--validate] [NAME ...]

Varies the constants named, or those of BOUNDS, one after the other within
their bounds as long as the mean of |log(predicted / measured)| falls, and
prints those that changed, as --model-constants takes them. What is printed
belongs into include/ts/Strategy/ModelConstants.h.

--validate says what the model is worth on schedules that it has not seen: it
fits to one half of the schedules (by a hash of their text) and tests on the
other, both ways, and fits to all precisions but one and tests on that one. It
starts from the middle of the bounds, not from the constants as they are.
"""
import hashlib
import json
import math
import pathlib
import re
import subprocess
import sys

FACTORS = (0.5, 0.8, 0.93, 0.98, 1.02, 1.07, 1.25, 2.0)
# What is fitted, and what it can be: a clock is a clock, an L2 has a rate.
BOUNDS = {
    "exponent": (3, 12),
    "stall": (0, 0.3),
    "stallAlone": (0.05, 0.5),
    "stallNoAhead": (0, 0.5),
    "portNoSwap": (0.05, 0.3),
    "codeMiss": (0, 0.2),
    "sharedClocks": (4, 40),
    "storeClocks": (4, 80),
    "dependentClocks": (1, 6),
    "blockLatency": (0.3, 3),
    "l2BytesPerClock": (8, 24),
    "copyClocks": (1, 16),
    "barrierClocks": (20, 600),
    "burstShare": (0, 1),
    "spillClocks": (1, 8),
}


def report(tool, database, constants):
    """The rows of ts-run --model-report."""
    text = ",".join(f"{name}={value:.6g}" for name, value in constants.items())
    command = [tool, "--model-report", "--tuning-db=" + database, "--json=-"]
    if text:
        command.append("--model-constants=" + text)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = json.loads(done.stdout)["rows"]
    if not rows:
        sys.exit("the database has no usable record")
    return rows


def half(row):
    """0 or 1; the same for all measurements of a schedule."""
    return hashlib.sha256(row["schedule"].encode()).digest()[0] % 2


def ratio(row):
    """Predicted over measured; what cannot run counts as wrong by e."""
    return row["predicted_ms"] / row["measured_ms"] if row["predicted_ms"] else math.e


def loss(rows, keep):
    kept = [abs(math.log(ratio(row))) for row in rows if keep(row)]
    return sum(kept) / len(kept)


def ranks(values):
    """Equal values share the mean of their ranks."""
    order = sorted(values)
    first = {v: i for i, v in reversed(list(enumerate(order)))}
    last = {v: i for i, v in enumerate(order)}
    return [(first[v] + last[v]) / 2 for v in values]


def correlation(xs, ys):
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    xy = sum((x - mx) * (y - my) for x, y in zip(xs, ys))
    norm = math.sqrt(sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys))
    return xy / norm if norm else 0.0


def show(rows):
    errors = sorted(abs(ratio(row) - 1) for row in rows)
    measured = [row["measured_ms"] for row in rows]
    predicted = [ratio(row) * row["measured_ms"] for row in rows]
    rank = correlation(ranks(predicted), ranks(measured))
    return (
        f"{len(rows)} schedules, median absolute error "
        f"{100 * (errors[len(errors) // 2] + errors[(len(errors) - 1) // 2]) / 2:.1f}%, "
        f"nine of ten within {100 * errors[len(errors) * 9 // 10]:.1f}%, "
        f"rank correlation {rank:.3f}"
    )


def defaults():
    """Names and values as the header has them."""
    root = pathlib.Path(__file__).resolve().parent.parent
    text = (root / "include/ts/Strategy/ModelConstants.h").read_text()
    body = text[text.index("struct ModelConstants") :]
    body = re.sub(r"//.*", "", body[: body.index("};")])
    return {n: float(v) for n, v in re.findall(r"(\w+) = ([0-9.e-]+)", body)}


def fit(tool, database, names, values, keep):
    """Coordinate descent on the records that `keep` takes."""
    changed = {name: values[name] for name in names}
    best = loss(report(tool, database, changed), keep)
    improved = True
    while improved:
        improved = False
        for name in names:
            start = changed.get(name, values[name])
            low, high = BOUNDS.get(name, (-math.inf, math.inf))
            for factor in FACTORS:
                trial = dict(changed, **{name: min(max(start * factor, low), high)})
                now = loss(report(tool, database, trial), keep)
                if now < best - 1e-4:
                    best, changed, improved = now, trial, True
    return changed


def validate(tool, database, names, values):
    """Each record predicted with constants that were fitted without it."""
    rows = report(tool, database, {})
    # The constants as they are have seen all of them.
    values = {name: sum(BOUNDS.get(name, (v, v))) / 2 for name, v in values.items()}
    unseen = []
    for side in (0, 1):
        constants = fit(tool, database, names, values, lambda r: half(r) != side)
        unseen += [r for r in report(tool, database, constants) if half(r) == side]
    print("fitted to one half, tested on the other:", show(unseen), flush=True)
    for precision in sorted({row["precision"] for row in rows}):
        others = lambda r: r["precision"] != precision
        if not any(others(row) for row in rows):
            continue
        constants = fit(tool, database, names, values, others)
        rest = [r for r in report(tool, database, constants) if not others(r)]
        print(f"fitted without {precision}, tested on it:", show(rest), flush=True)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--validate"]
    if len(arguments) < 2:
        sys.exit(__doc__)
    tool, database, *names = arguments
    values = defaults()
    for name in names:
        if name not in values:
            sys.exit(f"no constant '{name}'; there are {', '.join(values)}")
    names = names or list(BOUNDS)
    print("as it is:", show(report(tool, database, {})), flush=True)
    if "--validate" in sys.argv:
        return validate(tool, database, names, values)
    changed = fit(tool, database, names, values, lambda row: True)
    print("fitted:  ", show(report(tool, database, changed)))
    print(
        ",".join(
            f"{name}={value:.4g}"
            for name, value in changed.items()
            if value != values[name]
        )
    )


if __name__ == "__main__":
    main()
