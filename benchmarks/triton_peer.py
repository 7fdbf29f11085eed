"""C = A x B in Triton, tuned for each shape: what a user of Triton would write for a small K.

Two kernels: tl.dot over blocks of k, and for K up to 16 a sum of outer products. Configurations are
compiled by all cores beforehand (Triton keeps them on disk), then timed one after the other.
"""
import os
import subprocess
import sys

import torch, triton, triton.language as tl

from cold import bench

TILES = [(128, 64, 4), (64, 128, 4), (128, 128, 4), (128, 128, 8), (64, 256, 4), (128, 256, 8)]
PRECISIONS = ("ieee", "tf32x3", "bf16x6")


@triton.jit
def by_dot(a, b, c, M, N, K: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr,
           PREC: tl.constexpr, EVEN: tl.constexpr):
    rm = tl.program_id(1) * BM + tl.arange(0, BM)
    rn = tl.program_id(0) * BN + tl.arange(0, BN)
    acc = tl.zeros((BM, BN), tl.float32)
    for first in range(0, K, BK):
        rk = first + tl.arange(0, BK)
        if EVEN:
            x = tl.load(a + rm[:, None] * K + rk[None, :])
            y = tl.load(b + rk[:, None] * N + rn[None, :])
        else:
            x = tl.load(a + rm[:, None] * K + rk[None, :], mask=(rm[:, None] < M) & (rk[None, :] < K), other=0.0)
            y = tl.load(b + rk[:, None] * N + rn[None, :], mask=(rk[:, None] < K) & (rn[None, :] < N), other=0.0)
        acc = tl.dot(x, y, acc, input_precision=PREC)
    out = c + rm[:, None].to(tl.int64) * N + rn[None, :]
    if EVEN:
        tl.store(out, acc, eviction_policy="evict_first")
    else:
        tl.store(out, acc, mask=(rm[:, None] < M) & (rn[None, :] < N), eviction_policy="evict_first")


@triton.jit
def by_outer(a, b, c, M, N, K: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, EVEN: tl.constexpr):
    rm = tl.program_id(1) * BM + tl.arange(0, BM)
    rn = tl.program_id(0) * BN + tl.arange(0, BN)
    acc = tl.zeros((BM, BN), tl.float32)
    for k in tl.static_range(K):
        if EVEN:
            acc += tl.load(a + rm * K + k)[:, None] * tl.load(b + k * N + rn)[None, :]
        else:
            acc += (tl.load(a + rm * K + k, mask=rm < M, other=0.0)[:, None] *
                    tl.load(b + k * N + rn, mask=rn < N, other=0.0)[None, :])
    out = c + rm[:, None].to(tl.int64) * N + rn[None, :]
    if EVEN:
        tl.store(out, acc, eviction_policy="evict_first")
    else:
        tl.store(out, acc, mask=(rm[:, None] < M) & (rn[None, :] < N), eviction_policy="evict_first")


def candidates(k, precision):
    """(tile, steps of k or 0 for outer products)"""
    steps = [16] if k <= 16 else [16, 32]
    found = [(tile, step) for tile in TILES for step in steps]
    if precision == "ieee" and k <= 16:
        found += [(tile, 0) for tile in TILES]
    return found


def launch(a, b, c, precision, tile, step):
    (m, k), n = a.shape, b.shape[1]
    bm, bn, warps = tile
    grid = (triton.cdiv(n, bn), triton.cdiv(m, bm))
    even = m % bm == 0 and n % bn == 0 and (step == 0 or k % step == 0)
    if step == 0:
        by_outer[grid](a, b, c, m, n, k, bm, bn, even, num_warps=warps)
    else:
        by_dot[grid](a, b, c, m, n, k, bm, bn, step, precision, even, num_warps=warps, num_stages=2 if k > step else 1)


def best(a, b, c, precision):
    """Median ms of the fastest configuration, and which it is."""
    times = []
    for tile, step in candidates(a.shape[1], precision):
        try:
            times.append((bench(lambda: launch(a, b, c, precision, tile, step), warmup=1, runs=3), tile, step))
        except Exception as error:  # too much shared memory, or what Triton cannot compile
            print(f"triton {precision} {tile} {step}: {str(error).splitlines()[0][:80]}", file=sys.stderr)
    if not times:
        return float("nan"), None
    _, tile, step = min(times)
    return bench(lambda: launch(a, b, c, precision, tile, step), warmup=2, runs=15), (tile, step)


def compile_all(depths, ragged):
    """Compiles on all cores what `best` will want; `ragged`: for extents that nothing divides too."""
    jobs = os.cpu_count()
    workers = [subprocess.Popen([sys.executable, __file__, str(i), str(jobs), str(int(ragged)), *map(str, depths)],
                                stderr=subprocess.DEVNULL) for i in range(jobs)]
    for worker in workers:
        worker.wait()


def work(part, parts, ragged, depths):
    number = 0
    for k in depths:
        for extent in (512, 503) if ragged else (512,):
            a, b, c = (torch.zeros(s, device="cuda") for s in ((extent, k), (k, extent), (extent, extent)))
            for precision in PRECISIONS:
                for tile, step in candidates(k, precision):
                    number += 1
                    if number % parts == part:
                        try:
                            launch(a, b, c, precision, tile, step)
                        except Exception:
                            pass
    torch.cuda.synchronize()


if __name__ == "__main__":
    part, parts, ragged, *depths = map(int, sys.argv[1:])
    work(part, parts, ragged, depths)
