#!/usr/bin/env python3
"""The simulator's counters of memory next to those of a GPU.

usage: counters.py gpu FOLDER                   on a machine with a GPU and ncu
       counters.py compare FOLDER [--ts-run=F]  anywhere, afterwards

One warp makes one access: 32, 64 or 128 bits a lane, to global or shared
memory, with strides, offsets, permuted and missing lanes. `gpu` runs all of
them under Nsight Compute and keeps its table in FOLDER. `compare` prints the
sectors, or the passes (wavefronts) and bank conflicts, that both count; it
exits with 1 if one differs. What else ptxas may do to accesses is left out: a
kernel has only one, which nothing can be merged with.
"""
import csv
import json
import os
import subprocess
import sys
from collections import namedtuple

from driver import Gpu

Case = namedtuple("Case", "name space write type bytes stride offset flip lanes")
TYPES = {"b32": 4, "v2.b32": 8, "b64": 8, "v4.b32": 16}
BUFFER = 32 * 1024
METRICS = {
    "global": ("l1tex__t_requests_pipe_lsu_mem_global_op_{}.sum",
               "l1tex__t_sectors_pipe_lsu_mem_global_op_{}.sum"),
    "shared": ("l1tex__data_pipe_lsu_wavefronts_mem_shared_op_{}.sum",
               "l1tex__data_bank_conflicts_pipe_lsu_mem_shared_op_{}.sum"),
}


def patterns(type_):
    """(stride, offset, exclusive or, lanes): lane l takes the element at
    stride * (l ^ exclusive or) + offset."""
    strides = (1, 2, 16) if type_ == "b64" else (0, 1, 2, 3, 4, 8, 16, 17, 32, 33)
    for stride in strides:
        yield stride, 0, 0, 32
    if type_ == "b64":
        return
    yield 1, 1, 0, 32
    yield 1, 3, 0, 32
    yield 1, 0, 21, 32
    yield 1, 0, 0, 16
    yield 5, 2, 0, 11


def cases():
    for space in ("global", "shared"):
        for write in (False, True):
            for type_, count in TYPES.items():
                for stride, offset, flip, lanes in patterns(type_):
                    name = "%s_%s_%s_s%d_o%d_x%d_n%d" % (
                        space, "st" if write else "ld", type_.replace(".", ""),
                        stride, offset, flip, lanes)
                    yield Case(name, space, write, type_, count, stride, offset,
                               flip, lanes)


def registers(case):
    if case.type == "b64":
        return "%rd9"
    count = case.bytes // 4
    names = ", ".join("%%r%d" % (10 + i) for i in range(count))
    return "{%s}" % names if count > 1 else names


