#!/usr/bin/env python3
"""Runs ts-run on the simulator over a group of shapes, all outputs checked.

usage: matrix.py GROUP FOLDER

Every case is one small .mlir file in FOLDER. A case fails if ts-run exits
non-zero: a wrong bit, an element never written, a finding of the simulator, or,
where there is a ptxas, a kernel that it does not assemble. The last line says
how many cases ran, so that none can be skipped in silence.
"""
import os
import re
import shutil
import struct
import subprocess
import sys

OUT = ("#ts.schedule<out, blocks = <order = linear, columns = {columns}, count = {count}>, "
       "warps = [{rows}, {across}], tile = [8, 128], "
       "math = fma<lanes = [1, 32], vector = 4, unroll = {unroll}, order = {order}>, "
       "a = <home = warp_shared, depth = {depth}>, b = <home = shared, swap = {swap}>, "
       "ahead = {ahead}, store = <policy = {policy}, early = {early}{spaced}>, index = {index}>")


def out(rows=2, across=1, count=3, unroll=2, order="snake", depth=2, swap=1,
        ahead=1, policy="cs", early="true", spaced=False, index=64):
    return OUT.format(columns=128 * across, rows=rows, across=across, count=count,
                      unroll=unroll, order=order, depth=depth, swap=swap,
                      ahead=ahead, policy=policy, early=early, index=index,
                      spaced=", spaced = true" if spaced else "")


def case(m, n, k, schedule=None, attributes=(), transpose=(False, False),
         layouts=("", "", ""), inputs=(), element="f32"):
    """One product; `layouts` are the memref layouts of A, B and C."""
    a = (k, m) if transpose[0] else (m, k)
    b = (n, k) if transpose[1] else (k, n)
    types = ["memref<%dx%dx%s%s>" % (shape + (element, ", " + layout if layout else ""))
             for shape, layout in zip((a, b, (m, n)), layouts)]
    words = list(attributes)
    words += [w for w, on in zip(("transpose_a", "transpose_b"), transpose) if on]
    if schedule:
        words.append("schedule = " + schedule)
    text = """func.func @main(%%a: %s, %%b: %s, %%c: %s) {
  ts.matmul {%s}
    ins(%%a, %%b : %s, %s) outs(%%c : %s)
  return
}
""" % (*types, ", ".join(words), *types)
    return text, list(inputs)


def residues():
    """Every residue of M and N modulo the tiles of the resident schedule."""
    for r in range(128):
        yield case(16 + r % 8, 128 + r, 5, out())
    for r in range(32):
        yield case(32 + r, 100 + r % 16, 3)
    # Less than a tile, of blocks that find no work, too.
    for m, n in ((1, 1), (1, 128), (8, 1), (7, 127), (9, 4), (3, 130)):
        for count in (1, 3):
            yield case(m, n, 5, out(count=count))
            yield case(m, n, 5, out(count=count, rows=1, across=2))


def small_residues():
    """The streaming schedules that `select` takes for small shapes."""
    for r in range(32):
        yield case(1 + r, 1 + r % 16, 4)
    for r in range(0, 128, 3):
        yield case(1 + r % 8, 17 + r, 2)


def depths():
    """K from 0 to 40 and 1000, with the steps read ahead and without."""
    for k in list(range(41)) + [1000]:
        yield case(19, 45, k)
        if 0 < k <= 40:
            yield case(19, 140, k, out(unroll=1 + k % 4, ahead=k % 2))


def shapes():
    """No shape is refused: a single element, nothing, primes, one column."""
    for m, n, k in ((1, 1, 1), (0, 5, 3), (5, 0, 3), (0, 0, 0), (7, 5, 0),
                    (1, 1, 0), (0, 7, 0), (31, 37, 41), (127, 131, 17),
                    (2, 509, 3), (1000, 1, 64), (1, 1000, 64), (1, 1, 1000),
                    (33, 7, 1000), (33, 1000, 7), (1000, 33, 7), (257, 129, 1)):
        for transpose in ((False, False), (True, True)):
            yield case(m, n, k, transpose=transpose)


