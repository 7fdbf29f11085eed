#!/usr/bin/env python3
"""The same instructions on a GPU and on the simulator, compared bit by bit.

usage: differential.py gpu FOLDER                   on a machine with a GPU
       differential.py compare FOLDER [--ts-run=F]  anywhere, afterwards

`gpu` needs the driver (libcuda.so.1) and nothing else: no compiler, no Python
package. It writes the results of each case into FOLDER (15 MB). `compare` runs
the same PTX on the simulator and prints a table; it exits with 1 if a case that
must be equal is not. Approximate functions are compared by distance. The
model of tensor cores is that of the GPU: hopper for sm_90, else ada.
"""
import ctypes
import json
import os
import random
import struct
import subprocess
import sys

THREADS = 4096
HEAD = """.version {version}
.target {target}
.address_size 64
.visible .entry f(.param .u64 out, .param .u64 in)
{{
.reg .pred %p<4>; .reg .b16 %h<8>; .reg .b32 %r<40>; .reg .b64 %rd<20>;
.reg .f32 %f<8>; .reg .f64 %d<8>;
ld.param.u64 %rd10, [out]; ld.param.u64 %rd11, [in];
mov.u32 %r10, %tid.x; mov.u32 %r11, %ctaid.x; mov.u32 %r12, %ntid.x;
mad.lo.u32 %r10, %r11, %r12, %r10;
"""
# Bits of a register kind, and how it is read from and written to 64 bits.
KINDS = {
    "r": (32, "cvt.u32.u64 %r{n}, %rd{w};", "cvt.u64.u32 %rd12, %r0;"),
    "rd": (64, "mov.b64 %rd{n}, %rd{w};", "mov.b64 %rd12, %rd0;"),
    "h": (16, "cvt.u16.u64 %h{n}, %rd{w};", "cvt.u64.u16 %rd12, %h0;"),
    "f": (32, "cvt.u32.u64 %r20, %rd{w}; mov.b32 %f{n}, %r20;",
          "mov.b32 %r20, %f0; cvt.u64.u32 %rd12, %r20;"),
    "d": (64, "mov.b64 %d{n}, %rd{w};", "mov.b64 %rd12, %d0;"),
    "p": (1, "setp.ne.u64 %p{n}, %rd{w}, 0;", "selp.u64 %rd12, 1, 0, %p0;"),
}


def scalar_ptx(text, version):
    """A kernel of one instruction; its operands tell which kinds it needs."""
    body = HEAD.format(version=version, target="sm_80")
    body += "mul.wide.u32 %rd13, %r10, 24; add.s64 %rd13, %rd11, %rd13;\n"
    words = text.replace(",", " ").replace(";", " ").replace("|", " ").split()
    for n in (1, 2, 3):
        body += "ld.global.u64 %%rd%d, [%%rd13+%d];\n" % (13 + n, 8 * n - 8)
        for kind in KINDS:
            if "%%%s%d" % (kind, n) in words:
                body += KINDS[kind][1].format(n=n, w=13 + n) + "\n"
    result = next(k for k in KINDS if "%%%s0" % k in words)
    body += text + "\n" + KINDS[result][2]
    body += ("\nmul.wide.u32 %rd13, %r10, 8; add.s64 %rd13, %rd10, %rd13;\n"
             "st.global.u64 [%rd13], %rd12; ret;\n}\n")
    return body


SPECIAL = {
    "f16": [0, 0x8000, 1, 0x8001, 0x3ff, 0x400, 0x3c00, 0xbc00, 0x3c01, 0x7bff,
            0xfbff, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 0xfe12, 0x3800, 0x3555],
    "bf16": [0, 0x8000, 1, 0x80, 0x3f80, 0xbf80, 0x3f81, 0x7f7f, 0xff7f, 0x7f80,
             0xff80, 0x7fc0, 0x7f81, 0xffc1, 0x3f00, 0x0d80],
    "f32": [0, 0x80000000, 1, 0x80000001, 0x7fffff, 0x800000, 0x3f800000,
            0xbf800000, 0x3f800001, 0x7f7fffff, 0xff7fffff, 0x7f800000,
            0xff800000, 0x7fc00000, 0x7f800001, 0xffc12345, 0x4f000000,
            0x4effffff, 0xcf000000, 0x5f000000, 0x3f000000, 0x3effffff,
            0x477ff000, 0x33000000, 0x33800000, 0x3f801000, 0x7f7ff000],
    "f64": [0, 1 << 63, 1, (1 << 63) | 1, 0xfffffffffffff, 0x10000000000000,
            0x3ff0000000000000, 0xbff0000000000000, 0x7fefffffffffffff,
            0x7ff0000000000000, 0xfff0000000000000, 0x7ff8000000000000,
            0x7ff0000000000001, 0x41e0000000000000, 0x47efffffe0000000,
            0x36a0000000000000, 0x3690000000000000, 0xc3e0000000000000],
    "int": [0, 1, 2, 3, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
            0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32,
            (1 << 63) - 1, 1 << 63, (1 << 64) - 1],
}


