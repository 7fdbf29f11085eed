#!/usr/bin/env python3
"""Changes each field of a schedule alone and looks for the first step that differs.

usage: fields.py TS_OPT TSATTRS_TD

Every field of the schedule's attributes in TSAttrs.td needs a line in CHANGES. The
step given there must be the first one whose IR differs; the schedule itself, which
kernels and homes carry along, is left out of the comparison. What the IR has to
look like is said by the tests of the steps.
"""
import re
import subprocess
import sys

FMA = ("#ts.schedule<out, blocks = <order = grid, columns = 128, rows = 32, residents = 0>, "
       "warps = [2, 1], tile = [8, 128], "
       "math = fma<lanes = [1, 32], vector = 4, unroll = 1, order = rows>, "
       "a = <home = warp_shared, depth = 2>, b = <home = shared, swap = 0>, "
       "ahead = 0, store = <policy = cs, early = false, path = direct>>")
LINEAR = FMA.replace("grid, columns = 128, rows = 32", "linear, columns = 128, count = 2")
# Two groups of columns a lane; a last step of k beside the stores.
WIDE = FMA.replace("columns = 128", "columns = 256").replace("[8, 128]", "[8, 256]")
AHEAD = FMA.replace("ahead = 0", "ahead = 1")
MMA = ("#ts.schedule<out, blocks = <order = grid, columns = 128, rows = 64>, "
       "warps = [1, 2], tile = [16, 64], "
       "math = mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>, "
       "a = <home = shared, depth = 1, rows = 32, pieces = false>, b = <home = registers>, "
       "ahead = 0, store = <policy = cs>>")

# A product of all of K is one for b in registers; elsewhere it may be of less.
STEPS_OF_K = MMA.replace("registers", "global")

# Attribute, field, schedule, what is replaced by what, first step that differs.
# Some fields have to fit another one, which changes with them.
CHANGES = [
    ("Blocks", "order", FMA, [("grid", "linear"), ("rows = 32", "count = 2")], "tile"),
    ("Blocks", "columns", FMA, [("columns = 128", "columns = 256"), ("[2, 1]", "[2, 2]")], "tile"),
    ("Blocks", "rows", FMA, [("rows = 32", "rows = 16")], "tile"),
    ("Blocks", "count", LINEAR, [("count = 2", "count = 3")], "tile"),
    ("Blocks", "residents", FMA, [("residents = 0", "residents = 2")], "lower"),
    ("Blocks", "group", FMA, [("residents = 0", "group = 2")], "tile"),
    ("Blocks", "snake", FMA, [("residents = 0", "snake = true")], "tile"),
    ("Blocks", "skew", FMA, [("residents = 0", "skew = 8")], "tile"),
    ("Schedule", "warps", FMA, [("[2, 1]", "[1, 1]")], "tile"),
    ("Schedule", "tile", FMA, [("[8, 128]", "[16, 128]")], "tile"),
    ("Schedule", "index", AHEAD, [("path = direct>", "path = direct>, index = 32")], "lower"),
    ("Schedule", "ahead", FMA, [("ahead = 0", "ahead = 1")], "overlap"),
    ("Schedule", "math", FMA, [("fma<lanes = [1, 32], vector = 4, unroll = 1, order = rows>",
                                "mma<m16n8k16_bf16, orientation = columns, depth = 32, vector = 4>")],
     "vectorize"),
    ("Schedule", "blocks", FMA, [("rows = 32", "rows = 64")], "tile"),
    ("Schedule", "a", FMA, [("warp_shared, depth = 2", "global")], "tile"),
    ("Schedule", "b", FMA, [("shared, swap = 0", "global")], "tile"),
    ("Schedule", "store", FMA, [("policy = cs", "policy = wt")], "distribute"),
    # A name under which schedules are looked up; the passes do not read it.
    ("Schedule", "shapeClass", FMA, [("<out", "<general")], None),
    ("Fma", "lanes", FMA, [("[1, 32]", "[4, 8]")], "distribute"),
    ("Fma", "vector", FMA, [("vector = 4", "vector = 2")], "distribute"),
    ("Fma", "unroll", FMA, [("unroll = 1", "unroll = 2")], "overlap"),
    ("Fma", "order", WIDE, [("order = rows", "order = snake")], "distribute"),
    ("Fma", "spread", FMA, [("order = rows", "order = rows, spread = true")], "overlap"),
    ("Mma", "instruction", MMA, [("m16n8k16_bf16", "m16n8k8_tf32")], "vectorize"),
    ("Mma", "orientation", MMA, [("= columns,", "= rows,")], "distribute"),
    ("Mma", "depth", STEPS_OF_K, [("depth = 32", "depth = 16")], "vectorize"),
    ("Mma", "vector", MMA, [("vector = 4", "vector = 2")], "distribute"),
    ("Mma", "sums", MMA, [("vector = 4", "vector = 4, sums = 2")], "vectorize"),
    ("Operand", "home", MMA, [("registers", "shared")], "tile"),
    ("Operand", "depth", FMA, [("depth = 2", "depth = 3")], "overlap"),
    ("Operand", "swap", FMA, [("swap = 0", "swap = 1")], "overlap"),
    ("Operand", "rows", MMA, [("rows = 32", "rows = 64")], "tile"),
    ("Operand", "pieces", MMA, [("pieces = false", "pieces = true")], "overlap"),
    ("Operand", "dense", FMA, [("depth = 2", "depth = 2, dense = true")], "overlap"),
    ("Store", "policy", MMA, [("policy = cs", "policy = no_allocate")], "distribute"),
    ("Store", "early", AHEAD, [("early = false", "early = true")], "distribute"),
    ("Store", "spaced", AHEAD.replace("early = false", "early = true"),
     [("path = direct", "path = direct, spaced = true")], "distribute"),
    ("Store", "path", FMA, [("path = direct", "path = staged")], "overlap"),
]
STEPS = ["tile", "vectorize", "overlap", "distribute", "lower", "emit"]


