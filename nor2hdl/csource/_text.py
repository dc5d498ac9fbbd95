"""The text of the C file."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nor2hdl import files
from nor2hdl.csource._frame import frame
from nor2hdl.csource._names import check_name
from nor2hdl.csource._plan import plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nor2hdl.csource._plan import Plan
    from nor2hdl.netlist import Netlist

_WIDTH = 110
_COPIES = 500  # outputs of one function that are an input or a constant


def to_c(net: Netlist, *, name: str = "circuit", remark: str = "") -> str:
    """Return `net` as one portable C99 file.

    The function ``NAME(in, out, words)`` evaluates 64 samples a word; its layout is that of
    `nor2hdl.simulate.pack_samples`. With the ports ``pix`` (whole bytes) and ``cls`` alone there is also
    ``NAME_classify(pix, samples, cls)`` from raw bytes to class numbers. Both have a reentrant twin, and the
    comment on top of the file documents them all. Where the compiler has GNU vectors, statements work on as
    many words at once as the machine does; elsewhere, and with ``-DNOR2HDL_SCALAR``, on one.

    The code is cut into functions of at most a few hundred statements, so that the time that a compiler
    takes grows with the circuit and not faster. The text is the same for the same netlist.

    Parameters
    ----------
    net
        The netlist.
    name
        Name of the function: a C identifier.
    remark
        One line of text for the comment on top.

    Raises
    ------
    OptionError
        If `name` is no C identifier, or a word of C.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 2)
    >>> b.output("y", [b.nor(*x)])
    >>> text = to_c(b.freeze(), name="neither")
    >>> print(*[line.strip() for line in text.splitlines() if "t3" in line], sep="; ")
    const WORD t3 = IN(0) | IN(1);; OUT(0) = ~t3;
    >>> "void neither(const uint64_t *in, uint64_t *out, size_t words)" in text
    True
    """
    check_name(name)
    todo = plan(net)
    parts = list(_parts(todo)) or [[]]  # C has no empty table
    code = "".join(_function(f"{name}_part{k}", lines) for k, lines in enumerate(parts))
    return frame(net, name, remark, code, len(parts), todo)


def write_c(net: Netlist, path: Path | str, *, name: str = "circuit", remark: str = "") -> None:
    """Write `net` as one portable C99 file to `path`, all of it or nothing; see `to_c`.

    Parameters
    ----------
    net
        The netlist.
    path
        The file to write.
    name
        Name of the function.
    remark
        One line of text for the comment on top.

    Raises
    ------
    OptionError
        As in `to_c`.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", b.input("x"))
    >>> target = Path(tempfile.mkdtemp()) / "circuit.c"
    >>> write_c(b.freeze(), target)
    >>> target.read_text().splitlines()[0]
    '/*'
    """
    files.write_text(path, to_c(net, name=name, remark=remark))


def _parts(todo: Plan) -> Iterator[list[str]]:
    """Yield the statements of each function."""
    by_value: dict[int, list[tuple[int, int]]] = {}
    for output, literal in enumerate(todo.outputs):
        by_value.setdefault(literal >> 1, []).append((output, literal & 1))
    for start in range(0, len(todo.steps), todo.chunk):
        yield _statements(todo, start, by_value)
    copies = [
        f"    OUT({output}) = {'~' * inverted}{f'IN({value - 1})' if value else 'LOW'};\n"
        for value in sorted(v for v in by_value if v < todo.first)
        for output, inverted in by_value[value]
    ]
    for start in range(0, len(copies), _COPIES):
        yield copies[start : start + _COPIES]


def _statements(todo: Plan, start: int, by_value: dict[int, list[tuple[int, int]]]) -> list[str]:
    """Return the statements of the chunk that begins with step `start`."""
    steps = todo.steps[start : start + todo.chunk]
    uses = Counter(value for step in steps for value in step.operands)
    own = todo.first + start
    named: set[int] = set()
    lines: list[str] = []

    def read(value: int) -> str:
        if value >= own or value in named:
            return f"t{value}"
        source = f"IN({value - 1})" if value < todo.first else f"V({todo.slots[value]})"
        if uses[value] == 1:
            return source
        named.add(value)
        lines.append(f"    const WORD t{value} = {source};\n")
        return f"t{value}"

    for value, step in enumerate(steps, own):
        any_of = " | ".join([read(v) for v in step.ors])
        all_of = [read(v) for v in step.ands]
        if all_of and any_of:
            all_of.append(f"~({any_of})" if len(step.ors) > 1 else f"~{any_of}")
        lines.append(_wrap(f"    const WORD t{value} = {' & '.join(all_of) or any_of};\n"))
        lines += [f"    OUT({o}) = {'~' * inverted}t{value};\n" for o, inverted in by_value.get(value, ())]
        if value in todo.slots:
            lines.append(f"    V({todo.slots[value]}) = t{value};\n")
    return lines


def _wrap(line: str) -> str:
    """Break a long statement before its operators."""
    lines: list[str] = []
    while len(line) > _WIDTH:
        at = max(line.rfind(" | ", 8, _WIDTH), line.rfind(" & ", 8, _WIDTH))
        lines.append(line[:at] + "\n")
        line = "       " + line[at:]
    return "".join([*lines, line])


def _function(name: str, lines: list[str]) -> str:
    text = "".join(lines)
    marks = {"in": "IN(", "stride": "", "out": "OUT(", "v": " V("}
    unused = "".join(f"    (void){arg};\n" for arg, mark in marks.items() if mark not in text)
    if "IN(" not in text and "OUT(" not in text:
        unused += "    (void)stride;\n"
    head = f"static void {name}(const uint64_t *in, size_t stride, uint64_t *v, uint64_t *out)\n"
    return f"{head}{{\n{text}{unused}}}\n\n"
