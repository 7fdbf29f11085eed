#!/usr/bin/env python3
"""The same instructions on a GPU and on the simulator, compared bit by bit.

usage: differential.py gpu FOLDER                   on a machine with a GPU
       differential.py compare FOLDER [--ts-run=F] [--pairs=N]   anywhere,
                                                                 afterwards

`gpu` needs the driver (libcuda.so.1) and the Python files of this folder,
nothing else: no compiler, no Python package. It writes the results of each case
into FOLDER (30 MB). `compare` runs the same PTX on the simulator and prints, for
each case that differs, how often, and N of the values (4) with their operands;
it exits with 1 if there is one. Approximate functions may differ by what PTX
allows them. The model of tensor cores is that of the GPU: hopper for sm_90, else ada.
"""
import json
import os
import struct
import subprocess
import sys
from collections import namedtuple

from driver import Gpu, read_npy, write_npy
from matrix_cases import mma_cases, probe_cases, wmma_cases
from scalar_cases import THREADS, scalar_cases

# `operands`: of each result, one after the other in `data`; 0 where results do
# not belong to operands one by one.
Case = namedtuple("Case", "name ptx data words operands")


def cases():
    for name, ptx, data in scalar_cases():
        yield Case(name, ptx, data, THREADS, 3)
    for group, words in ((mma_cases, 4), (probe_cases, 4), (wmma_cases, 16)):
        for name, ptx, data in group():
            yield Case(name, ptx, data, words * THREADS, 0)


def packed(data):
    return struct.pack("<%dQ" % len(data), *data)


