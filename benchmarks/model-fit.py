#!/usr/bin/env python3
"""Fits the constants of the cost model to a tuning database.

    benchmarks/model-fit.py TS_RUN DATABASE [NAME ...]

Varies the constants of include/ts/Strategy/ModelConstants.h (those named, or
all) one after the other as long as the mean of |log(predicted / measured)|
falls, and prints those that changed, as --model-constants takes them. What is
printed belongs into that file, with the measurement it came from.
"""
import json
import math
import pathlib
import re
import subprocess
import sys

FACTORS = (0.5, 0.8, 0.9, 0.97, 1.03, 1.1, 1.25, 2.0)


def report(tool, database, constants):
    """What ts-run --model-report says of the database."""
    text = ",".join(f"{name}={value:.6g}" for name, value in constants.items())
    command = [tool, "--model-report", "--tuning-db=" + database, "--json=-"]
    if text:
        command.append("--model-constants=" + text)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def loss(result):
    """Mean |log| of the ratios; what cannot run counts as wrong by e."""
    rows = result["rows"]
    if not rows:
        sys.exit("the database has no usable record")
    errors = [
        abs(math.log(row["predicted_ms"] / row["measured_ms"]))
        if row["predicted_ms"]
        else 1.0
        for row in rows
    ]
    return sum(errors) / len(errors)


def defaults():
    """Names and values as the header has them."""
    root = pathlib.Path(__file__).resolve().parent.parent
    text = (root / "include/ts/Strategy/ModelConstants.h").read_text()
    body = text[text.index("struct ModelConstants") :]
    body = re.sub(r"//.*", "", body[: body.index("};")])
    return {n: float(v) for n, v in re.findall(r"(\w+) = ([0-9.e-]+)", body)}


def show(result):
    return (
        f"{len(result['rows'])} schedules, mean |log error| {loss(result):.4f}, "
        f"median absolute error {100 * result['median_error']:.1f}%, "
        f"rank correlation {result['rank_correlation']:.3f}"
    )


def fit(tool, database, names, values):
    """Coordinate descent; returns the constants that changed."""
    changed = {}
    best = loss(report(tool, database, changed))
    improved = True
    while improved:
        improved = False
        for name in names:
            start = changed.get(name, values[name])
            for factor in FACTORS:
                trial = dict(changed, **{name: start * factor})
                result = loss(report(tool, database, trial))
                if result < best - 1e-5:
                    best, changed, improved = result, trial, True
    return changed


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    tool, database, *names = sys.argv[1:]
    values = defaults()
    for name in names:
        if name not in values:
            sys.exit(f"no constant '{name}'; there are {', '.join(values)}")
    print("before:", show(report(tool, database, {})))
    changed = fit(tool, database, names or list(values), values)
    print("after: ", show(report(tool, database, changed)))
    print(",".join(f"{name}={value:.4g}" for name, value in changed.items()))


if __name__ == "__main__":
    main()