def values(kind, bits, rng, count):
    """Special values and random ones, those of floats of all sizes."""
    special = SPECIAL[kind]
    result = []
    for _ in range(count):
        if rng.random() < 0.35:
            result.append(rng.choice(special))
        elif kind == "int" and rng.random() < 0.5:
            result.append(rng.getrandbits(rng.randint(1, bits)))
        elif kind == "f32" and rng.random() < 0.5:
            result.append(struct.unpack("<I", struct.pack(
                "<f", rng.uniform(-4, 4)))[0])
        else:
            result.append(rng.getrandbits(bits))
    return result


def scalar_cases():
    """(instruction, kinds of its three operands)."""
    def each(forms, kind):
        for text in forms.strip().splitlines():
            yield text.strip(), kind
    for round_ in ("rn", "rz", "rm", "rp"):
        for t, r in (("f32", "f"), ("f64", "d")):
            for op in ("add", "sub", "mul", "div"):
                yield f"{op}.{round_}.{t} %{r}0, %{r}1, %{r}2;", t
            yield f"fma.{round_}.{t} %{r}0, %{r}1, %{r}2, %{r}3;", t
            yield f"sqrt.{round_}.{t} %{r}0, %{r}1;", t
            yield f"rcp.{round_}.{t} %{r}0, %{r}1;", t
        for i, r in (("s32", "r"), ("u32", "r"), ("s64", "rd"), ("u64", "rd")):
            yield f"cvt.{round_}.f32.{i} %f0, %{r}1;", "int"
            yield f"cvt.{round_}i.{i}.f32 %{r}0, %f1;", "f32"
            yield f"cvt.{round_}i.{i}.f64 %{r}0, %d1;", "f64"
        yield f"cvt.{round_}.f32.f64 %f0, %d1;", "f64"
        yield f"cvt.{round_}i.f32.f32 %f0, %f1;", "f32"
    for op in ("add", "sub", "mul"):
        yield f"{op}.ftz.f32 %f0, %f1, %f2;", "f32"
        yield f"{op}.sat.f32 %f0, %f1, %f2;", "f32"
        yield f"{op}.rn.f16 %h0, %h1, %h2;", "f16"
        yield f"{op}.ftz.f16 %h0, %h1, %h2;", "f16"
        yield f"{op}.sat.f16 %h0, %h1, %h2;", "f16"
    for op in ("min", "max"):
        for t, r in (("f32", "f"), ("f64", "d"), ("f16", "h"), ("bf16", "h")):
            yield f"{op}.{t} %{r}0, %{r}1, %{r}2;", t
            if t != "f64":
                yield f"{op}.NaN.{t} %{r}0, %{r}1, %{r}2;", t
        for t, r in (("s32", "r"), ("u32", "r"), ("s64", "rd"), ("u64", "rd")):
            yield f"{op}.{t} %{r}0, %{r}1, %{r}2;", "int"
    yield from each("""
        fma.rn.f16 %h0, %h1, %h2, %h3;
        fma.rn.ftz.f16 %h0, %h1, %h2, %h3;
        fma.rn.relu.f16 %h0, %h1, %h2, %h3;
        neg.f16 %h0, %h1;
        abs.f16 %h0, %h1;
        cvt.f32.f16 %f0, %h1;
        cvt.f64.f16 %d0, %h1;
        cvt.rni.s32.f16 %r0, %h1;
        cvt.rzi.u64.f16 %rd0, %h1;
        cvt.rmi.f16.f16 %h0, %h1;
        setp.lt.f16 %p0, %h1, %h2;
        setp.neu.f16 %p0, %h1, %h2;""", "f16")
    yield from each("""
        fma.rn.bf16 %h0, %h1, %h2, %h3;
        neg.bf16 %h0, %h1;
        abs.bf16 %h0, %h1;""", "bf16")
    yield from each("""
        cvt.rn.f16.f32 %h0, %f1;
        cvt.rz.f16.f32 %h0, %f1;
        cvt.rn.bf16.f32 %h0, %f1;
        cvt.rz.bf16.f32 %h0, %f1;
        cvt.rn.f16x2.f32 %r0, %f1, %f2;
        cvt.rn.bf16x2.f32 %r0, %f1, %f2;
        cvt.rn.relu.f16x2.f32 %r0, %f1, %f2;
        cvt.rna.tf32.f32 %r0, %f1;
        cvt.f64.f32 %d0, %f1;
        cvt.sat.f32.f32 %f0, %f1;
        cvt.rni.ftz.s32.f32 %r0, %f1;
        abs.f32 %f0, %f1;
        neg.f32 %f0, %f1;
        abs.ftz.f32 %f0, %f1;
        fma.rn.ftz.f32 %f0, %f1, %f2, %f3;
        copysign.f32 %f0, %f1, %f2;
        setp.lt.f32 %p0, %f1, %f2;
        setp.geu.f32 %p0, %f1, %f2;
        setp.eq.ftz.f32 %p0, %f1, %f2;
        set.le.u32.f32 %r0, %f1, %f2;
        testp.subnormal.f32 %p0, %f1;
        testp.normal.f32 %p0, %f1;
        ex2.approx.f32 %f0, %f1;
        ex2.approx.ftz.f32 %f0, %f1;
        lg2.approx.f32 %f0, %f1;
        rcp.approx.f32 %f0, %f1;
        rcp.approx.ftz.f32 %f0, %f1;
        rsqrt.approx.f32 %f0, %f1;
        sqrt.approx.f32 %f0, %f1;
        tanh.approx.f32 %f0, %f1;
        div.full.f32 %f0, %f1, %f2;""", "f32")
    yield from each("""
        cvt.rn.f16.f64 %h0, %d1;
        abs.f64 %d0, %d1;
        setp.gtu.f64 %p0, %d1, %d2;""", "f64")
    for t, r in (("32", "r"), ("64", "rd")):
        yield from each(f"""
            add.s{t} %{r}0, %{r}1, %{r}2;
            sub.s{t} %{r}0, %{r}1, %{r}2;
            mul.lo.s{t} %{r}0, %{r}1, %{r}2;
            mul.hi.s{t} %{r}0, %{r}1, %{r}2;
            mul.hi.u{t} %{r}0, %{r}1, %{r}2;
            mad.lo.s{t} %{r}0, %{r}1, %{r}2, %{r}3;
            mad.hi.u{t} %{r}0, %{r}1, %{r}2, %{r}3;
            div.s{t} %{r}0, %{r}1, %{r}2;
            div.u{t} %{r}0, %{r}1, %{r}2;
            rem.s{t} %{r}0, %{r}1, %{r}2;
            rem.u{t} %{r}0, %{r}1, %{r}2;
            sad.s{t} %{r}0, %{r}1, %{r}2, %{r}3;
            abs.s{t} %{r}0, %{r}1;
            and.b{t} %{r}0, %{r}1, %{r}2;
            xor.b{t} %{r}0, %{r}1, %{r}2;
            not.b{t} %{r}0, %{r}1;
            cnot.b{t} %{r}0, %{r}1;
            shl.b{t} %{r}0, %{r}1, %r2;
            shr.u{t} %{r}0, %{r}1, %r2;
            shr.s{t} %{r}0, %{r}1, %r2;
            popc.b{t} %r0, %{r}1;
            clz.b{t} %r0, %{r}1;
            brev.b{t} %{r}0, %{r}1;
            bfind.u{t} %r0, %{r}1;
            bfind.shiftamt.s{t} %r0, %{r}1;
            bfe.u{t} %{r}0, %{r}1, %r2, %r3;
            bfe.s{t} %{r}0, %{r}1, %r2, %r3;
            bfi.b{t} %{r}0, %{r}1, %{r}2, %r3, 9;
            setp.lt.s{t} %p0, %{r}1, %{r}2;
            setp.ls.u{t} %p0, %{r}1, %{r}2;""", "int")
    yield from each("""
        mul.wide.s32 %rd0, %r1, %r2;
        mad.wide.u32 %rd0, %r1, %r2, %rd3;
        lop3.b32 %r0, %r1, %r2, %r3, 0x96;
        lop3.b32 %r0, %r1, %r2, %r3, 0xe2;
        prmt.b32 %r0, %r1, %r2, %r3;
        shf.l.wrap.b32 %r0, %r1, %r2, %r3;
        shf.r.clamp.b32 %r0, %r1, %r2, %r3;
        dp4a.s32.u32 %r0, %r1, %r2, %r3;
        dp2a.hi.u32.s32 %r0, %r1, %r2, %r3;
        slct.u32.s32 %r0, %r1, %r2, %r3;
        cvt.rn.f16.s64 %h0, %rd1;
        cvt.rz.f16.u32 %h0, %r1;
        cvt.sat.s8.s32 %r0, %r1;
        cvt.sat.u16.s64 %h0, %rd1;
        cvt.s32.s8 %r0, %r1;
        cvt.s64.s32 %rd0, %r1;
        shfl.sync.bfly.b32 %r0, %r1, 5, 0x1f, -1;
        shfl.sync.up.b32 %r0, %r1, 3, 0, -1;
        shfl.sync.down.b32 %r0, %r1, 2, 0x181f, -1;
        redux.sync.max.s32 %r0, %r1, -1;
        match.any.sync.b32 %r0, %r1, -1;""", "int")