def forms():
    """Transposes, alpha and beta, strides, offsets that break alignment."""
    for schedule in (None, out(), out(depth=1), out(depth=3, rows=1), out(across=2)):
        for transpose in ((True, False), (False, True), (True, True)):
            yield case(35, 270, 7, schedule, transpose=transpose)
        for words in (("beta = 1.0 : f32",), ("alpha = -0.5 : f32",),
                      ("alpha = 3.0 : f32", "beta = 0.25 : f32"),
                      ("alpha = 0.0 : f32", "beta = 2.0 : f32")):
            yield case(35, 270, 7, schedule, words)
        for offset in (1, 2, 3, 4, 7, 8, 15):
            layout = "strided<[%d, 1], offset: " + str(offset) + ">"
            yield case(24, 256, 8, schedule,
                       layouts=(layout % 8, layout % 256, layout % 256))
        for pad in range(1, 4):
            yield case(24, 256, 8, schedule,
                       layouts=("strided<[%d, 1]>" % (8 + pad),
                                "strided<[%d, 1]>" % (256 + pad),
                                "strided<[%d, 1]>" % (256 + pad)))
        yield case(24, 140, 8, schedule,
                   layouts=("strided<[1, 24]>", "strided<[1, 8]>", "strided<[1, 24]>"))
        yield case(24, 140, 8, schedule,
                   layouts=("strided<[20, 2]>", "strided<[300, 2]>", "strided<[500, 3]>"))


def fields():
    """Each field of a schedule at each of its values."""
    shape = (43, 390, 11)
    for order in ("rows", "snake", "columns", "snake_elements"):
        yield case(*shape, out(order=order))
        for index in (32, 64):
            yield case(*shape, out(order=order, spaced=True, index=index))
    for policy in ("default", "cs", "wt", "no_allocate", "l2_evict_first", "l2_evict_last"):
        for early in ("true", "false"):
            yield case(*shape, out(policy=policy, early=early))
    for swap in (0, 1):
        for ahead in (0, 1):
            for unroll in (1, 2, 3, 8, 16):
                yield case(*shape, out(swap=swap, ahead=ahead, unroll=unroll))
    for count in (1, 2, 7, 24, 132):
        yield case(*shape, out(count=count))
    for rows, across in ((1, 1), (3, 1), (1, 3), (4, 2)):
        yield case(*shape, out(rows=rows, across=across))
    grid = ("#ts.schedule<general, blocks = <order = grid, columns = %d, rows = %d>, "
            "warps = [2, 1], tile = [%d, %d], math = fma<lanes = [%d, %d], vector = %d>, "
            "a = <home = global>, b = <home = global>, ahead = 0, store = <>>")
    for lanes, vector in (((1, 32), 4), ((2, 16), 2), ((4, 8), 1), ((8, 4), 4), ((32, 1), 2)):
        columns = lanes[1] * vector * 2
        rows = lanes[0] * 4
        yield case(*shape, grid % (columns, 2 * rows, rows, columns, *lanes, vector))
    # Six row bands, the last one clipped, and four slices.
    grid = ("#ts.schedule<general, blocks = <order = grid, columns = 128, rows = 8, "
            "group = %d, snake = %s>, warps = [1, 1], tile = [8, 128], "
            "math = fma<lanes = [1, 32], vector = 4>, "
            "a = <home = global>, b = <home = global>, ahead = 0, store = <>>")
    for group in (1, 2, 4, 5, 6, 100):
        for snake in ("false", "true"):
            yield case(*shape, grid % (group, snake))


SKEWED = ("#ts.schedule<out, blocks = <order = {order}, columns = 128, {count}, skew = {skew}>, "
          "warps = [2, {across}], tile = [{rows}, {columns}], math = {math}, a = <{a}>, b = <home = {b}>, "
          "ahead = {ahead}, store = <policy = {policy}, {store}>>")
# Precision, element, rows of a warp's tile, math, home of a, home of b, skew: 32 bytes of C.
SKEWED_MATHS = (
    ("ieee", "f32", 8, "fma<lanes = [1, 32], vector = {vector}, unroll = 2, order = snake, spread = true>",
     "home = warp_shared, depth = 2", "shared", 8),
    ("ieee", "f32", 8, "fma<lanes = [2, 16], vector = {vector}, unroll = 2, order = snake, spread = true>",
     "home = warp_shared, dense = true", "shared", 8),
    ("ieee", "f32", 8, "fma<lanes = [1, 32], vector = {vector}, unroll = 2, order = snake>",
     "home = warp_shared, depth = 3, dense = true", "shared, swap = 1", 8),
    ("bf16x6", "f32", 16, "mma<m16n8k16_bf16, orientation = columns, depth = {whole}, vector = 4>",
     "home = shared, depth = 2, rows = 32", "registers", 8),
    ("tf32", "f32", 16, "mma<m16n8k8_tf32, orientation = rows, depth = 8, vector = 4>",
     "home = warp_shared, depth = 2", "shared", 8),
    ("native", "f16", 16, "mma<m16n8k16_f16, orientation = columns, depth = 16, vector = 4>",
     "home = global", "global", 16))


