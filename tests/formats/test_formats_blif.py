"""BLIF: round trips to the gate, covers of every kind, and files that are not what they should be."""

from __future__ import annotations

import dataclasses
import itertools
import re
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError, OutputError
from nor2hdl.formats import read_blif, write_blif
from nor2hdl.netlist import Builder, Port, interpret, random_netlist
from tests.strategies import all_samples, netlists

TOP = ".model m\n.inputs a b\n.outputs y\n"


def _read(text, like=None):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.blif"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_blif(path, like)


def _written(net):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.blif"
        write_blif(net, path)
        return path.read_text()


def _without_origins(net):
    return dataclasses.replace(net, origins=np.full(net.num_gates, -1, np.int32), tags=())


@given(netlists())
def test_round_trip_gives_the_same_gates(net):
    assert _read(_written(net), net) == _without_origins(net)


@given(netlists())
def test_names_bring_the_ports_back(net):
    back = _read(_written(net))
    for ours, theirs in ((net.inputs, back.inputs), (net.outputs, back.outputs)):
        assert [port for port in ours if port.width] == list(theirs)


@given(netlists(), st.randoms(use_true_random=False))
def test_tables_in_any_order(net, random):
    head, *tables = _written(net).removesuffix(".end\n").split(".names")
    random.shuffle(tables)
    back = _read(".names".join([head, *tables]) + ".end\n", net)
    assert (interpret(back, all_samples(net)) == interpret(net, all_samples(net))).all()
    assert back.num_gates == net.num_gates


@st.composite
def _tables(draw):
    """Draw the text of a file over two to four inputs, and what its output is for every input."""
    inputs = draw(st.integers(1, 4))
    values = list(np.indices((2,) * inputs).reshape(inputs, -1).astype(bool))
    names = [f"x[{k}]" for k in range(inputs)]
    lines = [".model m", f".inputs {' '.join(names)}", ".outputs y"]
    for k in range(draw(st.integers(1, 6))):
        pins = draw(st.lists(st.integers(0, len(values) - 1), max_size=3))
        rows = draw(st.lists(st.text("01-", min_size=len(pins), max_size=len(pins)), max_size=3))
        on = draw(st.booleans()) or not rows
        lines.append(" ".join([".names", *[names[pin] for pin in pins], f"t{k}"]))
        lines += [f"{row} {int(on)}" for row in rows]
        cover = np.zeros_like(values[0])
        for row in rows:
            cube = np.ones_like(cover)
            for sign, pin in zip(row, pins, strict=True):
                cube &= values[pin] == (sign == "1") if sign != "-" else True
            cover |= cube
        names.append(f"t{k}")
        values.append(cover == on)
    last = draw(st.integers(0, len(values) - 1))
    return "\n".join([*lines, f".names {names[last]} y", "1 1", ".end", ""]), inputs, values[last]


@given(_tables())
def test_covers_mean_what_they_say(drawn):
    text, inputs, expected = drawn
    samples = np.indices((2,) * inputs).reshape(inputs, -1).T.astype(bool)
    assert (interpret(_read(text), samples)[:, 0] == expected).all()


