"""Cases of differential.py in which each thread executes one instruction, or a
short sequence, on three operands of its own."""
import random

from operands import values

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


def scalar_ptx(text, target):
    """A kernel of one instruction; its operands tell which kinds it needs."""
    body = HEAD.format(version="8.7" if target == "sm_89" else "7.8",
                       target=target)
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


def each(forms, kind):
    for text in forms.strip().splitlines():
        yield text.strip(), kind


def rounded_forms():
    """(instruction, kinds of its three operands)."""
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


def float_forms():
    for op in ("add", "sub", "mul"):
        yield f"{op}.ftz.f32 %f0, %f1, %f2;", "f32"
        yield f"{op}.sat.f32 %f0, %f1, %f2;", "f32"
        yield f"{op}.rn.f16 %h0, %h1, %h2;", "f16"
        yield f"{op}.ftz.f16 %h0, %h1, %h2;", "f16"
        yield f"{op}.sat.f16 %h0, %h1, %h2;", "f16"
    for op in ("neg", "abs"):
        yield f"{op}.f16x2 %r0, %r1;", "f16x2"
        yield f"{op}.bf16x2 %r0, %r1;", "bf16x2"
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
        neg.ftz.f32 %f0, %f1;
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
        cvt.rni.f64.f64 %d0, %d1;
        cvt.sat.f64.f64 %d0, %d1;
        cvt.rn.sat.f32.f64 %f0, %d1;
        abs.f64 %d0, %d1;
        neg.f64 %d0, %d1;
        copysign.f64 %d0, %d1, %d2;
        testp.normal.f64 %p0, %d1;
        testp.subnormal.f64 %p0, %d1;
        setp.gtu.f64 %p0, %d1, %d2;""", "f64")


def integer_forms():
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
        match.any.sync.b32 %r0, %r1, -1;
        div.s16 %h0, %h1, %h2;
        div.u16 %h0, %h1, %h2;
        rem.s16 %h0, %h1, %h2;
        rem.u16 %h0, %h1, %h2;
        add.cc.u32 %r4, %r1, %r2; addc.u32 %r0, %r3, %r1;
        sub.cc.s32 %r4, %r1, %r2; subc.s32 %r0, %r3, %r1;
        sub.cc.u32 %r4, %r1, %r2; addc.u32 %r0, 0, 0;
        add.cc.u32 %r4, %r1, %r2; subc.u32 %r0, 0, 0;
        add.cc.u32 %r4, %r1, %r2; addc.cc.u32 %r4, %r3, %r2; addc.u32 %r0, 0, 0;
        sub.cc.u32 %r4, %r1, %r2; subc.cc.u32 %r4, %r3, %r2; subc.u32 %r0, 0, 0;
        mad.lo.cc.u32 %r4, %r1, %r2, %r3; addc.u32 %r0, 0, 0;
        mad.hi.cc.u32 %r4, %r1, %r2, %r3; addc.u32 %r0, 0, 0;
        mad.hi.cc.s32 %r4, %r1, %r2, %r3; addc.u32 %r0, 0, 0;
        add.cc.u32 %r4, %r1, %r2; madc.lo.u32 %r0, %r1, %r2, %r3;
        add.cc.u32 %r4, %r1, %r2; madc.hi.s32 %r0, %r1, %r2, %r3;
        add.cc.u32 %r4, %r1, %r2; madc.lo.cc.u32 %r4, %r1, %r2, %r3; addc.u32 %r0, 0, 0;
        add.cc.u64 %rd4, %rd1, %rd2; addc.u64 %rd0, %rd3, %rd1;
        sub.cc.u64 %rd4, %rd1, %rd2; subc.u64 %rd0, %rd3, %rd1;
        mad.lo.cc.u64 %rd4, %rd1, %rd2, %rd3; addc.u64 %rd0, 0, 0;
        add.cc.u64 %rd4, %rd1, %rd2; madc.hi.u64 %rd0, %rd1, %rd2, %rd3;""", "int")


def narrow_function_forms():
    """Approximate functions of 16 bits."""
    for function, types in (("ex2.approx", ("f16", "f16x2")),
                            ("tanh.approx", ("f16", "f16x2"))):
        for t in types:
            r = "r" if "x2" in t else "h"
            yield f"{function}.{t} %{r}0, %{r}1;", t, "sm_80"
    for function in ("ex2.approx.ftz", "tanh.approx"):
        for t, r in (("bf16", "h"), ("bf16x2", "r")):
            yield f"{function}.{t} %{r}0, %{r}1;", t, "sm_90"


