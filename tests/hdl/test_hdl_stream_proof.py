"""A bounded proof of the stream wrapper: every input of so many cycles, against a queue of good samples."""

from __future__ import annotations

import re

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Array, Cat, Module, Mux, Signal
from amaranth.lib.wiring import Component, In, Out

from nor2hdl import tools
from nor2hdl.errors import ToolError
from nor2hdl.hdl import StreamTop
from tests.hdl.test_hdl_stream import MUTANTS, planted
from tests.hdl_cores import EchoCore

CYCLES = 14  # after a reset: seven samples of two bytes
ROOM = 4  # samples inside: one in the shift register, one in each stage, one to spare


class Watched(Component):
    """A `StreamTop` for two bytes, and ``ok``: all is as it should be.

    - A class that comes out is that of the oldest sample inside, and stands until it is taken.
    - No more samples are inside than there is room for, and none stays while the far side takes classes.
    - While the far side takes classes, bytes are taken.
    - A class is offered whether the far side is ready or not.
    """

    def __init__(self, latency: int, kind=StreamTop) -> None:
        self.latency = latency
        self.kind = kind
        members = {name: In(1) for name in ("i_first", "i_last", "i_valid", "o_ready")}
        super().__init__(members | {"i_data": In(8), "ok": Out(1)})

    def elaborate(self, platform: object) -> Module:
        module = Module()
        module.submodules.top = top = self.kind(EchoCore(2, latency=self.latency), 2)
        for name in ("i_first", "i_last", "i_valid", "i_data", "o_ready"):
            module.d.comb += getattr(top, name).eq(getattr(self, name))
        taken, push, pop = Signal(), Signal(), Signal()
        after_first = Signal()  # the byte taken last was a first one, and not the last one as well
        older = Signal(8)
        inside = Signal(range(ROOM + 2))
        samples = Array(Signal(16, name=f"sample{k}") for k in range(ROOM + 1))
        module.d.comb += [
            taken.eq(self.i_valid & top.i_ready),
            push.eq(taken & after_first & self.i_last & ~self.i_first),
            pop.eq(top.o_valid & self.o_ready),
        ]
        with module.If(taken):
            module.d.sync += [after_first.eq(self.i_first & ~self.i_last), older.eq(self.i_data)]
        with module.If(pop):
            module.d.sync += [here.eq(there) for here, there in zip(samples, list(samples)[1:], strict=False)]
        with module.If(push):
            module.d.sync += samples[inside - pop].eq(Cat(older, self.i_data))
        module.d.sync += inside.eq(inside + push - pop)
        waited, shown = Signal(), Signal(16)
        calm = Signal(range(self.latency + 3))  # cycles in which classes were taken and no sample came in
        module.d.sync += [waited.eq(top.o_valid & ~self.o_ready), shown.eq(top.o_cls)]
        settled = calm == self.latency + 2
        still = Signal.like(calm)  # cycles in which no class was taken
        module.d.sync += still.eq(Mux((inside == 0) | pop, 0, still + (still != self.latency + 2)))
        module.d.sync += calm.eq(Mux(self.o_ready & ~push, calm + ~settled, 0))
        module.d.comb += self.ok.eq(
            (~top.o_valid | ((inside != 0) & (top.o_cls == samples[0])))
            & (~waited | (top.o_valid & (top.o_cls == shown)))
            & (inside <= ROOM)
            & (~settled | (inside == 0))
            & (~self.o_ready | top.i_ready)
            & ((still != self.latency + 2) | top.o_valid)
        )
        return module


def prove(text: str, folder) -> None:
    (folder / "watched.il").write_text(text)
    commands = [
        f"read_rtlil {folder / 'watched.il'}",
        "proc",
        "flatten",
        "opt_clean",
        "setattr -unset init w:*",
        f"sat -seq {CYCLES} -set-init-zero -set rst 0 -prove ok 1 -verify",
    ]
    tools.yosys(commands, timeout=300)


@pytest.mark.parametrize("latency", [1, 2])
def test_no_sample_is_lost_doubled_or_mixed_up(latency: int, tmp_path) -> None:
    prove(rtlil.convert(Watched(latency), name="watched", emit_src=False), tmp_path)


# Faults in what is reported of bad packets are not the matter of this proof.
FAULTS = [
    (old, new) for old, new in MUTANTS if re.search(r"ready|valid|full|Cat|Mux|complete|filling\.eq", old)
]


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new"), FAULTS)
def test_the_proof_sees_every_planted_fault(old: str, new: str, tmp_path) -> None:
    text = rtlil.convert(Watched(1, planted(old, new).StreamTop), name="watched", emit_src=False)
    with pytest.raises(ToolError, match=r"proof did fail"):
        prove(text, tmp_path)