@pytest.mark.parametrize(
    ("tables", "gates"),
    [
        (".names a b y\n00 1\n", [[1, 2]]),  # a cube of complemented literals
        (".names a b y\n1- 0\n-1 0\n", [[1, 2]]),  # an off-set of single literals
        (".names a b y\n11 1\n", [[1], [2], [3, 4]]),  # AND
        (".names a b y\n10 1\n", [[1], [2, 3]]),
        (".names a b y\n1- 1\n-1 1\n", [[1, 2], [3]]),  # OR: the inverter over the NOR
        (".names a b y\n11 0\n", [[1], [2], [3, 4], [5]]),  # NAND
        (".names a b y\n01 1\n10 1\n", [[2], [1, 3], [1], [2, 5], [4, 6], [7]]),  # XOR
        (".names a b y\n00 0\n11 0\n", [[1, 2], [1], [2], [4, 5], [3, 6]]),
        (".names a y\n0 1\n", [[1]]),  # inverters
        (".names a y\n1 0\n", [[1]]),
        (".names a b y\n-0 1\n", [[2]]),
        (".names a y\n1 1\n", []),  # buffers
        (".names a y\n0 0\n", []),
        (".names y\n", []),  # constants
        (".names y\n0\n", []),
        (".names a y\n", []),
        (".names a y\n- 0\n", []),
        (".names y\n1\n", [[]]),
        (".names a y\n- 1\n", [[]]),
        # A complement that is needed twice has one inverter.
        (".names a b u\n11 1\n.names a u y\n10 1\n", [[1], [2], [3, 4], [3, 5]]),
        # OR feeds AND: the AND takes the NOR itself.
        (".names a b u\n1- 1\n-1 1\n.names u a y\n11 1\n", [[1, 2], [1], [3, 4]]),
        (".names a b u\n1- 1\n-1 1\n.names u y\n0 1\n", [[1, 2]]),
        # An inverter that the file spells out serves others.
        (".names a u\n0 1\n.names a b y\n10 1\n", [[1], [2, 3]]),
        (".names a u\n0 1\n.names u b y\n10 1\n", [[1], [1, 2]]),
        # Gates that nothing needs stay, and may be fed by a signal without a driver.
        (".names a y\n1 1\n.names u v\n1 1\n.names v w\n0 1\n", [[0]]),
        (".names a b u\n00 1\n.names a y\n1 1\n", [[1, 2]]),
        (".names a a y\n00 1\n", [[1]]),
    ],
)
def test_gates_of_a_cover(tables, gates):
    assert _read(f"{TOP}{tables}.end\n").fanin_lists() == gates


def test_comments_blank_lines_and_continued_lines():
    text = (
        b"# \xe9 in a comment\r\n\n.model \\\n  m # names a model\n.inputs a\\\n\\\n b\n"
        b".inputs c\n"
        b".default_input_arrival 0 0\n.outputs \\\ny\n\n"
        b".names a b c\t\\\n\ty#\n\n00- 1\n# so\n --0   1\n.end\n\n#\n"
    )
    net = _read(text)
    assert net.inputs == (Port("a", 1), Port("b", 1), Port("c", 1))
    assert net.fanin_lists() == [[1, 2], [3], [4, 5], [6]]


@pytest.mark.parametrize(
    ("inputs", "outputs", "ports"),
    [
        ("a b", "y", ((Port("a", 1), Port("b", 1)), (Port("y", 1),))),
        ("a[0] a[1]", "y[0]", ((Port("a", 2),), (Port("y", 1),))),
        ("a[0] b[0]", "y", ((Port("a", 1), Port("b", 1)), (Port("y", 1),))),
        ("a[1] a[0]", "y", ((Port("in", 2),), (Port("out", 1),))),
        ("1GAT(0) b", "y", ((Port("in", 2),), (Port("out", 1),))),
        ("a b", "a", ((Port("in", 2),), (Port("out", 1),))),
        ("0 b", "y", ((Port("in", 2),), (Port("out", 1),))),
        ("a b", "", ((Port("a", 1), Port("b", 1)), ())),
    ],
)
def test_ports_from_names(inputs, outputs, ports):
    table = f".names {outputs}\n" if outputs not in {"", "a"} else ""
    net = _read(f".model m\n.inputs {inputs}\n.outputs {outputs}\n{table}.end\n")
    assert (net.inputs, net.outputs) == ports