# mma: name, registers of A, B and of C and D, kinds of operands and sums.
MMA = [
    ("m16n8k4.row.col.f32.tf32.tf32.f32", 2, 1, 4, "f32", "f32"),
    ("m16n8k8.row.col.f32.tf32.tf32.f32", 4, 2, 4, "f32", "f32"),
    ("m16n8k8.row.col.f32.f16.f16.f32", 2, 1, 4, "f16", "f32"),
    ("m16n8k16.row.col.f32.f16.f16.f32", 4, 2, 4, "f16", "f32"),
    ("m16n8k8.row.col.f16.f16.f16.f16", 2, 1, 2, "f16", "f16"),
    ("m16n8k16.row.col.f16.f16.f16.f16", 4, 2, 2, "f16", "f16"),
    ("m16n8k8.row.col.f32.bf16.bf16.f32", 2, 1, 4, "bf16", "f32"),
    ("m16n8k16.row.col.f32.bf16.bf16.f32", 4, 2, 4, "bf16", "f32"),
    ("m16n8k16.row.col.s32.s8.u8.s32", 2, 1, 4, "int", "int"),
    ("m16n8k32.row.col.satfinite.s32.u8.s8.s32", 4, 2, 4, "int", "int"),
    ("m8n8k4.row.col.f64.f64.f64.f64", 1, 1, 2, "f64", "f64"),
]