def rare_forms():
    """What kernels use seldom."""
    forms = [*each("""
        mul24.lo.s32 %r0, %r1, %r2;
        mul24.hi.u32 %r0, %r1, %r2;
        mad24.lo.u32 %r0, %r1, %r2, %r3;
        mad24.hi.sat.s32 %r0, %r1, %r2, %r3;
        szext.clamp.s32 %r0, %r1, %r2;
        szext.wrap.u32 %r0, %r1, %r2;
        bmsk.clamp.b32 %r0, %r1, %r2;
        bmsk.wrap.b32 %r0, %r1, %r2;
        and.b32 %r2, %r2, 31; shr.s32 %r3, %r3, 27; fns.b32 %r0, %r1, %r2, %r3;
        vabsdiff4.u32.u32.u32.add %r0, %r1, %r2, %r3;
        vadd4.s32.s32.s32.sat %r0, %r1, %r2, %r3;
        vmax2.u32.u32.u32 %r0, %r1, %r2, %r3;""", "int"),
             *each("""
        min.xorsign.abs.f32 %f0, %f1, %f2;
        max.ftz.NaN.xorsign.abs.f32 %f0, %f1, %f2;
        cvt.rn.satfinite.e4m3x2.f32 %h0, %f1, %f2;
        cvt.rn.satfinite.relu.e5m2x2.f32 %h0, %f1, %f2;""", "f32"),
             *each("""
        max.xorsign.abs.f16 %h0, %h1, %h2;
        set.geu.f16.f16 %h0, %h1, %h2;
        set.lt.u32.f16 %r0, %h1, %h2;
        cvt.rn.f16x2.e4m3x2 %r0, %h1;
        cvt.rn.relu.f16x2.e5m2x2 %r0, %h1;""", "f16"),
             *each("""
        set.ne.f16x2.f16x2 %r0, %r1, %r2;
        set.ltu.ftz.u32.f16x2 %r0, %r1, %r2;
        cvt.rn.satfinite.e4m3x2.f16x2 %h0, %r1;
        cvt.rn.satfinite.e5m2x2.f16x2 %h0, %r1;""", "f16x2"),
             *each("""
        min.xorsign.abs.bf16 %h0, %h1, %h2;""", "bf16"),
             *each("""
        rcp.approx.ftz.f64 %d0, %d1;
        rsqrt.approx.ftz.f64 %d0, %d1;
        rsqrt.approx.f64 %d0, %d1;""", "f64")]
    return [form + ("sm_89",) for form in forms]


# The thread's own word of the output, with its first operand in it.
CELL = ("mul.wide.u32 %rd17, %r10, 8; add.s64 %rd17, %rd10, %rd17; "
        "st.global.u64 [%rd17], %rd1; ")


def atomic_forms():
    """Of the memory's new value; the old one is seen by the other tests."""
    def form(operation, r, load, kind, target="sm_80", value="2"):
        return (CELL + f"atom.global.{operation} %{r}4, [%rd17], {value}; " +
                load, kind, target)
    whole, half = "ld.global.u32 %r0, [%rd17];", "ld.global.u16 %h0, [%rd17];"
    double = "ld.global.u64 %rd0, [%rd17];"
    yield form("add.f32", "f", whole, "f32", value="%f2")
    yield form("add.f64", "d", double, "f64", value="%d2")
    yield form("add.noftz.f16", "h", half, "f16", value="%h2")
    yield form("add.noftz.f16x2", "r", whole, "f16x2", value="%r2")
    yield form("add.noftz.bf16", "h", half, "bf16", "sm_90", "%h2")
    yield form("add.noftz.bf16x2", "r", whole, "bf16x2", "sm_90", "%r2")
    yield form("cas.b16", "h", half, "int", value="%h1, %h2")
    yield form("inc.u32", "r", whole, "int", value="%r2")
    yield form("dec.u32", "r", whole, "int", value="%r2")


def scalar_cases():
    """(name, PTX, operands); three operands for each result."""
    forms = [form + ("sm_80",) for forms in
             (rounded_forms(), float_forms(), integer_forms()) for form in forms]
    forms += [*narrow_function_forms(), *atomic_forms(), *rare_forms()]
    for text, kind, target in forms:
        rng = random.Random(text)
        yield (text.replace(CELL, ""), scalar_ptx(text, target),
               values(kind, rng, 3 * THREADS))
