#!/usr/bin/env python3
"""Times what a user would pick instead, on the headline problem, in one run.

C[32768,32768] = A[32768,32] x B[32,32768], fp32. Needs a CUDA GPU, PyTorch and Triton.
Prints one row per peer: median ms, GB/s of C, ratio to memset, relative error against float64.
Timed as ts-run times: device events, the L2 filled and then replaced by clean lines before each run.
Usage: peers.py [--json FILE] [--only SUBSTRING]
"""
import argparse
import json

import torch, triton, triton.language as tl

from cold import bench

M = N = 32768
K = 32


def configs():
    return [triton.Config({"BM": bm, "BN": bn}, num_warps=w, num_stages=1)
            for bm in (64, 128, 256) for bn in (64, 128, 256) for w in (4, 8) if bm * bn <= 128 * 256]


@triton.autotune(configs=configs(), key=["M", "N", "PREC", "LOWP"])
@triton.jit
def tuned(a, b, c, M, N, K: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, PREC: tl.constexpr, LOWP: tl.constexpr):
    rm = tl.program_id(1) * BM + tl.arange(0, BM)
    rn = tl.program_id(0) * BN + tl.arange(0, BN)
    rk = tl.arange(0, K)
    x = tl.load(a + rm[:, None] * K + rk[None, :])
    y = tl.load(b + rk[:, None] * N + rn[None, :])
    acc = tl.dot(x, y) if LOWP else tl.dot(x, y, input_precision=PREC)
    out = c + rm[:, None].to(tl.int64) * N + rn[None, :]
    tl.store(out, acc.to(c.dtype.element_ty), eviction_policy="evict_first")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--json")
    p.add_argument("--only", default="")
    o = p.parse_args()
    torch.manual_seed(0)
    A = torch.rand(M, K, device="cuda") * 2 - 1
    B = torch.rand(K, N, device="cuda") * 2 - 1
    rows = torch.randint(0, M, (64,), device="cuda")
    out, base = [], {}

    def row(name, f, C, ref=None):
        if o.only and o.only not in name and "memset" not in name:
            return
        f()
        torch.cuda.synchronize()
        err = None if ref is None else ((C()[rows].double() - ref).norm() / ref.norm()).item()
        t = bench(f)
        nb = C().numel() * C().element_size()
        base.setdefault(nb, t)
        out.append(dict(name=name, ms=t, gbps=nb / t / 1e6, ratio=t / base[nb], relerr=err))
        print(f"{name:28s} {t:8.4f} ms {nb / t / 1e6:8.1f} GB/s {t / base[nb]:6.3f} x memset  relerr {err if err is None else f'{err:.2e}'}", flush=True)

    for dt in (torch.float32, torch.bfloat16, torch.float16):
        a, b = A.to(dt), B.to(dt)
        c = torch.empty(M, N, device="cuda", dtype=dt)
        ref = a[rows].double() @ b.double()
        tag = str(dt).split(".")[1]
        words = c.view(torch.int32) if dt != torch.float32 else c
        row(f"memset {tag}", lambda: words.zero_(), lambda: c)
        grid = lambda m: (triton.cdiv(N, m["BN"]), triton.cdiv(M, m["BM"]))
        if dt == torch.float32:
            for tf32 in (False, True):
                torch.backends.cuda.matmul.allow_tf32 = tf32
                row("torch.matmul " + ("tf32" if tf32 else "fp32"), lambda: torch.matmul(a, b, out=c), lambda: c, ref)
            torch.backends.cuda.matmul.allow_tf32 = False
            for prec in ("ieee", "tf32", "tf32x3", "bf16x3", "bf16x6"):
                row(f"triton tuned {prec}", lambda: tuned[grid](a, b, c, M, N, K, PREC=prec, LOWP=False), lambda: c, ref)
        else:
            row(f"torch.matmul {tag}", lambda: torch.matmul(a, b, out=c), lambda: c, ref)
            row(f"triton tuned {tag}", lambda: tuned[grid](a, b, c, M, N, K, PREC="tf32", LOWP=True), lambda: c, ref)
    if o.json:
        json.dump(dict(device=torch.cuda.get_device_name(), torch=torch.__version__, triton=triton.__version__, rows=out), open(o.json, "w"), indent=1)


main()
