"""Stand-ins for a circuit in the tests of what stands around it: the class is the sample itself."""

from __future__ import annotations

from amaranth.hdl import Module, Signal
from amaranth.lib.wiring import Component, In, Out


class EchoCore(Component):
    """Gives back each sample as its class, or the low bits of it, after some cycles.

    With `interval` 1 it is a pipeline of `latency` stages that stands still as a whole, with a larger one it
    takes a sample every so many cycles at the most, as a circuit does that counts in several cycles.
    """

    def __init__(
        self, features: int, *, width: int | None = None, latency: int = 1, interval: int = 1
    ) -> None:
        self.latency = latency
        self.interval = interval
        ports = {"pix": In(8 * features), "cls": Out(width or 8 * features)}
        handshake = {"valid_in": In(1), "ready_in": Out(1), "valid_out": Out(1), "ready_out": In(1)}
        super().__init__(ports | handshake)

    def elaborate(self, platform: object) -> Module:
        module = Module()
        advance = Signal()
        wait = Signal(range(self.interval))
        data, valid = self.pix, self.valid_in & self.ready_in
        module.d.comb += [
            advance.eq(self.ready_out | ~self.valid_out),
            self.ready_in.eq(advance & (wait == 0)),
        ]
        with module.If(wait != 0):
            module.d.sync += wait.eq(wait - 1)
        with module.Elif(valid):
            module.d.sync += wait.eq(self.interval - 1)
        for stage in range(self.latency):
            next_data = Signal(len(self.pix), name=f"data{stage}", reset_less=True)
            next_valid = Signal(name=f"valid{stage}")
            with module.If(advance):
                module.d.sync += [next_data.eq(data), next_valid.eq(valid)]
            data, valid = next_data, next_valid
        module.d.comb += [self.cls.eq(data), self.valid_out.eq(valid)]
        return module
