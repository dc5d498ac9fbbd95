from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import NetlistError, OutputError
from nor2hdl.netlist import Builder, Netlist, read_netlist, to_text, write_netlist
from tests.strategies import netlists

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
nor2hdl-netlist 1
input x 2
input en 1
output y 2
from layer0/neuron3
%4 = nor(x[0], en)
y[0] = %4
y[1] = en
end
"""
NO_END = "last line must be 'end'; the file is cut off, write it again"
AFTER_END = "nothing may follow 'end', but there is '{}'; move 'end' down"


def gold() -> Netlist:
    b = Builder()
    x, en = b.input("x", 2), b.input("en")
    with b.tagged("layer0/neuron3"):
        b.output("y", [b.nor(x[0], en[0]), en[0]])
    return b.freeze()


def test_file_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "größe.nor"
    write_netlist(gold(), path)
    assert path.read_bytes() == TEXT.encode()
    assert read_netlist(path) == gold()
    assert read_netlist(str(path)) == gold()


def test_a_file_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.nor"
    for size in range(1, len(TEXT) - 1):
        path.write_text(TEXT[:size], newline="\n")
        with pytest.raises(NetlistError) as caught:
            read_netlist(path)
        line = 1 + TEXT.count("\n", 0, size)
        assert str(caught.value) == f"{path}:{line}: {NO_END}"


@pytest.mark.parametrize(
    ("text", "line", "shown"),
    [
        ("module top(input x);\nendmodule\n", 1, "'module top(input x);'"),
        ('{\n  "accuracy": 0.9\n}\n', 1, "'{'"),
        ("\n  # a comment\r\n\nn = 3\n", 4, "'n = 3'"),
        ("nor2hdl-netlist\n", 1, "'nor2hdl-netlist'"),
        ("aig 3 2 0 1 1", 1, "'aig 3 2 0 1 1'"),
    ],
)
def test_a_file_that_is_no_netlist(tmp_path: Path, text: str, line: int, shown: str) -> None:
    path = tmp_path / "a.nor"
    path.write_text(text, newline="\n")
    with pytest.raises(NetlistError) as caught:
        read_netlist(path)
    assert str(caught.value) == f"{path}:{line}: first line must be 'nor2hdl-netlist 1', not {shown}"


@given(net=netlists(), data=st.data())
def test_any_file_cut_off_is_refused(
    tmp_path_factory: pytest.TempPathFactory, net: Netlist, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("cut") / "cut.nor"
    whole = to_text(net).encode()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 2))])
    with pytest.raises(NetlistError):
        read_netlist(path)
    path.write_bytes(whole[:-1])  # without its last line end, but whole
    assert read_netlist(path) == net


@pytest.mark.parametrize("last", ["y[0] = en", "from end", "# the end", "end of it", "end  # of it", "e nd"])
def test_a_file_that_lacks_its_end(tmp_path: Path, last: str) -> None:
    path = tmp_path / "a.nor"
    path.write_text(TEXT.removesuffix("end\n") + last + "\n\n", newline="\n")
    with pytest.raises(NetlistError, match=f"^{re.escape(f'{path}:11: {NO_END}')}$"):
        read_netlist(path)


def test_an_input_called_end_does_not_end_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nor"
    text = "nor2hdl-netlist 1\ninput end 1\ninput endless 1\noutput y 1\ny = endless\nend\n"
    path.write_text(text[: text.index("less\nend")], newline="\n")
    with pytest.raises(NetlistError, match=f"^{re.escape(f'{path}:5: {NO_END}')}$"):
        read_netlist(path)


def test_an_output_called_end_does_not_end_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nor"
    text = "nor2hdl-netlist 1\ninput x 1\noutput end 1\nend = x\nend\n"
    path.write_text(text[: text.index(" = x")], newline="\n")
    error = f"{path}:3: output 'end' must be driven; add a line 'end = NET', or get the whole file"
    error += " if it was cut off"
    with pytest.raises(NetlistError, match=f"^{re.escape(error)}$"):
        read_netlist(path)
    path.write_text(text, newline="\n")
    assert read_netlist(path).drivers.tolist() == [1]


@pytest.mark.parametrize(
    ("below", "error"),
    [
        ("input a 1", "11: " + NO_END),
        ("# of it", "11: " + NO_END),
        ("end", "10: " + AFTER_END.format("end")),
        ("%1 = nor()\nend", "10: " + AFTER_END.format("%1 = nor()")),
    ],
)
def test_a_file_with_text_below_its_end(tmp_path: Path, below: str, error: str) -> None:
    path = tmp_path / "a.nor"
    path.write_text(TEXT + below + "\n", newline="\n")
    with pytest.raises(NetlistError, match=f"^{re.escape(f'{path}:{error}')}$"):
        read_netlist(path)


def test_the_error_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nor"
    path.write_text("nor2hdl-netlist 1\n%1 = nor(w)\nend\n")
    with pytest.raises(NetlistError, match=f"^{re.escape(str(path))}:2: net must be 0, "):
        read_netlist(path)


def test_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "no.nor"
    text = f"cannot read {path}: No such file or directory; name a netlist file in the text form"
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        read_netlist(path)


def test_folder_instead_of_a_file(tmp_path: Path) -> None:
    text = f"cannot read {tmp_path}: Is a directory; name a netlist file in the text form"
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        read_netlist(tmp_path)


def test_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.nor"
    path.write_bytes(b"nor2hdl-netlist 1\ninput x 1\n\n\xffoutput")
    text = f"{path}:4: file must be UTF-8 text, not hold the byte 0xff; write the netlist again"
    with pytest.raises(NetlistError, match=f"^{re.escape(text)}$"):
        read_netlist(path)


@pytest.mark.parametrize("end", ["end", "end\r\n", "  end \n\n\n"])
def test_white_space_around_the_end_of_a_file(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.nor"
    path.write_text(TEXT.removesuffix("end\n") + end, newline="\n")
    assert read_netlist(path) == gold()


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.nor"
    path.touch()
    with pytest.raises(
        NetlistError, match=r":1: first line must be 'nor2hdl-netlist 1', but the text is empty$"
    ):
        read_netlist(path)


def test_writing_into_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"^cannot write .*no/a\.nor: No such file or directory; "):
        write_netlist(gold(), tmp_path / "no" / "a.nor")
    assert list(tmp_path.iterdir()) == []
