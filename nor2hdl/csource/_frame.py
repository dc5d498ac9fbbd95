"""What stands around the statements: the comment, types, the loops over blocks, bytes to bits."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from nor2hdl.csource._names import comment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nor2hdl.csource._plan import Plan
    from nor2hdl.netlist import Netlist, Port

BLOCK = 16
"""Words of each value that a function works on before the next one runs.

Enough that its machine code is fetched seldom, few enough that the values stay in the cache.
"""

_HEAD = Template("""\
/*
 * $remark
 *
 * A combinational circuit of $gates NOR gates, $levels levels deep, as C99; written by nor2hdl.
 *
 * void $name(const uint64_t *in, uint64_t *out, size_t words)
 *
 *     Evaluates 64 * words samples. Bit j of in[i * words + w] is input bit i of sample 64 * w + j, and
 *     bit j of out[o * words + w] is output bit o of that sample. in has $inputs * words words, out has
 *     $outputs * words, and they do not overlap. Bits of no sample may hold anything.
 *
$ports *
$classify * These functions use memory of their own, so one call must end before the next begins. For threads,
 * each has a twin with the ending _r and a last argument, uint64_t *scratch: ${name}_scratch_words words
 * that no other call uses meanwhile, with any content.
 *
 * Example: samples 0 and 1 with input bit 0 of sample 1 set and all others clear.
 *
 *     uint64_t in[$in_example] = {2}, out[$out_example];
 *     $name(in, out, 1);
 *     int first = out[0] & 1, second = out[0] >> 1 & 1;
 *
 * Compile with, for example: cc -std=c99 -O1 -march=native -c $name.c
 * -DNOR2HDL_SCALAR gives plain C99 without vector types.
 */
""")
_CLASSIFY_DOC = Template("""\
 * void ${name}_classify(const uint8_t *pix, size_t samples, uint32_t *cls)
 *
 *     From raw bytes to classes: cls[s] is the class of the $features bytes from pix[$features * s].
 *
""")
_TYPES = Template("""\
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__) && !defined(__TINYC__) && !defined(NOR2HDL_SCALAR)
#if defined(__AVX512F__)
typedef uint64_t WORD __attribute__((vector_size(64), aligned(8), may_alias));
#elif defined(__AVX2__)
typedef uint64_t WORD __attribute__((vector_size(32), aligned(8), may_alias));
#else
typedef uint64_t WORD __attribute__((vector_size(16), aligned(8), may_alias));
#endif
#else
typedef uint64_t WORD;
#endif

enum {
    LANES = sizeof(WORD) / sizeof(uint64_t), /* words in a vector, at most 8 */
    BLOCK = $block, /* words of each value that a part works on before the next part runs */
    ${name}_SLOTS = $slots,
    ${name}_INPUTS = $inputs,
    ${name}_OUTPUTS = $outputs,
    ${name}_SCRATCH = (${name}_SLOTS + ${name}_INPUTS + ${name}_OUTPUTS) * BLOCK + 8
};

#define IN(i) (*(const WORD *)(in + (size_t)(i) * stride))
#define OUT(i) (*(WORD *)(out + (size_t)(i) * stride))
#define V(i) (*(WORD *)(v + (size_t)(i) * BLOCK))
#define LOW ((WORD){0})

void $name(const uint64_t *in, uint64_t *out, size_t words);
void ${name}_r(const uint64_t *in, uint64_t *out, size_t words, uint64_t *scratch);
extern const size_t ${name}_scratch_words;
$declare
""")
_RUN = Template("""\
static void (*const ${name}_parts[])(const uint64_t *, size_t, uint64_t *, uint64_t *) = {
$table
};

/* Run all parts on count words, LANES at least and BLOCK at most. */
static void ${name}_block(const uint64_t *in, uint64_t *out, size_t stride, size_t count, uint64_t *v)
{
    size_t part, k, last = count - LANES;
    for (part = 0; part < sizeof ${name}_parts / sizeof *${name}_parts; part++) {
        for (k = 0; k < last; k += LANES)
            ${name}_parts[part](in + k, stride, v + k, out + k);
        ${name}_parts[part](in + last, stride, v + last, out + last);
    }
}

static uint64_t *${name}_aligned(uint64_t *scratch)
{
    return scratch + (64 - ((uintptr_t)scratch & 63)) % 64 / sizeof *scratch;
}

static void ${name}_copy(
    const uint64_t *from, size_t step, uint64_t *to, size_t stride, size_t rows, size_t count)
{
    size_t i;
    for (i = 0; i < rows; i++)
        memcpy(to + i * stride, from + i * step, count * sizeof *to);
}

void ${name}_r(const uint64_t *in, uint64_t *out, size_t words, uint64_t *scratch)
{
    uint64_t *v = ${name}_aligned(scratch);
    size_t at, count;
    if (words < LANES) { /* too few for a vector: through the scratch memory */
        uint64_t *wide = v + (size_t)${name}_SLOTS * BLOCK, *result = wide + (size_t)${name}_INPUTS * BLOCK;
        ${name}_copy(in, words, wide, LANES, ${name}_INPUTS, words);
        ${name}_block(wide, result, LANES, LANES, v);
        ${name}_copy(result, LANES, out, words, ${name}_OUTPUTS, words);
        return;
    }
    for (at = 0; at < words; at += count) {
        count = words - at < BLOCK ? words - at : BLOCK;
        if (count < LANES) { /* the last words again, together with some before them */
            at = words - LANES;
            count = LANES;
        }
        ${name}_block(in + at, out + at, words, count, v);
    }
}

const size_t ${name}_scratch_words = ${name}_SCRATCH;

static uint64_t ${name}_scratch[${name}_SCRATCH];