def test_text_of_a_file():
    b = Builder()
    n, back = b.input("n", 20), b.input("x\\")
    b.output("y", [b.nor(b.nor(), n[19]), 0])
    b.output("z\\", back)
    text = _written(b.freeze())
    first, second = " ".join(f"n[{k}]" for k in range(16)), " ".join(f"n[{k}]" for k in range(16, 20))
    assert text == (
        f".model top\n.inputs \\\n{first} \\\n{second} x\\[0]\n.outputs y[0] y[1] z\\[0]\n"
        ".names n_0\n.names n_22\n1\n.names n[19] n_22 n_23\n00 1\n"
        ".names n_23 y[0]\n1 1\n.names n_0 y[1]\n1 1\n.names x\\[0] z\\[0]\n1 1\n.end\n"
    )
    assert _read(text) == b.freeze()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: last line must be '.end'; the file is cut off, write it again"),
        (".model m\n.inputs a\n", "2: last line must be '.end'; the file is cut off, write it again"),
        ("hello\n", "1: first line must be '.model NAME', not 'hello'"),
        ("\n.inputs a\n.end\n", "2: first line must be '.model NAME', not '.inputs a'"),
        (
            TOP + ".latch a y re clk 2\n.end\n",
            (
                "4: file must be combinational, not hold '.latch a y re clk 2'; cut the "
                "registers out first, as with ABC's 'comb'"
            ),
        ),
        (
            TOP + ".subckt add x=a y=y\n.end\n",
            (
                "4: file must be made of '.names' only, not hold '.subckt add x=a y=y'; "
                "flatten it and map it to '.names' first"
            ),
        ),
        (
            TOP + ".gate nor2 A=a B=b Y=y\n.end\n",
            "4: file must be made of '.names' only, not hold '.gate nor2",
        ),
        (
            TOP + ".names y\n.end\n.model n\n.end\n",
            "6: file must hold one model and then end, not hold '.model n'; flatten it",
        ),
        (
            TOP + ".names y\n.end\n.exdc\n.end\n",
            "6: file must hold one model and then end, not hold '.exdc'; flatten it",
        ),
        (
            TOP + ".model n\n.end\n",
            "4: file must hold one model and then end, not hold '.model n'; flatten it",
        ),
        (
            TOP + ".exdc\n.end\n",
            (
                "4: line must be .inputs NAMES, .outputs NAMES, .names NAMES and below it the rows of "
                "a cover, or .end, not '.exdc'"
            ),
        ),
        (
            TOP + ".names\n.end\n",
            "4: line must be .inputs NAMES, .outputs NAMES, .names NAMES and below it the rows",
        ),
        (
            TOP + "11 1\n.end\n",
            (
                "4: line must be .inputs NAMES, .outputs NAMES, .names NAMES and below it the rows of "
                "a cover, or .end, not '11 1'"
            ),
        ),
        (TOP + ".inputs c a\n.end\n", "4: name 'a' is in .inputs already, by line 2; rename one"),
        (TOP + ".outputs y\n.end\n", "4: name 'y' is in .outputs already, by line 3; rename one"),
        (
            TOP + ".names a b y\n11 1\n\n1 1\n.end\n",
            ("7: row of a cover must be 2 of the signs 0, 1 and -, a space and then 0 or 1, not '1 1'"),
        ),
        (
            TOP + ".names a b y\n111 1\n.end\n",
            "5: row of a cover must be 2 of the signs 0, 1 and -, a space and then",
        ),
        (
            TOP + ".names a b y\n1 1 1\n.end\n",
            "5: row of a cover must be 2 of the signs 0, 1 and -, a space and then",
        ),
        (
            TOP + ".names a b y\n1x 1\n.end\n",
            ("5: row of a cover must be 2 of the signs 0, 1 and -, a space and then 0 or 1, not '1x 1'"),
        ),
        (
            TOP + ".names a b u\n11 1\n.names u y\n11 1\n.end\n",
            "7: row of a cover must be 1 of the signs 0, 1 and -, a space and then 0 or 1, not '11 1'",
        ),
        (TOP + ".names \\\na \\\ny y\n11 1\n.end\n", "4: signals must not form a loop, but these do: y <- y"),
        (
            TOP + ".names a b y\n11\n.end\n",
            "5: row of a cover must be 2 of the signs 0, 1 and -, a space and then",
        ),
        (
            TOP + ".names a b y\n11 2\n.end\n",
            "5: row of a cover must be 2 of the signs 0, 1 and -, a space and then",
        ),
        (TOP + ".names y\n2\n.end\n", "5: row of a cover must be 0 or 1, not '2'"),
        (TOP + ".names y\n1 1\n.end\n", "5: row of a cover must be 0 or 1, not '1 1'"),
        (
            TOP + ".names a b y\n11 1\n00 0\n.end\n",
            ("6: row of a cover must end in 1, as those above it, not '00 0'; write on-set or off-set only"),
        ),
        (
            TOP + ".names y\n1\n.names a y\n1 1\n.end\n",
            ("6: signal 'y' must have one driver, but line 4 drives it already; remove one"),
        ),
        (
            TOP + ".names y\n.names b a\n1 1\n.end\n",
            ("5: signal 'a' must have one driver, but line 2 drives it already; remove one"),
        ),
        (TOP + ".end\n", "3: signal 'y' must have a driver; add a '.names' for it or make it an input"),
        (
            TOP + ".names v w\n1 1\n.names a u y\n11 1\n.end\n",
            ("6: signal 'u' must have a driver; add a '.names' for it or make it an input"),
        ),
        (
            TOP + ".names a v u\n11 1\n.names u b v\n1- 1\n.names u y\n1 1\n.end\n",
            ("4: signals must not form a loop, but these do: u <- v <- u; break the loop"),
        ),
        (
            TOP + ".names y y\n1 1\n.end\n",
            "4: signals must not form a loop, but these do: y <- y; break the loop",
        ),
        (
            TOP + ".names a\x00 y\n1 1\n.names a\x00\n.end\n",
            ("4: name of a signal must be printable, not 'a\\x00'; rename it"),
        ),
        (
            TOP.encode() + b".names \xff y\n1 1\n.end\n",
            ("4: file must be UTF-8 text, not hold the byte 0xff; write it again"),
        ),
    ],
)
def test_malformed_file(tmp_path, text, problem):
    path = tmp_path / "bad.blif"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(NetlistError, match="^" + re.escape(f"{path}:{problem}")) as caught:
        read_blif(path)
    assert "\n" not in str(caught.value)


