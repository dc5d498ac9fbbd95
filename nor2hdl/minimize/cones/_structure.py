"""A small circuit for a truth table: decomposition where it is exact, else espresso and factoring.

A table of n variables is an integer of 2 ** n bits: bit m is the value at point m, and bit i of m is
variable i.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nor2hdl.minimize.cones._espresso import espresso, evaluate_cover
from nor2hdl.minimize.cones._factor import factor
from nor2hdl.netlist import FALSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

_REMEMBERED = 1 << 16
"""Structures kept for tables that come again; each takes about a kilobyte."""


class Structure(NamedTuple):
    """NOR gates over n leaves, numbered as in a netlist: 0 is false, 1 to n are the leaves, then the gates.

    Attributes
    ----------
    gates
        The fan-ins of each gate, ascending and smaller than its own number.
    root
        The net of the function: a gate, a leaf or 0.
    ands
        Number of two-input ANDs.

    Examples
    --------
    >>> Structure(gates=((1, 2),), root=3, ands=1).gates
    ((1, 2),)
    """

    gates: tuple[tuple[int, ...], ...]
    root: int
    ands: int


@lru_cache(maxsize=_REMEMBERED)
def best_structure(table: int, dont_care: int, n: int) -> Structure:
    """Return a structure of few two-input ANDs for a function of `n` leaves.

    Equal tables are worked on once. Without don't-cares, pairs of variables that the function knows only by
    their AND or XOR (of either polarity) become one variable, again and again::

        f(x, y, Z) = g(x y, Z)      f(x, y, Z) = g(x xor y, Z)

    What is left is given to espresso, with its complement; the cover that takes fewer two-input ANDs after
    factoring is built. Don't-cares are first settled by the two covers, each of which is then treated so.

    Parameters
    ----------
    table
        Where the function is true.
    dont_care
        Where it may have any value, 0 for nowhere.
    n
        Number of leaves, at most 12; fit for 8.

    Returns
    -------
    Structure
        Its function is `table` wherever `dont_care` is 0. Leaves that do not matter are not used.

    Raises
    ------
    OptionError
        If there are more than 12 leaves.
    ToolError
        If pyeda is not installed.

    References
    ----------
    V. Bertacco and M. Damiani, "The disjunctive decomposition of logic functions", ICCAD 1997.

    Examples
    --------
    >>> best_structure(0b1000, 0, 2)  # x y
    Structure(gates=((1,), (2,), (3, 4)), root=5, ands=1)
    >>> best_structure(0b1000, 0b0110, 2)  # where x and y are equal
    Structure(gates=(), root=2, ands=0)
    """
    full = (1 << (1 << n)) - 1
    if not dont_care:
        return _decomposed(table & full, n)
    on, off = table & ~dont_care, full & ~(table | dont_care)
    free = to_array(dont_care, n)
    largest, smallest = (evaluate_cover(espresso(to_array(part, n), free)) for part in (on, off))
    candidates = (to_table(largest), full ^ to_table(smallest))
    return min((_decomposed(candidate, n) for candidate in candidates), key=_price)


def _price(structure: Structure) -> tuple[int, int]:
    return structure.ands, len(structure.gates)


def evaluate(structure: Structure, n: int) -> int:
    """Return the truth table of a structure over `n` leaves.

    Examples
    --------
    >>> bin(evaluate(Structure(((1, 2),), 3, 1), 2))
    '0b1'
    """
    full = (1 << (1 << n)) - 1
    values = [0, *variables(n)]
    for gate in structure.gates:
        value = 0
        for net in gate:
            value |= values[net]
        values.append(full ^ value)
    return values[structure.root]


@cache
def variables(n: int) -> tuple[int, ...]:
    """Return the tables of the `n` variables.

    Examples
    --------
    >>> [bin(table) for table in variables(2)]
    ['0b1010', '0b1100']
    """
    full = (1 << (1 << n)) - 1
    return tuple(full // ((1 << (1 << i)) + 1) << (1 << i) for i in range(n))


def cofactors(table: int, i: int, n: int) -> tuple[int, int]:
    """Return the table with variable `i` set to 0 and to 1; neither depends on it any more.

    Examples
    --------
    >>> [bin(table) for table in cofactors(0b0110, 0, 2)]
    ['0b1100', '0b11']
    """
    one = variables(n)[i]
    high = table & one
    low = table ^ high
    return low | low << (1 << i), high | high >> (1 << i)


def support(table: int, n: int) -> list[int]:
    """Return the variables that a table depends on, ascending.

    Examples
    --------
    >>> support(0b1100, 2)
    [1]
    """
    found = []
    for i, one in enumerate(variables(n)):
        high = table & one
        if high >> (1 << i) != table ^ high:
            found.append(i)
    return found


def to_array(table: int, n: int) -> NDArray[np.bool_]:
    """Return a table as an array: bool [2 ** n]."""
    raw = np.frombuffer(table.to_bytes((2**n + 7) // 8, "little"), np.uint8)
    return np.unpackbits(raw, count=2**n, bitorder="little").view(np.bool_)


def to_table(array: NDArray[np.bool_]) -> int:
    """Return an array, bool [2 ** n], as a table.

    Examples
    --------
    >>> to_table(to_array(0b0110, 2))
    6
    """
    return int.from_bytes(np.packbits(array, bitorder="little").tobytes(), "little")


class _Sketch:
    """A structure in the making. A signal is 2 net, or 2 net + 1 for its complement; no gate comes twice."""

    def __init__(self, n: int) -> None:
        self.gates: list[tuple[int, ...]] = []
        self._first = n + 1
        self._known: dict[tuple[int, ...], int] = {}

    def literal(self, bit: int) -> int:
        """Return the signal of a literal: bit 2 i is leaf i."""
        return bit + 2

    def product(self, signals: Iterable[int]) -> int:
        """Return the AND of some signals."""
        return 2 * self.nor(self.net(signal ^ 1) for signal in signals)

    def sum(self, signals: Iterable[int]) -> int:
        """Return the OR of some signals."""
        return 2 * self.nor(map(self.net, signals)) + 1

    def difference(self, x: int, y: int) -> int:
        """Return the XOR of two signals."""
        x, y, flip = x & ~1, y & ~1, (x ^ y) & 1
        return self.product([self.product([x, y]) ^ 1, self.product([x ^ 1, y ^ 1]) ^ 1]) ^ flip

    def net(self, signal: int) -> int:
        """Return the net of a signal, with an inverter where it needs one."""
        net = signal >> 1
        if not signal & 1:
            return net
        gate = self.gates[net - self._first] if net >= self._first else ()
        return gate[0] if len(gate) == 1 else self.nor([net])

    def nor(self, nets: Iterable[int]) -> int:
        """Return the net of the NOR of some nets."""
        key = tuple(sorted(set(nets) - {FALSE}))
        if key not in self._known:
            self._known[key] = self._first + len(self.gates)
            self.gates.append(key)
        return self._known[key]

    def embed(self, structure: Structure, leaves: Sequence[int]) -> int:
        """Add the gates of a structure over signals as leaves; return the signal of its root."""
        nets = [2 * FALSE, *leaves]
        for gate in structure.gates:
            nets.append(2 * self.nor(self.net(nets[f]) for f in gate))
        return nets[structure.root]

    def finish(self, signal: int) -> Structure:
        """Return what the signal needs as a structure."""
        root = self.net(signal)
        needed = {root}
        for number in range(self._first + len(self.gates) - 1, self._first - 1, -1):
            if number in needed:
                needed.update(self.gates[number - self._first])
        image = {net: net for net in range(self._first)}
        gates: list[tuple[int, ...]] = []
        for number, gate in enumerate(self.gates, self._first):
            if number in needed:
                image[number] = self._first + len(gates)
                gates.append(tuple(sorted(image[f] for f in gate)))
        return Structure(tuple(gates), image[root], sum(max(0, len(gate) - 1) for gate in gates))


def _decomposed(table: int, n: int) -> Structure:
    sketch = _Sketch(n)
    signals = [sketch.literal(2 * i) for i in range(n)]
    table = _merge_pairs(table, n, signals, sketch)
    left = support(table, n)
    if not left:
        return sketch.finish(2 * FALSE + (table & 1))
    if len(left) == 1:
        return sketch.finish(signals[left[0]] ^ (table & 1))
    # Variables in the order of how often they meet a true value: fewer tables that differ by an order alone.
    left.sort(key=lambda i: (table & variables(n)[i]).bit_count())
    array = to_array(table, n).reshape((2,) * n)  # axis n - 1 - i is variable i
    places = tuple(slice(None) if i in left else 0 for i in reversed(range(n)))
    kept = sorted(left, reverse=True)
    core = array[places].transpose([kept.index(i) for i in reversed(left)])
    structure = _factored(to_table(np.ascontiguousarray(core).ravel()), len(left))
    return sketch.finish(sketch.embed(structure, [signals[i] for i in left]))


def _merge_pairs(table: int, n: int, signals: list[int], sketch: _Sketch) -> int:
    """Replace pairs of variables by one, as long as any can be; return the table over what is left."""
    todo = list(combinations(support(table, n), 2))
    while todo:
        i, j = todo.pop()
        merged = _merge(table, i, j, n)
        if merged is None:
            continue
        table, flips, is_xor = merged
        x, y = signals[i] ^ (flips & 1), signals[j] ^ (flips >> 1)
        signals[i] = sketch.difference(x, y) if is_xor else sketch.product([x, y])
        todo = list(combinations(support(table, n), 2))
    return table


def _merge(table: int, i: int, j: int, n: int) -> tuple[int, int, bool] | None:
    """Merge variable `j` into `i` if the table knows only their XOR, or their AND after flipping some.

    Returns
    -------
    tuple of int, int, bool, or None
        The table with the merged variable in place of `i`; what to flip, 1 for `i` and 2 for `j`; is it XOR.
    """
    values = [part for half in cofactors(table, j, n) for part in cofactors(half, i, n)]
    if len(set(values)) != 2:
        return None
    one = variables(n)[i]
    if values[0] == values[3] and values[1] == values[2]:
        return values[0] & ~one | values[1] & one, 0, True
    for point, odd in enumerate(values):
        if values.count(odd) == 1:
            other = values[point ^ 1]
            return other & ~one | odd & one, point ^ 3, False
    return None


@lru_cache(maxsize=_REMEMBERED)
def _factored(table: int, n: int) -> Structure:
    """Return the better factored cover of a function and of its complement."""
    found = []
    array = to_array(table, n)
    for flip, part in enumerate((array, ~array)):
        sketch = _Sketch(n)
        cover = [_cube(row) for row in espresso(part).tolist()]
        found.append(sketch.finish(factor(cover, sketch) ^ flip))
    return min(found, key=_price)


def _cube(row: list[int]) -> int:
    """Return a cube of literals as bits: 2 i for variable i, 2 i + 1 for its complement."""
    return sum(1 << (2 * i + 1 - value) for i, value in enumerate(row) if value != 2)
