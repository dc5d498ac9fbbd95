"""A feed-forward network of NOR neurons that is wired along a graph only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from nor2hdl.errors import ModelError
from nor2hdl.learn._checks import check_whole
from nor2hdl.learn._functions import ThresholdGate
from nor2hdl.learn._layers import CONNECTIONS_START, LATENT_START, NorLayer
from nor2hdl.learn.priors._graphs import Layered

if TYPE_CHECKING:
    import networkx as nx


class MaskedNorLayer(NorLayer):
    """A NOR layer some of whose weights stay 0 for good.

    Parameters
    ----------
    allowed : bool [in_features, out_features]
        Where a neuron may read an input, or its complement.
    complements
        Whether the literals are the inputs and their complements, or the inputs alone.

    Examples
    --------
    >>> layer = MaskedNorLayer(torch.tensor([[True], [False]]))
    >>> layer.latent.data.fill_(1.0).shape
    torch.Size([4, 1])
    >>> layer.fan_in().tolist()
    [2]
    """

    allowed: Tensor

    def __init__(self, allowed: Tensor, *, complements: bool = True) -> None:
        super().__init__(*allowed.shape, complements=complements)
        literals = torch.cat([allowed, allowed]) if complements else allowed
        self.register_buffer("allowed", literals, persistent=False)  # it follows from the graph
        size = torch.rand(literals.shape) * LATENT_START
        connected = torch.rand(literals.shape) < CONNECTIONS_START / literals.sum(0).clamp(min=1)
        self.latent.data = torch.where(literals, torch.where(connected, size, -size), -1.0)

    def used(self) -> Tensor:
        """Return the latent weights, -1 where there is no edge."""
        return torch.where(self.allowed, self.latent, -1.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return the neurons, float 0/1 [batch, out_features], for x float 0/1 [batch, in_features]."""
        result: Tensor = ThresholdGate.apply(x, self.used(), self.threshold, self.inverted)  # type: ignore[no-untyped-call]
        return result

    def connections(self) -> tuple[Tensor, Tensor]:
        """Return where neurons read inputs and complements: two bool [in_features, out_features]."""
        ones, zeros = super().connections()
        allowed = self.allowed[: self.in_features]
        return ones & allowed, zeros & allowed

    def fan_in(self) -> Tensor:
        """Return the number of connected literals of each neuron, int64 [out_features]."""
        return (self.used().detach() > 0).sum(0)


class GraphLayer(nn.Module):
    """NOR neurons that may only read along the edges of a graph.

    Each node stands for `copies` neurons. Those of an input node may read every input of the layer; those of
    another node may read all neurons of the nodes with an edge to it, over any number of layers. The
    neurons of the output nodes go out, in the order of the nodes. What a neuron does read is learned, as in
    a `NorLayer`; the parts are a `MaskedNorLayer` for each layer of the graph.

    Parameters
    ----------
    in_features
        Number of inputs.
    graph
        Directed and acyclic, or its layers.
    copies
        Neurons for each node.
    complements
        Whether neurons read complements as well.

    Attributes
    ----------
    in_features, out_features
        Number of inputs, and of output nodes times `copies`.
    layered
        The layers of the graph.
    parts
        The NOR layer of each layer of the graph.

    Raises
    ------
    ModelError
        If the graph has no layers (see `Layered.of`), or a number is no whole number of 1 or more.

    Examples
    --------
    >>> import networkx as nx
    >>> layer = GraphLayer(4, nx.DiGraph([(0, 1), (0, 2)]), copies=2)
    >>> layer.layered.outputs, layer.out_features
    ((1, 2), 4)
    >>> layer(torch.ones(5, 4)).shape
    torch.Size([5, 4])
    """

    def __init__(
        self, in_features: int, graph: nx.DiGraph | Layered, *, copies: int = 1, complements: bool = True
    ) -> None:
        super().__init__()
        check_whole("in_features", in_features, 1, ModelError)
        check_whole("copies", copies, 1, ModelError)
        self.layered = graph if isinstance(graph, Layered) else Layered.of(graph)
        self.in_features = in_features
        self.copies = copies
        self.complements = complements
        self.out_features = len(self.layered.outputs) * copies
        first, *later = self.layered.layers
        parts = [
            MaskedNorLayer(
                torch.ones(in_features, len(first) * copies, dtype=torch.bool), complements=complements
            )
        ]
        self._reads: list[list[int]] = []
        for layer in later:
            feeding = {u for u, v in self.layered.edges if v in layer}
            fed_by = [u for u in self.layered.nodes if u in feeding]
            allowed = torch.from_numpy(self.layered.between(fed_by, layer))
            allowed = allowed.repeat_interleave(copies, 0).repeat_interleave(copies, 1)
            parts.append(MaskedNorLayer(allowed, complements=complements))
            self._reads.append(self._places(fed_by))
        self.parts = nn.ModuleList(parts)

    def _places(self, nodes: list[int] | tuple[int, ...]) -> list[int]:
        order = {v: i for i, v in enumerate(self.layered.nodes)}
        return [order[v] * self.copies + c for v in nodes for c in range(self.copies)]

    def reads(self) -> list[list[int]]:
        """Return what each part but the first reads: places among the neurons of the parts before it."""
        return [list(places) for places in self._reads]

    def goes_out(self) -> list[int]:
        """Return the places of the outputs among the neurons of all parts."""
        return self._places(self.layered.outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs, float 0/1 [batch, out_features], for x float 0/1 [batch, in_features]."""
        first, *later = self.parts
        neurons = first(x)
        for part, places in zip(later, self._reads, strict=True):
            neurons = torch.cat([neurons, part(neurons[:, places])], 1)
        result: Tensor = neurons[:, self.goes_out()]
        return result

    def fan_in(self) -> Tensor:
        """Return the number of connected literals of each output neuron, int64 [out_features]."""
        return torch.cat([part.fan_in() for part in self.parts])[self.goes_out()]  # type: ignore[operator]

    def to_json(self) -> dict[str, Any]:
        """Return the structure as JSON values, without the weights; `from_json` reads them."""
        return {
            "kind": "graph",
            "in_features": self.in_features,
            "copies": self.copies,
            "complements": self.complements,
            "edges": [list(e) for e in self.layered.edges],
            "inputs": list(self.layered.inputs),
            "outputs": list(self.layered.outputs),
        }

    @classmethod
    def from_json(cls, meta: dict[str, Any]) -> GraphLayer:
        """Return a fresh layer of the structure that `to_json` gave.

        Parameters
        ----------
        meta
            The values.

        Raises
        ------
        ModelError
            If they describe no graph with layers.
        LookupError, TypeError, ValueError
            If one is missing or of another type.

        Examples
        --------
        >>> from nor2hdl.learn.priors import barabasi_albert
        >>> layer = GraphLayer(4, barabasi_albert(3))
        >>> GraphLayer.from_json(layer.to_json()).layered.edges == layer.layered.edges
        True
        """
        import networkx as nx  # here, because importing nor2hdl.learn must not load networkx

        graph = nx.DiGraph([(u, v) for u, v in meta["edges"]])
        graph.add_nodes_from([*meta["inputs"], *meta["outputs"]])
        layered = Layered.of(graph, inputs=meta["inputs"], outputs=meta["outputs"])
        return cls(meta["in_features"], layered, copies=meta["copies"], complements=meta["complements"])

    def extra_repr(self) -> str:
        """Return the settings for torch's printed form."""
        return f"{self.in_features}, {self.out_features}, copies={self.copies}"
