"""Recurrent networks whose wiring is a graph: cells tanh, ReLU, LSTM and GRU, for strings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn

from nor2hdl.errors import DataError, ModelError
from nor2hdl.learn._checks import check_seed, check_whole
from nor2hdl.learn._loop import threads_for
from nor2hdl.learn.priors._graphs import Layered

if TYPE_CHECKING:
    import networkx as nx

Cell = Literal["tanh", "relu", "lstm", "gru"]

CELLS: tuple[Cell, ...] = get_args(Cell)
"""The kinds of recurrent cells."""

ROWS = {"tanh": 1, "relu": 1, "lstm": 4, "gru": 3}
SLOTS = {"tanh": 1, "relu": 1, "lstm": 4, "gru": 4}
PAD = -1


class GraphRecurrent(nn.Module):
    """A recurrent classifier of strings whose cells are wired as a graph [1]_.

    Each node is one cell. Inputs of the graph read the symbol (one-hot, so each has a table of weights); any
    node reads the nodes before it along the edges, in the same step, skip connections included; and, from
    the step before, all nodes of its own layer, itself included, as a dense recurrent layer does. The states
    of the outputs at the last symbol of a string go through one linear layer. This is a stack of recurrent
    layers of which the input-to-hidden weights carry the graph as a mask; only weights that the mask keeps
    are stored. Weights start uniform within 1 / sqrt(size of the layer).

    In the source the data enters through an embedding of as many numbers as there are inputs, the skip
    connections are recurrent layers of their own, and the last layer alone goes out.

    Parameters
    ----------
    graph
        Directed and acyclic, or its layers.
    cell
        ``"tanh"``, ``"relu"``, ``"lstm"`` or ``"gru"``.
    symbols
        Number of symbols of the alphabet.
    classes
        Number of classes.
    seed
        Seed of the random start, from 0 to 2^63 - 1; torch's own random state is left alone.

    Raises
    ------
    ModelError
        If the graph has no layers (see `Layered.of`), the cell is none of these or a number is out of range.

    References
    ----------
    .. [1] Stier et al.: Properties of hidden structures of sparse neural networks (arXiv 2107.12917).

    Examples
    --------
    >>> from nor2hdl.learn.priors import watts_strogatz
    >>> net = GraphRecurrent(watts_strogatz(10), "gru", symbols=7)
    >>> net(torch.tensor([[0, 4, 6], [0, 1, -1]])).shape
    torch.Size([2, 2])
    """

    edges: Tensor
    begin: Tensor
    reads: Tensor
    goes_out: Tensor

    def __init__(
        self, graph: nx.DiGraph | Layered, cell: Cell, *, symbols: int, classes: int = 2, seed: int = 0
    ) -> None:
        super().__init__()
        if cell not in CELLS:
            raise ModelError(f"cell must be 'tanh', 'relu', 'lstm' or 'gru', not {cell!r}")
        check_whole("symbols", symbols, 1, ModelError)
        check_whole("classes", classes, 2, ModelError)
        check_seed(seed, ModelError)
        self.layered = graph if isinstance(graph, Layered) else Layered.of(graph)
        self.cell = cell
        self.symbols = symbols
        self._wire()
        size = torch.tensor([float(len(layer)) for layer in self.layered.layers for _ in layer])
        bound = size.rsqrt()[:, None]
        targets = torch.repeat_interleave(torch.arange(len(size)), self.begin.diff())
        readers = (self.reads >= 0).nonzero().flatten()
        rows = ROWS[cell]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.weights = nn.Parameter((torch.rand(len(targets), rows) * 2 - 1) * bound[targets])
            tables = (torch.rand(len(readers), rows, symbols) * 2 - 1) * bound[readers, :, None]
            self.tables = nn.Parameter(tables)
            self.bias = nn.Parameter((torch.rand(len(size), SLOTS[cell]) * 2 - 1) * bound)
            self.readout = nn.Linear(len(self.layered.outputs), classes)

    def _wire(self) -> None:
        nodes = self.layered.nodes
        place = {v: i for i, v in enumerate(nodes)}
        layer_of = {v: layer for layer in self.layered.layers for v in layer}
        into: list[list[tuple[int, int]]] = [[(place[u], 1) for u in layer_of[v]] for v in nodes]
        for u, v in self.layered.edges:
            into[place[v]].append((place[u], 0))
        counts = torch.tensor([0, *(len(x) for x in into)])
        reading = {place[v]: i for i, v in enumerate(self.layered.inputs)}
        buffers = {
            "edges": torch.tensor([e for x in into for e in x], dtype=torch.int32),
            "begin": counts.cumsum(0).int(),
            "reads": torch.tensor([reading.get(i, -1) for i in range(len(nodes))], dtype=torch.int32),
            "goes_out": torch.tensor([place[v] for v in self.layered.outputs]),
        }
        for name, tensor in buffers.items():
            self.register_buffer(name, tensor, persistent=False)  # it follows from the graph

    def forward(self, strings: Tensor) -> Tensor:
        """Return the logits, float [batch, classes], for strings int64 [batch, longest], padded with -1.

        The loops run on the CPU.

        Parameters
        ----------
        strings : int64 [batch, longest]
            As `nor2hdl.data.encode_strings` gives them.

        Raises
        ------
        DataError
            If they are of another form: a string without a symbol, one after the padding, or an index that
            is no symbol.
        """
        lengths = (strings >= 0).sum(1)
        padded = torch.arange(strings.shape[1]) >= lengths[:, None]
        if not len(strings) or int(lengths.min()) == 0 or not (padded == (strings == PAD)).all():
            raise DataError("strings must be symbols, one or more, and then -1 up to the longest")
        if int(strings.max()) >= self.symbols:
            raise DataError(f"strings must be of symbols 0 to {self.symbols - 1}, not {int(strings.max())}")
        order = lengths.argsort(descending=True, stable=True)
        states = _Run.apply(self, strings[order], lengths[order], self.weights, self.tables, self.bias)  # type: ignore[no-untyped-call]
        last = torch.empty_like(states).index_copy(0, order, states)
        logits: Tensor = self.readout(last[:, self.goes_out])
        return logits

    def extra_repr(self) -> str:
        """Return the settings for torch's printed form."""
        return f"{len(self.layered.nodes)} nodes, {len(self.layered.edges)} edges, cell={self.cell!r}"


