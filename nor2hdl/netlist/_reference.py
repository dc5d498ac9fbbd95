"""What a netlist means: the slow evaluation that every faster one is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.errors import NetlistError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist._core import Netlist


def interpret(net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Evaluate the outputs of a netlist.

    Parameters
    ----------
    net
        The netlist.
    samples : bool [n, input bits]
        One row of input bits a sample, in port order, lowest bit first.

    Returns
    -------
    bool [n, output bits]
        The output bits of each sample, in port order.

    Raises
    ------
    NetlistError
        If `samples` is not an array of that type and shape.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> b.output("y", [b.nor(*b.input("x", 2))])
    >>> interpret(b.freeze(), np.array([[False, False], [False, True]])).tolist()
    [[True], [False]]
    """
    return interpret_nets(net, samples)[:, net.drivers]


def interpret_nets(net: Netlist, samples: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Evaluate every net of a netlist.

    Takes one byte a net and sample: meant for small circuits or few samples.

    Parameters
    ----------
    net
        The netlist.
    samples : bool [n, input bits]
        One row of input bits a sample, in port order, lowest bit first.

    Returns
    -------
    bool [n, nets]
        The value of each net in each sample.

    Raises
    ------
    NetlistError
        If `samples` is not an array of that type and shape.

    Examples
    --------
    >>> from nor2hdl.netlist import Builder
    >>> b = Builder()
    >>> inverted = b.nor(*b.input("x"))
    >>> interpret_nets(b.freeze(), np.array([[False], [True]])).tolist()
    [[False, False, True], [False, True, False]]
    """
    _check_samples(net, samples)
    values = np.zeros((net.num_nets, len(samples)), np.bool_)
    values[1 : net.first_gate] = samples.T
    for number, fanin in enumerate(net.fanin_lists(), net.first_gate):
        values[number] = ~values[fanin].any(axis=0)
    return values.T


def _check_samples(net: Netlist, samples: NDArray[np.bool_]) -> None:
    if not isinstance(samples, np.ndarray):
        raise NetlistError(f"samples must be a NumPy array, not {type(samples).__name__}")
    if samples.dtype != np.bool_:
        raise NetlistError(f"samples must have dtype bool, not {samples.dtype}; convert with 'samples != 0'")
    if samples.ndim != 2 or samples.shape[1] != net.num_inputs:
        raise NetlistError(
            f"samples must have shape (n, {net.num_inputs}), one column an input bit, not {samples.shape}"
        )
