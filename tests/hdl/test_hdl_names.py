"""Names: legal, unique, and nothing gets in through them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.hdl import port_names, verilog_name
from nor2hdl.hdl._names import KEYWORDS
from nor2hdl.netlist import Builder


@pytest.mark.parametrize(
    ("name", "legal"),
    [
        ("pix", "pix"),
        ("Layer0_l1_f3", "Layer0_l1_f3"),
        ("a;endmodule", "a_endmodule"),
        ("module", "module_"),
        ("logic", "logic_"),
        ("Module", "Module"),
        ("1x", "n1x"),
        ("_0_", "n_0_"),
        ("$display", "n_display"),
        ("\\a", "n_a"),
        ("a.b-c", "a_b_c"),
        ("größe", "gr__e"),
        ("é", "n_"),
        ("٣", "n_"),
        ("", "n"),
        ("*/", "n__"),
        ('`include"x"', "n_include_x_"),
    ],
)
def test_names_become_identifiers(name: str, legal: str) -> None:
    assert verilog_name(name) == legal


@given(st.lists(st.text(max_size=8) | st.sampled_from(sorted(KEYWORDS)), max_size=20))
def test_any_text_becomes_a_free_identifier(names: list[str]) -> None:
    taken: set[str] = set()
    for name in names:
        legal = verilog_name(name, taken)
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", legal)
        assert legal not in KEYWORDS
        assert legal not in taken
        taken.add(legal)


def test_taken_names_are_numbered() -> None:
    assert verilog_name("x", {"x"}) == "x_2"
    assert verilog_name("x", {"x", "x_2"}) == "x_3"
    assert verilog_name("wire", {"wire_"}) == "wire__2"


def test_long_names_are_cut_and_stay_apart() -> None:
    first = verilog_name("a" * 5000)
    assert first == "a" * 200
    assert verilog_name("a" * 5001, {first}) == first + "_2"


def test_ports_are_named_in_order_and_those_without_width_left_out() -> None:
    b = Builder()
    b.input("a;b", 2)
    b.input("none", 0)
    x = b.input("a_b")
    b.output("elaborate", x)
    b.output("signature", x)
    b.output("empty", [])
    assert port_names(b.freeze()) == {
        "a;b": "a_b",
        "a_b": "a_b_2",
        "elaborate": "elaborate_2",
        "signature": "signature_2",
    }