class _Run(torch.autograd.Function):
    """All steps of a network on strings of falling length: the state of each node at the last symbol."""

    @staticmethod
    def forward(
        ctx: Any,
        net: GraphRecurrent,
        strings: Tensor,
        lengths: Tensor,
        weights: Tensor,
        tables: Tensor,
        bias: Tensor,
    ) -> Tensor:
        """Return float32 [samples, nodes]."""
        from nor2hdl.learn.priors import _recurrent_kernel as kernel  # loads numba, which takes long

        steps = int(lengths[0])
        count, nodes = len(strings), len(bias)
        cell = CELLS.index(net.cell)
        active = (lengths > torch.arange(steps)[:, None]).sum(1).int().numpy()
        symbols = np.ascontiguousarray(strings.T[:steps].int().numpy())
        states = np.zeros((steps + 1, nodes, count), np.float32)
        memory = np.zeros(states.shape if net.cell == "lstm" else (1, 1, 1), np.float32)
        gates = np.empty((steps, nodes, 4, count) if cell >= kernel.LSTM else (1, 1, 1, 1), np.float32)
        kept = (
            cell,
            symbols,
            active,
            net.edges.numpy(),
            net.begin.numpy(),
            net.reads.numpy(),
            weights.numpy(),
        )
        kernel.forward(*kept, tables.numpy(), bias.numpy(), states, memory, gates)
        ctx.kept = (*kept, states, memory, gates)
        ctx.last = (lengths.numpy(), np.arange(count))
        ctx.sizes = (weights.shape, tables.shape, bias.shape)
        return torch.from_numpy(states[ctx.last[0], :, ctx.last[1]])

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        """Return the gradients of the parameters."""
        from nor2hdl.learn.priors import _recurrent_kernel as kernel

        states = ctx.kept[7]
        push = np.zeros_like(states)
        push[ctx.last[0], :, ctx.last[1]] = gradient.numpy()
        weights, tables, bias = ctx.sizes
        samples = states.shape[2:]
        of_weights, of_bias = (torch.zeros(*shape, *samples) for shape in (weights, bias))
        of_tables = torch.zeros(tables)
        every = (*ctx.kept, push, of_weights.numpy(), of_tables.numpy(), of_bias.numpy())
        kernel.backward(*every)
        return None, None, None, of_weights.sum(2), of_tables, of_bias.sum(2)


def fit_recurrent(
    net: GraphRecurrent,
    strings: Tensor,
    labels: Tensor,
    *,
    epochs: int = 15,
    batch: int = 128,
    lr: float = 1e-3,
    clip: float = 5.0,
    seed: int = 0,
) -> list[float]:
    """Train a network in place with Adam, the norm of the gradient clipped.

    Parameters
    ----------
    net
        The network.
    strings : int64 [n, longest]
        As `nor2hdl.data.encode_strings` gives them.
    labels : int64 [n]
        The class of each.
    epochs, batch, lr, clip
        Settings.
    seed
        Seed of the order of the samples.

    Returns
    -------
    list of float
        The mean loss of each epoch.

    Examples
    --------
    >>> from nor2hdl.learn.priors import watts_strogatz
    >>> net = GraphRecurrent(watts_strogatz(10), "gru", symbols=2)
    >>> losses = fit_recurrent(net, torch.tensor([[0, 1], [1, -1]]), torch.tensor([0, 1]), lr=0.1)
    >>> losses[-1] < losses[0]
    True
    """
    random = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(net.parameters(), lr=lr, fused=True)
    losses = []
    with threads_for(net, batch):
        for _ in range(epochs):
            total = 0.0
            for chosen in torch.randperm(len(strings), generator=random).split(batch):  # type: ignore[no-untyped-call]
                loss = nn.functional.cross_entropy(net(strings[chosen]), labels[chosen])
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(net.parameters(), clip)
                optimizer.step()
                total += loss.item() * len(chosen)
            losses.append(total / len(strings))
    return losses


@torch.no_grad()
def string_accuracy(net: GraphRecurrent, strings: Tensor, labels: Tensor, *, batch: int = 1000) -> float:
    """Return the share of strings whose class the network finds, 0 to 1.

    Parameters
    ----------
    net
        The network.
    strings : int64 [n, longest]
        As `nor2hdl.data.encode_strings` gives them.
    labels : int64 [n]
        The class of each.
    batch
        Strings evaluated at a time.

    Examples
    --------
    >>> from nor2hdl.learn.priors import watts_strogatz
    >>> net = GraphRecurrent(watts_strogatz(10), "gru", symbols=2)
    >>> string_accuracy(net, torch.tensor([[0]]), net(torch.tensor([[0]])).argmax(1))
    1.0
    """
    found = [net(part).argmax(1) for part in strings.split(batch)]  # type: ignore[no-untyped-call]
    return float((torch.cat(found) == labels).double().mean())
