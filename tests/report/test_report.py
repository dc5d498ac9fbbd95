"""Sizes add up, mapping counts what yosys counts, reports round-trip."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given

from nor2hdl.errors import DataError, ToolError
from nor2hdl.netlist import Builder, parse
from nor2hdl.report import Size, map_circuit, part_sizes, read_report, total_size, write_report
from tests.strategies import netlists

XOR = """nor2hdl-netlist 1
input x 2
output y 1
from layer0/neuron0
%3 = nor(x[0], x[1])
%4 = nor(x[0])
from layer0/neuron1
%5 = nor(x[1])
from argmax
%6 = nor(%4, %5)
from -
%7 = nor(%3, %6)
y = %7
end
"""


def test_parts_are_counted_by_provenance():
    net = parse(XOR)
    assert part_sizes(net) == {
        "layer0": Size(gates=3, pins=4, inverters=2, two_input=1),
        "argmax": Size(gates=1, pins=2, inverters=0, two_input=1),
        "other": Size(gates=1, pins=2, inverters=0, two_input=1),
    }
    assert total_size(net) == Size(gates=5, pins=8, inverters=2, two_input=3)


@given(netlists())
def test_parts_add_up(net):
    parts = part_sizes(net).values()
    total = total_size(net)
    for field in ("gates", "pins", "inverters", "two_input"):
        assert sum(getattr(p, field) for p in parts) == getattr(total, field)
    assert (total.gates, total.pins) == (net.num_gates, net.num_pins)


def test_mapping_of_an_xor():
    b = Builder()
    x = b.input("pix", 2)
    both = b.nor(b.nor(x[0]), b.nor(x[1]))
    b.output("cls", [b.nor(b.nor(*x), both)])
    mapped = map_circuit(b.freeze())
    assert (mapped.lut4, mapped.lut6) == (1, 1)
    assert 4 <= mapped.nand2 + mapped.nand2_inverters <= 5  # four NAND2, or three and two inverters
    assert 4 <= mapped.nor2 + mapped.nor2_inverters <= 6


def test_mapping_fails_with_the_tool_error(monkeypatch):
    def broken(*_args, **_kwargs):
        raise ToolError("yosys", "failed", hint="look")

    monkeypatch.setattr("nor2hdl.tools.yosys", broken)
    with pytest.raises(ToolError, match="yosys failed; look"):
        map_circuit(parse(XOR))


def test_report_round_trip(digits_build, tmp_path):
    write_report(digits_build.report, tmp_path / "r.json")
    again = read_report(tmp_path / "r.json")
    assert again.to_json() == digits_build.report.to_json()
    assert again.minimized == digits_build.report.minimized
    assert again.accuracy == digits_build.report.accuracy


def test_report_carries_what_a_reader_needs(digits_build):
    raw = json.loads(digits_build.report.to_json())
    assert raw["schema"] == 3
    assert raw["dataset"]["name"] == "digits"
    assert len(raw["dataset"]["checksum"]) == 64
    assert raw["model"]["notes"]["config"]["seed"] == 0
    assert raw["model"]["encoder"]["levels"] == [64, 128, 192]
    assert {"torch", "pyosys", "amaranth", "nor2hdl", "python"} <= raw["versions"].keys()
    assert sum(raw["model"]["votes"].values()) == 100


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, r"cannot read report .*: No such file or directory; compile the model first"),
        ("{", "must be a report of nor2hdl; compile the model again"),
        ("[]", "must be a report of nor2hdl; compile the model again"),
        ('{"schema": 99}', "must be of schema 3, not 99; compile the model again"),
        ('{"schema": 3}', "must be a report of nor2hdl; compile the model again"),
    ],
)
def test_bad_reports(tmp_path, text, message):
    if text is not None:
        (tmp_path / "r.json").write_text(text)
    with pytest.raises(DataError, match=message):
        read_report(tmp_path / "r.json")


def test_what_a_notebook_shows(digits_build):
    evil = dataclasses.replace(digits_build.report.claims[0], claim="<script>", status="unknown")
    report = dataclasses.replace(digits_build.report, claims=(evil, *digits_build.report.claims[1:]))
    page = report._repr_html_()
    assert "<script>" not in page
    assert "<td>&lt;script&gt;</td><td>unknown</td>" in page
    assert page.count("proved equal") == 2
    for text in (
        f"{report.mapped.lut6:,}",
        f"{report.accuracy[1].share:.2%}",
        f"{report.minimized.total.gates:,}",
    ):
        assert f"<td>{text}</td>" in page