void $name(const uint64_t *in, uint64_t *out, size_t words)
{
    ${name}_r(in, out, words, ${name}_scratch);
}
""")
_CLASSIFY = Template("""
/* The first n bytes from p, at most 8, as one number, the first byte lowest. */
static uint64_t ${name}_load(const uint8_t *p, size_t n)
{
    uint64_t x = 0;
#if defined(__BYTE_ORDER__) && defined(__ORDER_LITTLE_ENDIAN__)
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (n == 8) { /* one instruction */
        memcpy(&x, p, 8);
        return x;
    }
#endif
#endif
    while (n-- > 0)
        x = x << 8 | p[n];
    return x;
}

/* Transpose 64 rows of 64 bits, the lowest first, in each lane (Warren, Hacker's Delight, 7-3). */
static void ${name}_transpose(WORD *m)
{
    uint64_t mask = 0xffffffff;
    unsigned j, k;
    for (j = 32; j > 0; j >>= 1, mask ^= mask << j)
        for (k = 0; k < 64; k = ((k | j) + 1) & ~j) {
            WORD swap = ((m[k] >> j) ^ m[k | j]) & mask;
            m[k] ^= swap << j;
            m[k | j] ^= swap;
        }
}

/* Spread the bytes of at most 64 * LANES samples over the bits of in, LANES words a row. */
static void ${name}_pack(const uint8_t *pix, size_t samples, uint64_t *in)
{
    enum { BYTES = ${name}_INPUTS / 8 };
    uint64_t rows[64 * LANES];
    size_t at, s, k;
    for (at = 0; at < BYTES; at += 8) {
        size_t n = BYTES - at < 8 ? BYTES - at : 8;
        memset(rows, 0, sizeof rows);
        for (s = 0; s < samples; s++)
            rows[s % 64 * LANES + s / 64] = ${name}_load(pix + s * BYTES + at, n);
        ${name}_transpose((WORD *)rows);
        for (k = 0; k < 8 * n; k++)
            memcpy(in + (8 * at + k) * BLOCK, rows + k * LANES, LANES * sizeof *rows);
    }
}

void ${name}_classify_r(const uint8_t *pix, size_t samples, uint32_t *cls, uint64_t *scratch)
{
    uint64_t *v = ${name}_aligned(scratch);
    uint64_t *in = v + (size_t)${name}_SLOTS * BLOCK, *out = in + (size_t)${name}_INPUTS * BLOCK;
    size_t done, words, s, bit;
    for (done = 0; done < samples; done += 64 * BLOCK) {
        size_t n = samples - done < 64 * BLOCK ? samples - done : 64 * BLOCK;
        for (words = 0; 64 * words < n; words += LANES) {
            size_t left = n - 64 * words, some = left < 64 * LANES ? left : 64 * LANES;
            ${name}_pack(pix + (done + 64 * words) * (${name}_INPUTS / 8), some, in + words);
        }
        ${name}_block(in, out, BLOCK, words, v);
        for (s = 0; s < n; s++) {
            uint32_t number = 0;
            for (bit = 0; bit < ${name}_OUTPUTS; bit++)
                number |= (uint32_t)(out[bit * BLOCK + s / 64] >> s % 64 & 1) << bit;
            cls[done + s] = number;
        }
    }
}

void ${name}_classify(const uint8_t *pix, size_t samples, uint32_t *cls)
{
    ${name}_classify_r(pix, samples, cls, ${name}_scratch);
}
""")
_CLASSIFY_DECLARE = Template("""\
void ${name}_classify(const uint8_t *pix, size_t samples, uint32_t *cls);
void ${name}_classify_r(const uint8_t *pix, size_t samples, uint32_t *cls, uint64_t *scratch);
""")


def frame(net: Netlist, name: str, remark: str, code: str, parts: int, todo: Plan) -> str:
    """Return the whole file around the functions `code`, of which there are `parts`."""
    classifies = is_classifier(net)
    values = {
        "name": name,
        "remark": comment(remark) or "A circuit.",
        "gates": net.num_gates,
        "levels": net.depth(),
        "inputs": net.num_inputs,
        "outputs": net.num_outputs,
        "in_example": max(1, net.num_inputs),
        "out_example": max(1, net.num_outputs),
        "features": net.num_inputs // 8,
        "block": BLOCK,
        "slots": todo.num_slots,
        "ports": "".join(_port_lines(net)),
        "table": ",\n".join(f"    {name}_part{k}" for k in range(parts)),
    }
    values["classify"] = _CLASSIFY_DOC.substitute(values) if classifies else ""
    values["declare"] = _CLASSIFY_DECLARE.substitute(values) if classifies else ""
    tail = _CLASSIFY.substitute(values) if classifies else ""
    return _HEAD.substitute(values) + _TYPES.substitute(values) + code + _RUN.substitute(values) + tail


def is_classifier(net: Netlist) -> bool:
    """Whether the ports are ``pix``, of whole bytes, and ``cls``, of 1 to 32 bits, and no others."""
    names = [port.name for port in (*net.inputs, *net.outputs)]
    return (
        names == ["pix", "cls"]
        and net.num_inputs % 8 == 0
        and 0 < net.num_outputs <= 32
        and net.num_inputs > 0
    )


def _port_lines(net: Netlist) -> Iterator[str]:
    yield from _bits("Input", net.inputs)
    yield from _bits("Output", net.outputs)


def _bits(kind: str, ports: tuple[Port, ...]) -> Iterator[str]:
    start = 0
    for port in ports:
        stop = start + port.width
        what = f"{kind} bits {start} to {stop - 1}" if port.width > 1 else f"{kind} bit {start}"
        if port.width:
            yield f" *     {what}: port {comment(port.name)}, lowest bit first\n"
        start = stop
