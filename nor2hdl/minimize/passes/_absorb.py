"""Absorption: a fan-in that the others make superfluous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.minimize._rewrite import Gates, fan_outs, rewrite
from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from nor2hdl.netlist import Netlist

_WIDEST = 16
"""Gates of more fan-ins are not looked into, so that the time stays linear in the number of pins."""


def absorb(net: Netlist) -> Netlist:
    """Drop contradictory gates and absorbed fan-ins, two gates deep.

    Rules, for one gate and each fan-in ``nor(B)`` of at most 16 fan-ins::

        nor(B, nor(B), F)             = 0                           x or x' is true
        nor(D, nor(nor(D), C), F)     = nor(D, F)                   x or x y is x
        nor(nor(d), nor(d, C), F)     = nor(nor(d), F)
        nor(x, nor(x, C), F)          = nor(x, nor(C), F)           where nor(x, C) feeds nothing else

    One sweep applies each rule where it finds it. No post-condition: what it leaves may allow more.
    Promise: never more gates, never more pins.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, y = b.input("x", 2)
    >>> b.output("z", [b.nor(x, b.nor(x, y)), b.nor(x, b.nor(x))])
    >>> small = absorb(b.freeze())
    >>> small.fanin_lists(), small.drivers.tolist()
    ([[2], [1, 3]], [4, 0])
    """
    single = (fan_outs(net) == 1).tolist()

    def rule(_number: int, fanin: list[int], gates: Gates) -> int | list[int]:
        inner = [f for f in fanin if (b := gates[f]) and len(b) <= _WIDEST]
        if not inner:
            return fanin
        kept = set(fanin)
        inverted = {b[0] for f in inner if (b := gates[f]) and len(b) == 1}
        for f in inner:
            body = gates[f] or []
            if kept.issuperset(body):
                return FALSE
            if _absorbed(body, kept, inverted, gates):
                kept.discard(f)
                if len(body) == 1:
                    inverted.discard(body[0])
            elif single[f]:
                gates[f] = [b for b in body if b not in kept]
        return fanin if len(kept) == len(fanin) else sorted(kept)

    return rewrite(net, rule)


def _absorbed(body: list[int], kept: set[int], inverted: set[int], gates: Gates) -> bool:
    """Tell whether ``nor(body)`` is true only where one of the other fan-ins `kept` is true."""
    if len(body) > 1 and not inverted.isdisjoint(body):
        return True
    return any((d := gates[b]) and len(d) <= _WIDEST and kept.issuperset(d) for b in body)
