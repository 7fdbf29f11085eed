"""Cases of differential.py on tensor cores: mma.sync and wmma."""
import random

from operands import mma_values
from scalar_cases import HEAD, THREADS

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
    ("m16n8k32.row.col.f32.e4m3.e4m3.f32", 4, 2, 4, "e4m3", "f32"),
    ("m16n8k32.row.col.f32.e5m2.e5m2.f32", 4, 2, 4, "e5m2", "f32"),
    ("m16n8k16.row.col.f32.e4m3.e4m3.f32", 2, 1, 4, "e4m3", "f32"),
    ("m16n8k32.row.col.f16.e4m3.e4m3.f16", 4, 2, 2, "e4m3", "f16"),
    ("m16n8k16.row.col.f16.e5m2.e5m2.f16", 2, 1, 2, "e5m2", "f16"),
]


def mma_ptx(name, a, b, c, wide):
    bits, reg = ("64", "%rd") if wide else ("32", "%r")
    bytes_ = "e4m3" in name or "e5m2" in name
    body = HEAD.format(version="8.7" if bytes_ else "7.8",
                       target="sm_89" if bytes_ else "sm_80").replace(
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
        if i < c:
            body += f"st.global.b{bits} [%rd13+{8 * i}], {reg}{at + i};\n"
    return body + "ret;\n}\n"


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


def mma_cases():
    for name, a, b, c, kind, sums in MMA:
        for style in ("plain", "wide", "any"):
            rng = random.Random(name + style)
            data = []
            for _ in range(THREADS):
                regs = [mma_values(kind, style, rng) for _ in range(a + b)]
                regs += [mma_values(sums, style, rng) for _ in range(c)]
                data += regs + [0] * (16 - len(regs))
            yield (f"mma {name} ({style})",
                   mma_ptx(name, a, b, c, kind == "f64"), data)


def probe_cases():
    name, a, b, c, _, _ = MMA[1]
    for factor in (0x3f800000, 0x3fc00000, 0x7f000000, 0):
        data = []
        probes = mma_probes(name, a, b, c)
        for warp in range(THREADS // 32):
            p, s = probes[warp % len(probes)]
            for _ in range(32):
                data += (p + [factor] * b + [s] * c + [0] * 16)[:16]
        yield (f"mma {name} (probes, B = {factor:#x})",
               mma_ptx(name, a, b, c, False), data)


# wmma: shape, type of A and B and of the sums, registers of A, B and sums.
WMMA = [
    ("m16n16k16", "f16", "f32", 8, 8, 8), ("m16n16k16", "f16", "f16", 8, 8, 4),
    ("m32n8k16", "f16", "f32", 8, 8, 8), ("m8n32k16", "f16", "f32", 8, 8, 8),
    ("m16n16k16", "bf16", "f32", 4, 4, 8), ("m32n8k16", "bf16", "f32", 8, 2, 8),
    ("m8n32k16", "bf16", "f32", 2, 8, 8), ("m16n16k8", "tf32", "f32", 4, 4, 8),
    ("m8n8k4", "f64", "f64", 1, 1, 2), ("m16n16k16", "s8", "s32", 2, 2, 8),
    ("m32n8k16", "u8", "s32", 4, 1, 8), ("m8n32k16", "s8", "s32", 1, 4, 8),
]
KINDS = {"tf32": "f32", "s8": "int", "u8": "int", "s32": "int"}


def wmma_ptx(shape, kind, sums, a, b, c):
    """A, B and C lie at 0, 1 and 2 KiB of a warp's 4 KiB; D where C would."""
    m, n, k = (int(x) for x in shape[1:].replace("n", " ").replace("k", " ").split())
    reg = {"f64": "%d", "f32": "%f"}
    body = HEAD.format(version="7.8", target="sm_80").replace(
        "%f<8>", "%f<40>").replace("%d<8>", "%d<40>")
    body += ("shr.u32 %r10, %r10, 5; mul.wide.u32 %rd13, %r10, 4096;"
             "add.s64 %rd14, %rd11, %rd13; add.s64 %rd15, %rd10, %rd13;\n")
    def matrix(first, count, of):
        return "{" + ",".join(f"{reg.get(of, '%r')}{first + i}"
                              for i in range(count)) + "}"
    ra = matrix(0, a, kind if kind == "f64" else "r")
    rb = matrix(10 if kind != "f64" else 2, b, kind if kind == "f64" else "r")
    rc = matrix(20 if kind != "f64" else 4, c, sums)
    rd = matrix(30 if kind != "f64" else 6, c, sums)
    load = "wmma.load.{}.sync.aligned.{}.{}.global.{} {}, [%rd14+{}], {};\n"
    body += load.format("a", "row", shape, kind, ra, 0, k)
    body += load.format("b", "col", shape, kind, rb, 1024, k)
    body += load.format("c", "row", shape, sums, rc, 2048, n)
    types = {"f16": f"{sums}.{sums}"}.get(kind, f"{sums}.{kind}.{kind}.{sums}")
    body += (f"wmma.mma.sync.aligned.row.col.{shape}.{types} "
             f"{rd}, {ra}, {rb}, {rc};\n")
    body += (f"wmma.store.d.sync.aligned.row.{shape}.global.{sums} "
             f"[%rd15+2048], {rd}, {n};\nret;\n}}\n")
    return body


def wmma_cases():
    for form in WMMA:
        shape, kind, sums = form[:3]
        for style in ("plain", "any"):
            rng = random.Random(f"{form}{style}")
            def block(of, count):
                wide = KINDS.get(of, of) == "f64"
                words = [mma_values(KINDS.get(of, of), style, rng)
                         for _ in range(count // (8 if wide else 4))]
                if wide:
                    return words
                return [low | high << 32
                        for low, high in zip(words[::2], words[1::2])]
            data = []
            for _ in range(16):
                data += block(kind, 2048) + block(sums, 2048)
            data *= THREADS // (16 * 32)
            yield f"wmma {shape}.{sums}.{kind} ({style})", wmma_ptx(*form), data
