"""A small cone as a function of its inputs: truth table and minimized expression."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import OptionError, ToolError
from nor2hdl.explain._reduced import reduced
from nor2hdl.markup import html_table
from nor2hdl.minimize import DASH, MOST_VARIABLES, espresso, evaluate_cover
from nor2hdl.netlist import interpret, net_name, net_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Net, Netlist

_SHOWN_ROWS = 64
_OVERLINE = "text-decoration:overline"


@dataclass(frozen=True, slots=True, eq=False)
class TruthTable:
    """A net as a table over the input bits that it reads.

    Attributes
    ----------
    output
        Name of the net.
    inputs
        Names of the input bits, in the order of the netlist.
    values : bool [2 ** inputs]
        Value of the net; bit ``i`` of the index is the value of ``inputs[i]``. Read-only.
    """

    output: str
    inputs: tuple[str, ...]
    values: NDArray[np.bool_]

    def rows(self) -> list[tuple[int, ...]]:
        """Return every row as numbers 0 and 1: the inputs, then the output."""
        inputs = np.arange(len(self.values))[:, np.newaxis] >> np.arange(len(self.inputs)) & 1
        return [(*row, int(y)) for row, y in zip(inputs.tolist(), self.values, strict=True)]

    def __str__(self) -> str:
        heads = (*self.inputs, self.output)
        lines = [
            " ".join(str(x).rjust(len(h)) for x, h in zip(row, heads, strict=True)) for row in self.rows()
        ]
        return "\n".join([" ".join(heads), *lines])

    def _repr_html_(self) -> str:
        rows = self.rows()
        more = f", {len(rows) - _SHOWN_ROWS} more rows not shown" if len(rows) > _SHOWN_ROWS else ""
        heads = (*self.inputs, self.output)
        return html_table(rows[:_SHOWN_ROWS], heads, caption=f"Truth table of {self.output}{more}")


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A net as a sum of products, minimized; equal to the net for every input, which was checked.

    Attributes
    ----------
    output
        Name of the net.
    inputs
        Names of the input bits that the net's cone reads.
    cover : int8 [products, inputs]
        One row a product: 1 for an input, 0 for its complement, 2 for neither. Read-only.
    """

    output: str
    inputs: tuple[str, ...]
    cover: NDArray[np.int8]

    def products(self) -> list[list[tuple[str, bool]]]:
        """Return each product as its literals: the name of an input, and whether it is complemented."""
        return [
            [(name, not bit) for name, bit in zip(self.inputs, row, strict=True) if bit != DASH]
            for row in self.cover.tolist()
        ]

    def __str__(self) -> str:
        texts = [
            " & ".join(f"~{name}" if flipped else name for name, flipped in product)
            for product in self.products()
        ]
        return " | ".join(text or "1" for text in texts) or "0"

    def _repr_html_(self) -> str:
        texts = [
            " · ".join(
                f'<span style="{_OVERLINE}">{escape(name)}</span>' if flipped else escape(name)
                for name, flipped in product
            )
            for product in self.products()
        ]
        return f"<code>{escape(self.output)} = {' + '.join(text or '1' for text in texts) or '0'}</code>"


def truth_table(net: Netlist, of: Net) -> TruthTable:
    """Return the truth table of a net over the input bits that its cone reads.

    Parameters
    ----------
    net
        The netlist.
    of
        The net, by number or by name; an input, too, has a table.

    Raises
    ------
    NetlistError
        If there is no such net.
    OptionError
        If its cone reads more than 12 input bits.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x = b.input("x", 3)
    >>> b.output("y", [b.nor(x[0], x[2])])
    >>> print(truth_table(b.freeze(), "y"))
    x[0] x[2] y
       0    0 1
       1    0 0
       0    1 0
       1    1 0
    """
    number = net_number(net, of)
    name = of if isinstance(of, str) else net_name(net, number)
    small, read = reduced(net, [number])
    if len(read) > MOST_VARIABLES:
        raise OptionError(
            f"cone of {name} must read at most {MOST_VARIABLES} input bits to be a table, not {len(read)}; "
            "take a net nearer to the inputs"
        )
    samples = (np.arange(2 ** len(read))[:, np.newaxis] >> np.arange(len(read)) & 1).astype(np.bool_)
    values = interpret(small, samples)[:, 0].copy()
    values.flags.writeable = False
    return TruthTable(name, tuple(net_name(net, 1 + bit) for bit in read), values)


def expression(net: Netlist, of: Net) -> Expression:
    """Return a net as a minimized sum of products of input bits, by espresso (pyeda).

    Espresso is a heuristic: no product and no literal can be left out, but another sum may be shorter.

    Parameters
    ----------
    net
        The netlist.
    of
        The net, by number or by name.

    Raises
    ------
    NetlistError
        If there is no such net.
    OptionError
        If its cone reads more than 12 input bits.
    ToolError
        If pyeda is not installed, or its sum is not the net: a fault.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> x, en = b.input("x", 2), b.input("en")
    >>> b.output("y", [b.nor(b.nor(x[0], x[1]), b.nor(en[0]))])
    >>> print(expression(b.freeze(), "y"))
    x[0] & en | x[1] & en
    """
    table = truth_table(net, of)
    cover = espresso(table.values)
    if not np.array_equal(evaluate_cover(cover), table.values):
        raise ToolError("pyeda", f"gave a sum for {table.output} that is not the net", hint="report it")
    cover.flags.writeable = False
    return Expression(table.output, table.inputs, cover)
