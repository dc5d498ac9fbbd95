"""The loops of recurrent networks on a graph, both ways; importing this module loads numba, so do it late.

A network is a list of nodes in an order in which all edges within a time step run forward. Each edge has a
lag: 0 if it carries the value of the same step, 1 if it carries that of the step before. Samples are sorted
by falling length, so that those still running at a step are the first `active` ones. Arrays have the
samples last, where the loops run along them:

- `states` [steps + 1, nodes, samples]: what each node gives out, `states[0]` all zero;
- `memory`, the same of the cells of an LSTM (another cell has a single entry here);
- `gates` [steps, nodes, slots, samples]: of LSTM the gates i, f, g, o; of GRU r, z, n, and
  what reaches n from the step before.

Edges have `rows` weights each: 1, of LSTM 4, of GRU 3, the last of which goes to slot 2 or, from the step
before, to slot 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nor2hdl.jit import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Ints = NDArray[np.int32]

TANH, RELU, LSTM, GRU = 0, 1, 2, 3

ONE = np.float32(1)
HALF = np.float32(0.5)
ZERO = np.float32(0)
LIMIT = np.float32(7.9)
# Of Eigen's rational approximation of tanh: plain arithmetic, so that the loops become vector instructions.
ODD = tuple(
    np.float32(x)
    for x in (
        4.89352455891786e-03,
        6.37261928875436e-04,
        1.48572235717979e-05,
        5.12229709037114e-08,
        -8.60467152213735e-11,
        2.00018790482477e-13,
        -2.76076847742355e-16,
    )
)
EVEN = tuple(
    np.float32(x)
    for x in (4.89352518554385e-03, 2.26843463243900e-03, 1.18534705686654e-04, 1.19825839466702e-06)
)


@jit
def tanh(x: np.float32) -> np.float32:
    """Return tanh, exact to about 1e-6."""
    x = min(max(x, -LIMIT), LIMIT)
    y = x * x
    top = ODD[6]
    top = top * y + ODD[5]
    top = top * y + ODD[4]
    top = top * y + ODD[3]
    top = top * y + ODD[2]
    top = top * y + ODD[1]
    top = top * y + ODD[0]
    bottom = ((EVEN[3] * y + EVEN[2]) * y + EVEN[1]) * y + EVEN[0]
    return x * top / bottom


@jit
def _logistic(x: np.float32) -> np.float32:
    return HALF + HALF * tanh(HALF * x)


@jit
def _slot(cell: int, row: int, lag: int) -> int:
    return 3 if cell == GRU and row == 2 and lag == 1 else row


@jit
def _fire(cell: int, sums: Floats, before: Floats, after: Floats, cells: Floats, gates: Floats) -> None:
    """Turn the sums of one node into its state; `before` and `after` are its states, `cells` its memory."""
    for b in range(sums.shape[1]):
        if cell == TANH:
            after[b] = tanh(sums[0, b])
        elif cell == RELU:
            after[b] = max(sums[0, b], ZERO)
        elif cell == LSTM:
            i, f = _logistic(sums[0, b]), _logistic(sums[1, b])
            g, o = tanh(sums[2, b]), _logistic(sums[3, b])
            gates[0, b], gates[1, b], gates[2, b], gates[3, b] = i, f, g, o
            cells[1, b] = f * cells[0, b] + i * g
            after[b] = o * tanh(cells[1, b])
        else:
            r, z = _logistic(sums[0, b]), _logistic(sums[1, b])
            n = tanh(sums[2, b] + r * sums[3, b])
            gates[0, b], gates[1, b], gates[2, b], gates[3, b] = r, z, n, sums[3, b]
            after[b] = n + z * (before[b] - n)


@jit
def forward(
    cell: int,
    symbols: Ints,
    active: Ints,
    edges: Ints,
    begin: Ints,
    reads: Ints,
    weights: Floats,
    tables: Floats,
    bias: Floats,
    states: Floats,
    memory: Floats,
    gates: Floats,
) -> None:
    """Run all steps.

    Parameters
    ----------
    symbols : int32 [steps, samples]
        The input; each of the nodes with ``reads[v] >= 0`` looks it up in its table.
    active : int32 [steps]
        Samples that run at a step.
    edges : int32 [edges, 2]
        Origin and lag of each edge; those into node v are ``begin[v]`` to ``begin[v + 1] - 1``.
    weights, tables, bias : float32 [edges, rows], [readers, rows, symbols], [nodes, slots]
        The parameters.
    """
    sums = np.empty((bias.shape[1], symbols.shape[1]), np.float32)
    for t in range(len(symbols)):
        m = active[t]
        for v in range(len(bias)):
            for k in range(bias.shape[1]):
                sums[k, :m] = bias[v, k]
            if reads[v] >= 0:
                for k in range(tables.shape[1]):
                    for b in range(m):
                        sums[k, b] += tables[reads[v], k, symbols[t, b]]
            for e in range(begin[v], begin[v + 1]):
                value = states[t + 1 - edges[e, 1], edges[e, 0]]
                for k in range(weights.shape[1]):
                    row, w = sums[_slot(cell, k, edges[e, 1])], weights[e, k]
                    for b in range(m):
                        row[b] += w * value[b]
            cells = memory[t : t + 2, v, :m] if cell == LSTM else memory[0:1, 0]
            kept = gates[t, v] if cell >= LSTM else gates[0, 0]
            _fire(cell, sums[:, :m], states[t, v], states[t + 1, v], cells, kept)


@jit
def _unfire(
    cell: int,
    push: Floats,
    states: Floats,
    cells: Floats,
    gates: Floats,
    back: Floats,
    back_cells: Floats,
    sums: Floats,
) -> None:
    """Turn the gradient `push` of one node's state into those of its `sums` and of what it kept."""
    for b in range(sums.shape[1]):
        p, h = push[b], states[1, b]
        if cell == TANH:
            sums[0, b] = p * (ONE - h * h)
        elif cell == RELU:
            sums[0, b] = p if h > 0 else ZERO
        elif cell == LSTM:
            i, f, g, o = gates[0, b], gates[1, b], gates[2, b], gates[3, b]
            c = tanh(cells[1, b])
            d = back_cells[1, b] + p * o * (ONE - c * c)
            sums[0, b] = d * g * i * (ONE - i)
            sums[1, b] = d * cells[0, b] * f * (ONE - f)
            sums[2, b] = d * i * (ONE - g * g)
            sums[3, b] = p * c * o * (ONE - o)
            back_cells[0, b] = d * f
        else:
            r, z, n, s = gates[0, b], gates[1, b], gates[2, b], gates[3, b]
            d = p * (ONE - z) * (ONE - n * n)
            sums[0, b] = d * s * r * (ONE - r)
            sums[1, b] = p * (states[0, b] - n) * z * (ONE - z)
            sums[2, b] = d
            sums[3, b] = d * r
            back[b] += p * z