def fields_of(td):
    """(attribute, field) of each parameter of the schedule's attributes."""
    text = open(td).read()
    for name, body in re.findall(r"def TS_(\w+)Attr\b.*?parameters = \(ins(.*?)\);", text, re.S):
        if name in ("Blocks", "Fma", "Mma", "Operand", "Store", "Schedule"):
            yield from ((name, field) for field in re.findall(r":\$(\w+)", body))


def module(schedule):
    mode = "ieee" if "fma<" in schedule else "tf32" if "tf32" in schedule else "bf16x3"
    a, b, c = "memref<128x32xf32>", "memref<32x256xf32>", "memref<128x256xf32>"
    return (f"func.func @main(%a: {a}, %b: {b}, %c: {c}) {{\n"
            f"ts.matmul {{precision = #ts.precision<{mode}>, schedule = {schedule}}}\n"
            f"ins(%a, %b : {a}, {b}) outs(%c : {c})\nreturn\n}}\n")


def stripped(ir):
    ir = re.sub(r"ts\.schedule = #ts\.schedule<.*?store = <[^>]*>[^>]*>", "", ir)
    precision = r" \{precision = #ts\.precision<\w+>\}|, precision = \w+"
    return re.sub(r"<home = [^>]*>|" + precision, "", ir)


def compile_to(step, schedule, known={}):
    key = step, schedule
    if key not in known:
        result = subprocess.run(
            [sys.argv[1], f"--ts-compile=chip=h200 stop-after={step}"],
            input=module(schedule), capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{schedule}\n{result.stderr}")
        known[key] = stripped(result.stdout)
    return known[key]


def main():
    failed = 0
    missing = set(fields_of(sys.argv[2])) - {change[:2] for change in CHANGES}
    for attribute, field in sorted(missing):
        failed += 1
        print(f"FAILED: {attribute}.{field} is changed by no test")
    for attribute, field, base, replacements, expected in CHANGES:
        changed = base
        for old, new in replacements:
            assert old in changed, old
            changed = changed.replace(old, new, 1)
        first = next((step for step in STEPS
                      if compile_to(step, base) != compile_to(step, changed)), None)
        print(f"{attribute}.{field}: {first}")
        if first != expected:
            failed += 1
            print(f"FAILED: {attribute}.{field} is first seen in {first}, not in {expected}")
    print(f"{len(CHANGES)} fields, {failed} failed")


main()
