#!/usr/bin/env python3
"""Random schedules of random products on the simulator, with all its checks.

usage: schedules.py TS_RUN FOLDER SEED COUNT

Whatever the fields say, a schedule is refused in one line, or its kernel is right:
no other failure, no finding, no wrong element. Shapes are small and odd, operands
transposed, strided and misaligned. The last line says how many there were.
"""
import os
import random
import subprocess
import sys
from math import lcm

# Instruction and the k of one of it; None is the FMA pipe.
MODES = {"ieee": None, "tf32": ("m16n8k8_tf32", 8), "tf32x3": ("m16n8k8_tf32", 8),
         "bf16x3": ("m16n8k16_bf16", 16), "bf16x6": ("m16n8k16_bf16", 16),
         "bf16x9": ("m16n8k16_bf16", 16), "f16x3": ("m16n8k16_f16", 16)}
NATIVE = {"f16": ("m16n8k16_f16", 16), "bf16": ("m16n8k16_bf16", 16), "f64": ("m8n8k4_f64", 4)}
RESULTS = [("f16", "f16"), ("f16", "f32"), ("bf16", "bf16"), ("bf16", "f32"), ("f64", "f64")]
# What a schedule may be refused for; anything else is a fault.
REFUSALS = ["the schedule needs about", "bytes of shared memory", "resident blocks",
            "needs all of K", "threads, but a block", "a precision that splits",
            "swap = 1 needs vector", "threads per block", "skew needs beta = 0", "spread needs vector = 2",
            "spread needs b with home 'shared'", "does not divide K", "sums = 2 needs a precision"]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *values):
        return self.random.choice(values)

    def fma(self):
        lanes = self.pick((1, 32), (2, 16), (4, 8), (8, 4), (16, 2), (32, 1))
        vector = self.pick(1, 2, 4)
        tile = lanes[0] * self.pick(1, 2, 3, 4, 8), lanes[1] * vector * self.pick(1, 2, 3, 4)
        return tile, (f"fma<lanes = [{lanes[0]}, {lanes[1]}], vector = {vector}, "
                      f"unroll = {self.pick(1, 2, 3, 4, 8)}, "
                      f"order = {self.pick('rows', 'snake', 'columns', 'snake_elements')}, spread = {self.pick('true', 'false')}>")

    def mma(self, kind, step, k):
        orientation, vector = self.pick("columns", "rows"), self.pick(2, 4, 8)
        rows, columns = 8, 8 * vector
        if orientation == "rows":
            rows, columns = 8 if kind == "m8n8k4_f64" else 16, 4 * vector
        whole = -(-k // step)
        depth = step * self.pick(whole, *(n for n in range(1, whole) if whole % n == 0), self.pick(1, 2, 3, 4, 8))
        tile = rows * self.pick(1, 2, 3, 4), columns * self.pick(1, 2, 3, 4)
        sums = self.pick(1, 1, 1, 2)
        return tile, f"mma<{kind}, orientation = {orientation}, depth = {depth}, vector = {vector}, sums = {sums}>"

    def blocks(self, rows, columns):
        skew = self.pick(0, 1, 2, 4, 8, 8, 8, 16)
        if columns % max(skew, 1) != 0 or columns <= skew:
            skew = 0
        residents = f"residents = {self.pick(0, 0, 1, 2)}, skew = {skew}"
        if self.pick(True, True, False):
            return (f"order = grid, columns = {columns}, rows = {rows * self.pick(1, 2, 3, 4, 5)}, {residents}, "
                    f"group = {self.pick(1, 1, 2, 3, 8)}, snake = {self.pick('false', 'true')}")
        return f"order = linear, columns = {columns}, count = {self.pick(1, 2, 3, 7, 16, 132)}, {residents}"

    def operand_a(self, rows, warps, is_mma):
        total = warps[0] * warps[1]
        depth = self.pick(1, 2, 3, 4)
        dense = "" if is_mma else f", dense = {self.pick('true', 'false')}"
        homes = ["home = global", f"home = warp_shared, depth = {depth}{dense}",
                 f"home = shared, depth = {depth}, rows = {rows * self.pick(1, 2, 3, 4)}{dense}"]
        if is_mma:
            # Warps split whole tiles, or the least share there is.
            slot = self.pick(rows * warps[1], 2 * rows * warps[1], lcm(rows, 8 * total))
            homes.append(f"home = shared, depth = {depth}, rows = {slot}, pieces = true")
        return self.pick(*homes)

    def schedule(self, instruction, k):
        tile, math = self.mma(*instruction, k) if instruction else self.fma()
        warps = self.pick(1, 1, 2, 3, 4, 8), self.pick(1, 1, 2, 3, 4)
        rows, columns = warps[0] * tile[0], warps[1] * tile[1]
        b = self.pick("global", "shared", "shared, swap = 1", "registers" if instruction else "global")
        if "spread = true" in math:
            b = self.pick("shared", "shared", "shared", b)
        how = self.pick("early = false", "early = true", "early = true, path = staged", "path = staged",
                        "early = true" if instruction else "early = true, spaced = true")
        policy = self.pick('default', 'cs', 'wt', 'no_allocate', 'l2_evict_first', 'l2_evict_last')
        return (f"#ts.schedule<out, blocks = <{self.blocks(rows, columns)}>, "
                f"warps = [{warps[0]}, {warps[1]}], tile = [{tile[0]}, {tile[1]}], math = {math}, "
                f"a = <{self.operand_a(rows, warps, bool(instruction))}>, b = <home = {b}>, "
                f"ahead = {self.pick(0, 1)}, store = <policy = {policy}, {how}>, index = {self.pick(32, 64)}>")

    def matrix(self, rows, columns, element, plain_rows=False):
        number = self.random.randint
        rows_apart = f", strided<[{columns + number(0, 9)}, 1], offset: {number(0, 9)}>"
        layout = self.pick("", rows_apart) if plain_rows else self.pick(
            "", "", "", rows_apart, f", strided<[1, {rows + number(0, 5)}]>",
            f", strided<[{2 * columns + number(0, 3)}, 2], offset: {number(0, 3)}>")
        return f"memref<{rows}x{columns}x{element}{layout}>"

    def module(self):
        mode = self.pick("native", "native", "ieee", "ieee", *MODES)
        a, c = self.pick(*RESULTS) if mode == "native" else ("f32", "f32")
        number = self.random.randint
        m, n = self.pick(1, 7, 8, number(1, 80), number(1, 300)), self.pick(1, 7, 8, number(1, 80), number(1, 400))
        k = self.pick(1, 2, 5, 8, 16, 33, number(1, 70))
        schedule = self.schedule(NATIVE[a] if mode == "native" else MODES[mode], k)
        words = [f"precision = #ts.precision<{mode}>", "schedule = " + schedule]
        shapes = [(m, k), (k, n)]
        for i, name in enumerate(("transpose_a", "transpose_b")):
            if self.pick(True, False, False, False):
                words.append(name)
                shapes[i] = shapes[i][::-1]
        # Slices overlap only where C is written by rows and not read; now and then not even so.
        is_skewed = "skew = 0" not in schedule and self.pick(True, True, True, True, False)
        for name, value in (("alpha", "0.3"), ("beta", "-0.5")):
            if not (is_skewed and name == "beta") and self.pick(True, False, False, False):
                words.append(f"{name} = {value} : {'f64' if a == 'f64' else 'f32'}")
        types = [self.matrix(*shapes[0], a), self.matrix(*shapes[1], a),
                 self.matrix(m, n, c, is_skewed)]
        return (f"func.func @main(%a: {types[0]}, %b: {types[1]}, %c: {types[2]}) {{\n"
                f"  ts.matmul {{{', '.join(words)}}} ins(%a, %b : {types[0]}, {types[1]}) outs(%c : {types[2]})\n"
                "  return\n}\n")


def main():
    tool, folder, seed, count = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    generator = Generator(int(seed))
    right = refused = failed = 0
    path = os.path.join(folder, "k.mlir")
    for case in range(int(count)):
        text = generator.module()
        with open(path, "w") as file:
            file.write(text)
        result = subprocess.run([tool, path, "--device=sim", "--chip=h200", "--blocks=all", "--check=all",
                                 "--quiet", f"--seed={case + 1}"], capture_output=True, text=True)
        message = result.stderr.strip()
        if result.returncode == 0:
            right += 1
        elif (result.returncode in (2, 3) and "\n" not in message
              and any(refusal in message for refusal in REFUSALS)):
            refused += 1
        else:
            failed += 1
            print(f"FAILED (exit {result.returncode}):\n{text}{message[:1000]}")
    print(f"{right + refused + failed} schedules, {failed} failed; {'some' if right > 0 else 'none'} ran")


main()