@jit
def _add_inputs(sums: Floats, reader: int, symbols: Ints, grad_tables: Floats, grad_bias: Floats) -> None:
    """Add the gradients of one node's sums to those of its bias and, of a reader, of its table."""
    for k in range(len(sums)):
        for b in range(sums.shape[1]):
            grad_bias[k, b] += sums[k, b]
    if reader >= 0:
        for k in range(grad_tables.shape[1]):
            for b in range(sums.shape[1]):
                grad_tables[reader, k, symbols[b]] += sums[k, b]


@jit
def backward(
    cell: int,
    symbols: Ints,
    active: Ints,
    edges: Ints,
    begin: Ints,
    reads: Ints,
    weights: Floats,
    states: Floats,
    memory: Floats,
    gates: Floats,
    push: Floats,
    grad_weights: Floats,
    grad_tables: Floats,
    grad_bias: Floats,
) -> None:
    """Run all steps backwards.

    Parameters
    ----------
    push : float32 [steps + 1, nodes, samples]
        The gradient of `states` from outside; what flows back is added to it.
    grad_weights, grad_bias : float32 [edges, rows, samples], [nodes, slots, samples]
        All zero; the gradients for each sample are added here.
    grad_tables : float32 [readers, rows, symbols]
        All zero; the gradient is added here.
    """
    sums = np.empty(grad_bias.shape[1:], np.float32)
    push_cells = np.zeros_like(memory)
    for t in range(len(symbols) - 1, -1, -1):
        m = active[t]
        for v in range(len(reads) - 1, -1, -1):
            cells = memory[t : t + 2, v] if cell == LSTM else memory[0:1, 0]
            back_cells = push_cells[t : t + 2, v] if cell == LSTM else push_cells[0:1, 0]
            kept = gates[t, v] if cell >= LSTM else gates[0, 0]
            _unfire(
                cell,
                push[t + 1, v],
                states[t : t + 2, v],
                cells,
                kept,
                push[t, v],
                back_cells,
                sums[:, :m],
            )
            _add_inputs(sums[:, :m], reads[v], symbols[t], grad_tables, grad_bias[v])
            for e in range(begin[v], begin[v + 1]):
                u, at = edges[e, 0], t + 1 - edges[e, 1]
                for k in range(weights.shape[1]):
                    row, w = sums[_slot(cell, k, edges[e, 1])], weights[e, k]
                    for b in range(m):
                        grad_weights[e, k, b] += row[b] * states[at, u, b]
                        push[at, u, b] += w * row[b]
