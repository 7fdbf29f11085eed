"""Operands for differential.py: special values of each kind and random ones."""
import struct

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
            0x7ff0000000000001, 0xfff8000000000000, 0xfff4000012345678,
            0x7ffc0000abcdef01, 0x41e0000000000000, 0x47efffffe0000000,
            0x36a0000000000000, 0x3690000000000000, 0xc3e0000000000000],
    "e4m3": [0, 0x80, 1, 0x81, 7, 8, 0x38, 0xb8, 0x39, 0x7e, 0xfe, 0x7f, 0xff],
    "e5m2": [0, 0x80, 1, 0x81, 3, 4, 0x3c, 0xbc, 0x3d, 0x7b, 0xfb, 0x7c, 0xfc,
             0x7d, 0xff],
    "int": [0, 1, 2, 3, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000,
            0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 1 << 32,
            (1 << 63) - 1, 1 << 63, (1 << 64) - 1],
}


BITS = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64, "int": 64}


def value(kind, bits, rng):
    """A special value or a random one, those of floats of all sizes."""
    if rng.random() < 0.35:
        return rng.choice(SPECIAL[kind])
    if kind == "int" and rng.random() < 0.5:
        return rng.getrandbits(rng.randint(1, bits))
    if kind == "f32" and rng.random() < 0.5:
        return struct.unpack("<I", struct.pack("<f", rng.uniform(-4, 4)))[0]
    if kind == "f16" and rng.random() < 0.3:
        return struct.unpack("<H", struct.pack("<e", rng.uniform(-4, 4)))[0]
    return rng.getrandbits(bits)


def values(kind, rng, count):
    """`count` operands of the kind, or pairs of them for one that ends in x2."""
    if kind.endswith("x2"):
        kind = kind[:-2]
        return [value(kind, 16, rng) | value(kind, 16, rng) << 16
                for _ in range(count)]
    return [value(kind, BITS[kind], rng) for _ in range(count)]


def mma_values(kind, style, rng):
    """One register: `plain` near 1, `wide` exponents, `any` bits."""
    def one(bits, exponent, bias):
        fraction = bits - 1 - exponent
        if style == "any":
            return value(kind, bits, rng)
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
    if kind in ("e4m3", "e5m2"):
        exponent, bias = (4, 7) if kind == "e4m3" else (5, 15)
        return sum(one(8, exponent, bias) << (8 * n) for n in range(4))
    if kind == "f32":
        return one(32, 8, 127)
    if kind == "f64":
        return one(64, 11, 1023)
    return rng.getrandbits(32)