def kernel(case):
    """The access, in bounds of a buffer of zeros; a value that was loaded has
    to be used, by a store that never happens."""
    text = ".visible .entry %s(.param .u64 p)\n{\n" % case.name
    text += ".reg .pred %p<4>; .reg .b32 %r<20>; .reg .b64 %rd<10>;\n"
    if case.space == "shared":
        text += ".shared .align 16 .b8 s[%d];\n" % BUFFER
    text += ("ld.param.u64 %rd1, [p]; mov.u32 %r1, %tid.x;\n"
             "mov.u64 %rd9, %rd1;\n")
    text += "".join("mov.u32 %%r%d, %%r1;" % (10 + i) for i in range(4)) + "\n"
    text += "xor.b32 %%r2, %%r1, %d; mad.lo.u32 %%r2, %%r2, %d, %d;\n" % (
        case.flip, case.stride * case.bytes, case.offset * case.bytes)
    text += "setp.ge.u32 %%p1, %%r1, %d; @%%p1 bra END;\n" % case.lanes
    if case.space == "shared":
        text += "mov.u32 %r3, s; add.u32 %r3, %r3, %r2;\n"
        address = "[%r3]"
    else:
        text += "cvt.u64.u32 %rd2, %r2; add.u64 %rd2, %rd1, %rd2;\n"
        address = "[%rd2]"
    if case.write:
        text += "st.%s.%s %s, %s; // access\n" % (
            case.space, case.type, address, registers(case))
    else:
        text += "ld.%s.%s %s, %s; // access\n" % (
            case.space, case.type, registers(case), address)
        if case.type == "b64":
            text += "setp.eq.u64 %p2, %rd9, 0x123456789abcdef;\n"
        else:
            for i in range(1, case.bytes // 4):
                text += "add.u32 %%r10, %%r10, %%r%d;\n" % (10 + i)
            text += "setp.eq.u32 %p2, %r10, 0x9e3779b9;\n"
        text += "@%p2 st.global.u32 [%rd1], %r1;\n"
    return text + "END: ret;\n}\n"


def module():
    return (".version 7.8\n.target sm_80\n.address_size 64\n" +
            "".join(kernel(case) for case in cases()))


def launch_all():
    gpu = Gpu()
    loaded, buffer = gpu.load(module()), gpu.allocate(BUFFER)
    for case in cases():
        gpu.launch(loaded, case.name, (1, 1), (32, 1), [buffer])
    return 0


def on_gpu(folder):
    os.makedirs(folder, exist_ok=True)
    names = [metric.format(op) for metrics in METRICS.values()
             for metric in metrics for op in ("ld", "st")]
    command = ["ncu", "--clock-control", "none", "--cache-control", "none",
               "--csv", "--page", "raw", "--metrics", ",".join(names),
               sys.executable, os.path.abspath(__file__), "launch"]
    run = subprocess.run(command, capture_output=True, text=True)
    with open(os.path.join(folder, "ncu.csv"), "w") as file:
        file.write(run.stdout)
    with open(os.path.join(folder, "device.txt"), "w") as file:
        file.write(Gpu().name)
    print(run.stderr.strip(), "\n%d lines of counters" % run.stdout.count("\n"))
    return run.returncode


def measured(folder):
    """The table of ncu: for each kernel its metrics by name."""
    with open(os.path.join(folder, "ncu.csv")) as file:
        lines = [line for line in file if line.startswith('"')]
    if not lines:
        sys.exit(folder + "/ncu.csv has no table")
    rows = list(csv.DictReader(lines))
    table = {row["Kernel Name"].split("(")[0]: row for row in rows[1:]}
    def number(case, metric):
        text = table[case.name][metric.format("st" if case.write else "ld")]
        return int(float(text.replace(",", "")))
    return number


def simulated(tool, folder, case):
    """The simulator's counters of the access."""
    base = os.path.join(folder, "sim")
    run = subprocess.run(
        [tool, base + ".ptx", "--entry=" + case.name, "--grid=1", "--block=32",
         "--check=none", "--quiet", "--json=" + base + ".json",
         "--arg=%dxi32=0" % (BUFFER // 4)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(case.name + ": " + run.stderr.strip())
    with open(base + ".json") as file:
        lines = json.load(file)["lines"]
    return next(line for line in lines if "// access" in line["text"])


def compare(folder, tool):
    number = measured(folder)
    with open(os.path.join(folder, "sim.ptx"), "w") as file:
        file.write(module())
    with open(os.path.join(folder, "device.txt")) as file:
        device = file.read()
    differ = 0
    print("%-36s %18s %18s" % ("access", "GPU", "simulator"))
    for case in cases():
        line = simulated(tool, folder, case)
        if case.space == "global":
            ours = line["requests"], line["sectors"]
        else:
            ours = (line["wavefronts"],
                    line["wavefronts"] - line["ideal_wavefronts"])
        theirs = tuple(number(case, metric) for metric in METRICS[case.space])
        differ += ours != theirs
        print("%-36s %8d %9d %8d %9d%s" % (
            case.name, *theirs, *ours, "" if ours == theirs else "  differs"))
    print("(global: requests, sectors; shared: wavefronts, bank conflicts)")
    print("%s: %d accesses, %d differ" % (device, len(list(cases())), differ))
    return 1 if differ else 0


def main():
    if sys.argv[1:] == ["launch"]:
        return launch_all()
    if len(sys.argv) == 3 and sys.argv[1] == "gpu":
        return on_gpu(sys.argv[2])
    if len(sys.argv) >= 3 and sys.argv[1] == "compare":
        tool = "build/bin/ts-run"
        for word in sys.argv[3:]:
            tool = word.split("=", 1)[1] if word.startswith("--ts-run=") else tool
        return compare(sys.argv[2], tool)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