def test_every_truncation_of_a_file_is_told(tmp_path):
    text = _written(random_netlist(gates=20, inputs=3, outputs=2)).rstrip()
    path = tmp_path / "cut.blif"
    for length in range(len(text)):
        path.write_text(text[:length])
        with pytest.raises(NetlistError, match=rf"^{path}:\d+: "):
            read_blif(path)


def test_missing_file(tmp_path):
    path = tmp_path / "none.blif"
    with pytest.raises(
        NetlistError, match=rf"^cannot read {path}: No such file or directory; check the path$"
    ):
        read_blif(path)


@pytest.mark.parametrize(("inputs", "outputs", "found"), [(5, 1, "5 inputs"), (2, 3, "3 outputs")])
def test_ports_that_do_not_fit(inputs, outputs, found):
    like = random_netlist(gates=9, inputs=inputs, outputs=outputs)
    problem = (
        rf"net.blif: must have {found} for the given ports, not [12]; name the netlist that the file was made"
    )
    with pytest.raises(NetlistError, match=problem):
        _read(f"{TOP}.names y\n.end\n", like)


def test_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match="No such file or directory"):
        write_blif(random_netlist(gates=3), tmp_path / "none" / "a.blif")


def test_long_loops_and_chains_need_no_deep_recursion():
    chain = "".join(f".names t{k + 1} t{k}\n0 1\n" for k in range(5000))
    head = ".model m\n.inputs a\n.outputs t0\n"
    net = _read(f"{head}{chain}.names a t5000\n1 1\n.end\n")
    assert net.depth() == 5000
    with pytest.raises(
        NetlistError, match=r":4: signals must not form a loop, but these do: t0 <- t1 <- .*more"
    ) as e:
        _read(f"{head}{chain}.names t0 t5000\n1 1\n.end\n")
    assert len(str(e.value)) < 500


@pytest.mark.slow
def test_million_gates(tmp_path):
    net = random_netlist(gates=1_000_000)
    write_blif(net, tmp_path / "net.blif")
    assert read_blif(tmp_path / "net.blif") == _without_origins(net)


def test_all_literals_of_one_signal():
    # The same signal on several pins, in every form of a row.
    for row in itertools.product("01-", repeat=3):
        net = _read(f"{TOP}.names a a b y\n{''.join(row)} 1\n.end\n")
        want = [
            all(s == "-" or int(s) == v for s, v in zip(row, (a, a, b), strict=True))
            for a in (0, 1)
            for b in (0, 1)
        ]
        assert interpret(net, np.array([[0, 0], [0, 1], [1, 0], [1, 1]], bool))[:, 0].tolist() == want
