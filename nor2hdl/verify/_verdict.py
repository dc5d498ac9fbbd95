"""What a prover says: equal, different with a counterexample, or unknown."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from nor2hdl.errors import NetlistError
from nor2hdl.markup import html_table
from nor2hdl.netlist import interpret

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist, Port

_SHOWN_BITS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """The answer of a prover; ``"unknown"`` is never to be read as ``"equal"``.

    Attributes
    ----------
    status
        ``"equal"``: the same outputs for every input (for every sample, where `method` says so).
        ``"different"``: there is a counterexample, and it was checked. ``"unknown"``: neither was found.
    method
        How the answer was found, such as ``"exhaustive"``, ``"sat"``, ``"abc"`` or ``"all 10000 samples"``.
    seconds
        Wall-clock time that it took.
    counterexample : bool [input bits] or None
        An input for which the outputs differ, in port order, lowest bit first; read-only.
    timed_out
        Whether the time limit is why the status is unknown.
    detail
        What else there is to say, such as which output differs; may be empty.

    Examples
    --------
    >>> Verdict("unknown", "abc", 60.0, timed_out=True).status
    'unknown'
    """

    status: Literal["equal", "different", "unknown"]
    method: str
    seconds: float
    counterexample: NDArray[np.bool_] | None = None
    timed_out: bool = False
    detail: str = ""

    def _repr_html_(self) -> str:
        late = ", the time was up" if self.timed_out else ""
        rows = [("verdict", self.status + late), ("how", self.method), ("seconds", f"{self.seconds:.1f}")]
        rows += [("detail", self.detail)] if self.detail else []
        if self.counterexample is not None:
            bits = "".join("01"[int(bit)] for bit in self.counterexample[:_SHOWN_BITS])
            more = "..." if len(self.counterexample) > _SHOWN_BITS else ""
            rows.append(("differs at input bits, first input first", bits + more))
        return html_table(rows)


class Prover(Protocol):
    """Anything that can say whether two netlists compute the same."""

    def prove(self, a: Netlist, b: Netlist) -> Verdict:
        """Return whether `a` and `b`, which have the same ports, have the same outputs for every input."""
        ...


def check_ports(a: Netlist, b: Netlist) -> None:
    """Raise `NetlistError` unless the netlists have the same ports in the same order."""
    for kind, left, right in (("inputs", a.inputs, b.inputs), ("outputs", a.outputs, b.outputs)):
        if left != right:
            raise NetlistError(
                f"netlists must have the same {kind} to be compared, not {shown(left)} and {shown(right)}"
            )


def shown(ports: Iterable[Port]) -> str:
    """Return ports as text: names and widths."""
    return ", ".join(f"{port.name}[{port.width}]" for port in ports) or "none"


def different(a: Netlist, b: Netlist, sample: NDArray[np.bool_], method: str, started: float) -> Verdict:
    """Return the verdict for a counterexample, once the reference interpreter agrees that it is one.

    Parameters
    ----------
    a, b
        The netlists, with the same ports.
    sample : bool [input bits]
        The input for which the prover says that they differ.
    method
        The prover.
    started
        Reading of `time.monotonic` when the prover was called.
    """
    left, right = interpret(a, sample[None])[0], interpret(b, sample[None])[0]
    wrong = [name for (name, _), x, y in zip(a.output_bits(), left, right, strict=True) if x != y]
    if not wrong:
        return unknown(method, started, detail="the prover's counterexample does not hold: a fault in it")
    sample = sample.copy()
    sample.flags.writeable = False
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return Verdict(
        "different",
        method,
        time.monotonic() - started,
        counterexample=sample,
        detail=f"output {wrong[0]}{more} differs",
    )


def equal(method: str, started: float) -> Verdict:
    """Return the verdict of a proof by `method` that started at the reading `started` of the clock."""
    return Verdict("equal", method, time.monotonic() - started)


def unknown(method: str, started: float, *, timed_out: bool = False, detail: str = "") -> Verdict:
    """Return the verdict of `method`, started at the reading `started` of the clock, that found nothing."""
    return Verdict("unknown", method, time.monotonic() - started, timed_out=timed_out, detail=detail)