def mma_ptx(name, a, b, c, wide, version):
    bits, reg = ("64", "%rd") if wide else ("32", "%r")
    body = HEAD.format(version=version, target="sm_80").replace(
        "%rd<20>", "%rd<40>")
    body += "mul.wide.u32 %rd13, %r10, 128; add.s64 %rd13, %rd11, %rd13;\n"
    lists, at = [], 20
    for count in (a, b, c):
        lists.append("{" + ",".join(reg + str(at + i) for i in range(count)) + "}")
        for i in range(count):
            body += f"ld.global.b{bits} {reg}{at}, [%rd13+{8 * (at - 20)}];\n"
            at += 1
    result = "{" + ",".join(reg + str(at + i) for i in range(c)) + "}"
    body += f"mma.sync.aligned.{name} {result}, {lists[0]}, {lists[1]}, {lists[2]};\n"
    body += "mul.wide.u32 %rd13, %r10, 32; add.s64 %rd13, %rd10, %rd13;\n"
    for i in range(4):
        source = f"{reg}{at + i}" if i < c else ("%rd10" if wide else "%r10")
        if i < c:
            body += f"st.global.b{bits} [%rd13+{8 * i}], {source};\n"
    return body + "ret;\n}\n"


def mma_values(kind, style, rng):
    """One register: `plain` near 1, `wide` exponents, `any` bits."""
    def one(bits, exponent, bias):
        fraction = bits - 1 - exponent
        if style == "any":
            return values(kind if kind != "f64" else "int", bits, rng, 1)[0]
        if rng.random() < 0.08:
            return rng.getrandbits(1) << (bits - 1)
        spread = 2 if style == "plain" else (bias // 2 if bias < 20 else 24)
        return (rng.getrandbits(1) << (bits - 1) |
                (bias + rng.randint(-spread, spread)) << fraction |
                rng.getrandbits(fraction))
    if kind == "f16":
        return one(16, 5, 15) | one(16, 5, 15) << 16
    if kind == "bf16":
        return one(16, 8, 127) | one(16, 8, 127) << 16
    if kind == "f32":
        return one(32, 8, 127)
    if kind == "f64":
        return one(64, 11, 1023)
    return rng.getrandbits(32)


def mma_probes(name, a, b, c):
    """What models differ in, put into all rows and columns at once: pairs of
    (A's registers, C's registers) with B all ones, for tf32."""
    one = 0x3f800000
    def power(e, mantissa=0):
        return (127 + e) << 23 | mantissa
    products = [
        [power(-24, 0x400000)] + [0] * 3, [power(-25)] * 4,
        [power(-24), 0, power(-24), 0], [power(-24), power(-24), 0, 0],
        [0x80000000] * 4, [0] * 4, [power(127)] * 4,
        # A product of 2.25 with its neighbours: is it 2.25 * 2^0 or 1.125 * 2^1?
        [power(0, 0x400000)] + [power(-23)] * 3, [1 << 13] * 4, [0x7f800000] * 4]
    sums = [one, 0x80000000, 0, 1, 0x7f7fffff, one | 0x80000000, 0xff800000,
            0x7fc00001, 0x00400000]
    return [(p, s) for p in products for s in sums]


def cases():
    rng = random.Random(20)
    for text, kind in scalar_cases():
        bits = {"f16": 16, "bf16": 16, "f32": 32}.get(kind, 64)
        data = values(kind, bits, rng, 3 * THREADS)
        yield text, scalar_ptx(text, "7.8"), data, THREADS
    for name, a, b, c, kind, sums in MMA:
        for style in ("plain", "wide", "any"):
            data = []
            for _ in range(THREADS):
                regs = [mma_values(kind, style, rng) for _ in range(a + b)]
                regs += [mma_values(sums, style, rng) for _ in range(c)]
                data += regs + [0] * (16 - len(regs))
            yield (f"mma {name} ({style})",
                   mma_ptx(name, a, b, c, kind == "f64", "7.8"), data,
                   4 * THREADS)
    name, a, b, c, _, _ = MMA[1]
    for factor in (0x3f800000, 0x3fc00000, 0x7f000000, 0):
        data = []
        probes = mma_probes(name, a, b, c)
        for warp in range(THREADS // 32):
            p, s = probes[warp % len(probes)]
            for _ in range(32):
                data += (p + [factor] * b + [s] * c + [0] * 16)[:16]
        yield (f"mma {name} (probes, B = {factor:#x})",
               mma_ptx(name, a, b, c, False, "7.8"), data, 4 * THREADS)


#===------------------------------------------------------------------------===#
# The GPU
#===------------------------------------------------------------------------===#

class Gpu:
    def __init__(self):
        self.lib = ctypes.CDLL("libcuda.so.1")
        self.call("cuInit", 0)
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self.call("cuDeviceGet", ctypes.byref(device), 0)
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self.call("cuCtxSetCurrent", context)
        name = ctypes.create_string_buffer(100)
        self.call("cuDeviceGetName", name, 100, device)
        self.name = name.value.decode()
        major = ctypes.c_int()
        self.call("cuDeviceGetAttribute", ctypes.byref(major), 75, device)
        self.model = "hopper" if major.value >= 9 else "ada"

    def call(self, function, *arguments):
        code = getattr(self.lib, function)(*arguments)
        if code:
            raise RuntimeError("%s: error %d" % (function, code))

    def run(self, ptx, data, words):
        module, kernel = ctypes.c_void_p(), ctypes.c_void_p()
        self.call("cuModuleLoadData", ctypes.byref(module), ptx.encode() + b"\0")
        self.call("cuModuleGetFunction", ctypes.byref(kernel), module, b"f")
        out, source = ctypes.c_uint64(), ctypes.c_uint64()
        self.call("cuMemAlloc_v2", ctypes.byref(out), ctypes.c_size_t(8 * words))
        self.call("cuMemAlloc_v2", ctypes.byref(source),
                  ctypes.c_size_t(len(data)))
        self.call("cuMemsetD8_v2", out, 0, ctypes.c_size_t(8 * words))
        self.call("cuMemcpyHtoD_v2", source, data, ctypes.c_size_t(len(data)))
        pointers = (ctypes.c_void_p * 2)(ctypes.addressof(out),
                                         ctypes.addressof(source))
        self.call("cuLaunchKernel", kernel, THREADS // 256, 1, 1, 256, 1, 1, 0,
                  None, pointers, None)
        self.call("cuCtxSynchronize")
        result = ctypes.create_string_buffer(8 * words)
        self.call("cuMemcpyDtoH_v2", result, out, ctypes.c_size_t(8 * words))
        for address in (out, source):
            self.call("cuMemFree_v2", address)
        self.call("cuModuleUnload", module)
        return result.raw


def write_npy(path, data):
    header = "{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }" % (
        len(data) // 8)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) +
                   header.encode() + data)


def read_npy(path):
    with open(path, "rb") as file:
        data = file.read()
    return data[10 + struct.unpack_from("<H", data, 8)[0]:]


def on_gpu(folder):
    gpu = Gpu()
    os.makedirs(folder, exist_ok=True)
    index = {"device": gpu.name, "model": gpu.model, "cases": []}
    for number, (name, ptx, data, words) in enumerate(cases()):
        packed = struct.pack("<%dQ" % len(data), *data)
        base = os.path.join(folder, str(number))
        entry = {"name": name, "words": words}
        try:
            write_npy(base + ".gpu.npy", gpu.run(ptx, packed, words))
        except RuntimeError as error:
            entry["refused"] = str(error)
        index["cases"].append(entry)
    with open(os.path.join(folder, "index.json"), "w") as file:
        json.dump(index, file, indent=1)
    print("%s: %d cases" % (gpu.name, len(index["cases"])))


#===------------------------------------------------------------------------===#
# The simulator
#===------------------------------------------------------------------------===#

def distance(a, b):
    """Of two floats of 32 bits in their order; huge if one alone is NaN."""
    def key(bits):
        bits &= 0xffffffff
        return -(bits & 0x7fffffff) if bits >> 31 else bits
    nan = [(x & 0x7fffffff) > 0x7f800000 for x in (a, b)]
    return 0 if all(nan) else 1 << 32 if any(nan) else abs(key(a) - key(b))


def compare_case(tool, base, results, entry, model):
    command = [tool, base + ".ptx", "--grid=%d" % (THREADS // 256),
               "--block=256", "--quiet", "--mma=" + model,
               "--arg=%dxi64" % entry["words"], "--arg=@" + base + ".in.npy",
               "--output=@" + base + ".sim.npy"]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode:
        return None, run.stderr.strip().splitlines()[0]
    gpu, sim = read_npy(results), read_npy(base + ".sim.npy")
    count = len(gpu) // 8
    pairs = list(zip(struct.unpack("<%dQ" % count, gpu),
                     struct.unpack("<%dQ" % count, sim)))
    wrong = [i for i, (a, b) in enumerate(pairs) if a != b]
    if not wrong:
        return 0, ""
    if ".approx" in entry["name"] or ".full" in entry["name"]:
        return -1, "at most %d units in the last place" % max(
            distance(a, b) for a, b in pairs)
    i = wrong[0]
    return len(wrong), "word %d: GPU %#x, simulator %#x" % (i, *pairs[i])


def compare(folder, tool):
    with open(os.path.join(folder, "index.json")) as file:
        index = json.load(file)
    failed = equal = words = 0
    scratch = folder + ".sim"
    os.makedirs(scratch, exist_ok=True)
    for number, (name, ptx, data, _) in enumerate(cases()):
        entry = index["cases"][number]
        if entry["name"] != name:
            sys.exit("these results are of another version of this script")
        base = os.path.join(scratch, str(number))
        with open(base + ".ptx", "w") as file:
            file.write(ptx)
        write_npy(base + ".in.npy", struct.pack("<%dQ" % len(data), *data))
        if "refused" in entry:
            print("%-60s not run by the GPU: %s" % (entry["name"],
                                                    entry["refused"]))
            continue
        results = os.path.join(folder, str(number) + ".gpu.npy")
        wrong, detail = compare_case(tool, base, results, entry, index["model"])
        words += entry["words"]
        equal += wrong == 0
        if wrong == 0:
            continue
        failed += wrong is None or wrong > 0
        print("%-60s %s  %s" % (entry["name"], "close" if wrong == -1 else
                                "error" if wrong is None else
                                "%d of %d differ" % (wrong, entry["words"]),
                                detail))
    print("%s: %d cases, %d results; %d cases equal to the bit, %d failed" %
          (index["device"], len(index["cases"]), words, equal, failed))
    return 1 if failed else 0


def main():
    if len(sys.argv) >= 3 and sys.argv[1] == "gpu":
        return on_gpu(sys.argv[2])
    if len(sys.argv) >= 3 and sys.argv[1] == "compare":
        tool = "build/bin/ts-run"
        for word in sys.argv[3:]:
            tool = word.split("=", 1)[1] if word.startswith("--ts-run=") else tool
        return compare(sys.argv[2], tool)
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