def on_gpu(folder):
    gpu = Gpu()
    os.makedirs(folder, exist_ok=True)
    index = {"device": gpu.name, "model": gpu.model, "cases": []}
    for number, case in enumerate(cases()):
        base = os.path.join(folder, str(number))
        entry = {"name": case.name, "words": case.words}
        try:
            write_npy(base + ".gpu.npy",
                      gpu.run(case.ptx, packed(case.data), case.words,
                              THREADS // 256, 256))
        except RuntimeError as error:
            entry["refused"] = str(error)
        index["cases"].append(entry)
    with open(os.path.join(folder, "index.json"), "w") as file:
        json.dump(index, file, indent=1)
    print("%s: %d cases" % (gpu.name, len(index["cases"])))


#===------------------------------------------------------------------------===#
# The simulator
#===------------------------------------------------------------------------===#

def distance(a, b, bits):
    """Of two floats of 64, 32 or 16 bits in their order; huge if one is NaN."""
    infinity = {64: 0x7ff << 52, 32: 0x7f800000, 16: 0x7c00}[bits]
    def key(value):
        magnitude = value & ((1 << (bits - 1)) - 1)
        return -magnitude if value >> (bits - 1) & 1 else magnitude
    nan = [abs(key(x)) > infinity for x in (a, b)]
    return 0 if all(nan) else 1 << bits if any(nan) else abs(key(a) - key(b))


# How far two results of an approximate function may lie apart: units in the
# last place or, where PTX promises that, an absolute distance. By the largest
# error of the PTX ISA's "ex2", "lg2", "rcp", ..., and half a unit for the
# simulator's rounding. rcp and rsqrt of f64 with .ftz have 32 significant bits.
LIMITS = [("ex2.approx.ftz.bf16", 2, 0), ("ex2.approx.f16", 2, 0),
          ("ex2.approx", 3, 0), ("lg2.approx", 8, 2 ** -22),
          ("sin.approx", 0, 2 ** -20.5), ("cos.approx", 0, 2 ** -20.5),
          ("rcp.approx.ftz.f64", 1 << 32, 0), ("rcp.approx", 2, 0),
          ("rsqrt.approx.ftz.f64", 1 << 32, 0), ("rsqrt.approx", 3, 0),
          ("sqrt.approx", 2, 0), ("tanh.approx.f16", 1, 2 ** -10.987),
          ("tanh.approx.bf16", 1, 2 ** -8), ("tanh.approx.f32", 1 << 13, 0),
          ("div.full", 3, 0), ("div.approx", 3, 0)]


def parts_of(name, word):
    """The floats of a result of 64 bits, as bits of a wider type, and its bits."""
    if ".bf16" in name:  # the upper half of an f32
        return [(word << 16 >> s & 0xffff0000, 32, 1 << 16) for s in (0, 16)]
    if ".f16" in name:
        return [(word >> s & 0xffff, 16, 1) for s in (0, 16)]
    if ".f64" in name:
        return [(word, 64, 1)]
    return [(word & 0xffffffff, 32, 1)]


def value(bits, size):
    letters = {16: "<He", 32: "<If", 64: "<Qd"}[size]
    return struct.unpack("<" + letters[2],
                         struct.pack("<" + letters[1], bits))[0]


def apart(name, a, b):
    """Units in the last place between two results, 0 if near enough in value."""
    absolute = next(l[2] for l in LIMITS if name.startswith(l[0]))
    worst = 0
    for (x, size, unit), (y, _, _) in zip(parts_of(name, a), parts_of(name, b)):
        far = distance(x, y, size)
        if not (far < 1 << size and
                abs(value(x, size) - value(y, size)) <= absolute):
            worst = max(worst, far // unit)
    return worst


def simulate(tool, base, case, model):
    """The simulator's results, or None and why there are none."""
    with open(base + ".ptx", "w") as file:
        file.write(case.ptx)
    write_npy(base + ".in.npy", packed(case.data))
    command = [tool, base + ".ptx", "--grid=%d" % (THREADS // 256),
               "--block=256", "--quiet", "--mma=" + model, "--check=none",
               "--arg=%dxi64" % case.words, "--arg=@" + base + ".in.npy",
               "--output=@" + base + ".sim.npy"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        return None, run.stderr.strip().splitlines()[0]
    return read_npy(base + ".sim.npy"), ""


def details(case, pairs, wrong, count):
    """Some differing results, with the operands where there are some."""
    for i in wrong[:count]:
        line = "    word %d: GPU %#x, simulator %#x" % (i, *pairs[i])
        if case.operands:
            at = case.operands * i
            line += " of " + ", ".join(
                "%#x" % word for word in case.data[at:at + case.operands])
        yield line


def compare_case(case, gpu, sim, shown):
    """What to print ([] if all results are equal), and whether it is a fault."""
    pairs = list(zip(struct.unpack("<%dQ" % case.words, gpu),
                     struct.unpack("<%dQ" % case.words, sim)))
    wrong = [i for i, (a, b) in enumerate(pairs) if a != b]
    if not wrong:
        return [], False
    if ".approx" in case.name or ".full" in case.name:
        limit = next(l[1] for l in LIMITS if case.name.startswith(l[0]))
        units = [apart(case.name, a, b) for a, b in pairs]
        far = [i for i in wrong if units[i] > limit]
        if not far:
            return ["%-60s close: at most %d units in the last place of %d" %
                    (case.name, max(units), limit)], False
        wrong = far
    return ["%-60s %d of %d differ" % (case.name, len(wrong), case.words),
            *details(case, pairs, wrong, shown)], True


def compare(folder, tool, shown):
    with open(os.path.join(folder, "index.json")) as file:
        index = json.load(file)
    scratch = folder.rstrip("/") + ".sim"
    os.makedirs(scratch, exist_ok=True)
    failed = equal = words = 0
    for number, case in enumerate(cases()):
        entry = index["cases"][number]
        if entry["name"] != case.name:
            sys.exit("these results are of another version of this script")
        if "refused" in entry:
            print("%-60s not run by the GPU: %s" % (case.name, entry["refused"]))
            continue
        sim, why = simulate(tool, os.path.join(scratch, str(number)), case,
                            index["model"])
        lines, fault = ["%-60s error: %s" % (case.name, why)], True
        if sim is not None:
            gpu = read_npy(os.path.join(folder, str(number) + ".gpu.npy"))
            lines, fault = compare_case(case, gpu, sim, shown)
        print(*lines, sep="\n", end="\n" if lines else "")
        words += case.words
        equal += not lines
        failed += fault
    print("%s: %d cases, %d results; %d cases equal to the bit, %d failed" %
          (index["device"], len(index["cases"]), words, equal, failed))
    return 1 if failed else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "gpu":
        return on_gpu(sys.argv[2])
    if len(sys.argv) >= 3 and sys.argv[1] == "compare":
        options = dict(word.split("=", 1) for word in sys.argv[3:]
                       if word.startswith(("--ts-run=", "--pairs=")))
        return compare(sys.argv[2], options.get("--ts-run", "build/bin/ts-run"),
                       int(options.get("--pairs", "4")))
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