def skews():
    """Slices cut at sectors, from each kind of math and store, rows torn and whole.

    Of N = 251 and 244 three slices exist, of 256 too, of 100 one; where one warp has
    all columns of a slice and where two have half each.
    """
    number = 0
    for order in ("order = grid", "order = linear"):
        for precision, element, rows, math, a, b, skew in SKEWED_MATHS:
            for n in (251, 244, 256, 100):
                for store in ("early = false", "early = true", "path = staged"):
                    k, across = ((7, 0, 33, 1)[(number + number // 4) % 4], 1 + number // 2 % 2)
                    if b == "registers":  # of pieces there are more than a warp has room for
                        across *= 2
                    count = "rows = %d" % (4 * rows) if "grid" in order else "count = 3"
                    schedule = SKEWED.format(
                        order=order[8:], count=count, skew=skew, across=across, rows=rows,
                        columns=128 // across, a=a, b=b, ahead=number // 3 % 2, store=store,
                        policy=("cs", "default", "wt")[number // 5 % 3],
                        math=math.format(vector=4 if across == 1 else 2, whole=16 * max(1, -(-k // 16))))
                    layout = ("", "strided<[%d, 1], offset: 3>" % (n + 1))[number % 7 == 0]
                    yield case(35, n, k, schedule, ["precision = #ts.precision<%s>" % precision],
                               layouts=("", "", layout), element=element)
                    number += 1


def write_npy(path, rows, columns, value):
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }" % (rows, columns)
    header += " " * (63 - (len(header) + 10) % 64) + "\n"
    data = [value(i, j) for i in range(rows) for j in range(columns)]
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        file.write(struct.pack("<%df" % len(data), *data))


SPLIT_MODES = ("tf32", "tf32x3", "bf16x3", "bf16x6", "bf16x9", "f16x3")


def specials(folder):
    """NaN and Inf in the last row and column: no padding may meet them."""
    for name, special in (("nan", float("nan")), ("inf", float("inf"))):
        for m, n, k in ((35, 270, 7), (33, 129, 1), (16, 256, 4), (5, 3, 9)):
            a, b = (os.path.join(folder, "%s-%s.npy" % (name, x)) for x in "ab")
            a, b = a.replace(".npy", "%d.npy" % m), b.replace(".npy", "%d.npy" % m)
            write_npy(a, m, k, lambda i, j: special if i == m - 1 else i + j / 16)
            write_npy(b, k, n, lambda i, j: special if j == n - 1 else i - j / 8)
            inputs = ["--input=@" + a, "--input=@" + b]
            yield case(m, n, k, inputs=inputs)
            if n >= 128:
                yield case(m, n, k, out(), inputs=inputs)
                for mode in SPLIT_MODES:
                    yield case(m, n, k, attributes=["precision = #ts.precision<%s>" % mode], inputs=inputs)
    # Sizes far apart in one row: the largest and the smallest that modes answer
    # for, zeros, and below what is normal.
    a, b = (os.path.join(folder, "wide-%s.npy" % x) for x in "ab")
    sizes = (1e30, 1e-30, 0.0, -3e-41, 7e15, -1.0)
    write_npy(a, 33, 20, lambda i, j: sizes[(i + j) % len(sizes)] * (1 + i / 64))
    write_npy(b, 20, 150, lambda i, j: (1 + i / 32) * (-1) ** j * (1 + j / 256))
    for mode in ("ieee",) + SPLIT_MODES:
        yield case(33, 150, 20, attributes=["precision = #ts.precision<%s>" % mode],
                   inputs=["--input=@" + a, "--input=@" + b])


GROUPS = dict(shapes=shapes, residues=residues, small_residues=small_residues, depths=depths,
              forms=forms, fields=fields, specials=specials,
              skews=skews)


def has_ptxas():
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    return bool(shutil.which("ptxas") or shutil.which("ptxas", path=home + "/bin"))


def main():
    group, folder = sys.argv[1:]
    cubin = os.path.join(folder, group + ".cubin")
    can_assemble = has_ptxas()
    os.makedirs(folder, exist_ok=True)
    cases = GROUPS[group](folder) if group == "specials" else GROUPS[group]()
    ran = failed = 0
    for text, inputs in cases:
        path = os.path.join(folder, "%s-%d.mlir" % (group, ran))
        with open(path, "w") as file:
            file.write(text)
        # A product without outputs has no kernel.
        is_empty = re.search(r"outs\(%c : memref<(\d+x)?0x", text)
        assemble = ["--dump-cubin=" + cubin] if can_assemble and not is_empty else []
        if group == "skews":
            assemble.append("--check=all")
        result = subprocess.run(
            ["ts-run", path, "--device=sim", "--seed=%d" % (ran + 1), "--blocks=all",
             "--quiet", *assemble, *inputs], capture_output=True, text=True)
        ran += 1
        if result.returncode != 0:
            failed += 1
            print("FAILED (exit %d):\n%s\n%s" % (result.returncode, text, result.stderr))
    print("%s: %d cases, %d failed" % (group, ran, failed))
    sys.exit(failed != 0)


main()
