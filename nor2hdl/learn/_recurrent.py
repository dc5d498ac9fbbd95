"""Recurrent networks of NOR neurons: a state of bits, one symbol a step, and a bit that accepts or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from nor2hdl.errors import ModelError
from nor2hdl.learn._checks import check_seed, check_whole
from nor2hdl.learn._layers import NorLayer

if TYPE_CHECKING:
    from numpy.typing import NDArray


class NorCell(nn.Module):
    """From a symbol and a state to the next state, by two NOR layers.

    The first layer reads the symbol's bits, the state and their complements: each neuron is a term, an AND
    of literals. The second is a NOR of terms. Two such layers are enough for any next state.

    Parameters
    ----------
    symbols
        Number of symbols: bits of the one-hot input.
    state
        Bits of the state.
    hidden
        Number of terms.

    Raises
    ------
    ModelError
        If a number is no whole number of 1 or more.

    Examples
    --------
    >>> terms, state = NorCell(7, 8, 32)(torch.zeros(3, 7), torch.zeros(3, 8))
    >>> terms.shape, state.shape
    (torch.Size([3, 32]), torch.Size([3, 8]))
    """

    def __init__(self, symbols: int, state: int, hidden: int) -> None:
        super().__init__()
        for name, size in (("symbols", symbols), ("state", state), ("hidden", hidden)):
            check_whole(name, size, 1, ModelError)
        self.terms = NorLayer(symbols + state, hidden)
        self.next = NorLayer(hidden, state, complements=False)

    def forward(self, symbol: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        """Return the terms and the next state, float 0/1, for a symbol and a state, float 0/1, by row."""
        terms = self.terms(torch.cat([symbol, state], dim=1))
        return terms, self.next(terms)


class RecurrentClassifier(nn.Module):
    """Symbols in one by one, a bit out after each: whether the string up to there is accepted.

    The state is bits throughout, in training too, and begins with zeros. The output is one more NOR of the
    cell's terms.

    Parameters
    ----------
    symbols, state, hidden
        As for `NorCell`.
    seed
        Seed of the random start, from 0 to 2^63 - 1; torch's own random state is left alone.

    Raises
    ------
    ModelError
        If a number is out of range.

    Examples
    --------
    >>> model = RecurrentClassifier(7, 8, hidden=32)
    >>> model.predict(np.array([[0, 1, -1]])).shape
    (1, 3)
    """

    initial: Tensor

    def __init__(self, symbols: int, state: int, *, hidden: int, seed: int = 0) -> None:
        super().__init__()
        check_seed(seed, ModelError)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.cell = NorCell(symbols, state, hidden)
            self.accept = NorLayer(hidden, 1, complements=False)
        self.symbols, self.state, self.hidden = symbols, state, hidden
        self.register_buffer("initial", torch.zeros(state))

    def layers(self) -> tuple[NorLayer, NorLayer, NorLayer]:
        """Return the layers in the order of the data: terms, next state, output."""
        return self.cell.terms, self.cell.next, self.accept

    def forward(self, bits: Tensor) -> tuple[Tensor, Tensor]:
        """Return what there is after each symbol, for float 0/1 [batch, steps, symbols].

        These are the output, float 0/1 [batch, steps], and the state, float 0/1 [batch, steps, state].
        """
        state = self.initial.expand(len(bits), -1)
        accepted, states = [bits.new_zeros(0, len(bits))], [bits.new_zeros(0, *state.shape)]
        for symbol in bits.unbind(1):
            terms, state = self.cell(symbol, state)
            accepted.append(self.accept(terms).T)
            states.append(state.unsqueeze(0))
        return torch.cat(accepted).T, torch.cat(states).transpose(0, 1)

    @torch.no_grad()
    def predict(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Read strings of symbols.

        Parameters
        ----------
        numbers : int64 [n, longest]
            One string a row, symbols from 0 on; -1 after the end, as `nor2hdl.data.encode_strings` gives.

        Returns
        -------
        bool [n, longest]
            Whether each string is accepted up to each symbol; False after its end.

        Raises
        ------
        ModelError
            If `numbers` is no such array, or a number is no symbol of the model.
        """
        if not isinstance(numbers, np.ndarray) or numbers.ndim != 2 or numbers.dtype.kind != "i":
            raise ModelError(f"numbers must be an integer array [strings, longest], not {numbers!r}")
        if numbers.size and not -1 <= numbers.min() <= numbers.max() < self.symbols:
            raise ModelError(
                f"numbers must be from 0 to {self.symbols - 1}, and -1 after the end of a string, not from "
                f"{numbers.min()} to {numbers.max()}"
            )
        accepted = self(one_hot_symbols(numbers, self.symbols))[0] > 0.5
        return np.asarray(accepted.numpy() & (numbers >= 0))


def one_hot_symbols(numbers: NDArray[np.int64], symbols: int) -> Tensor:
    """Return numbers as bits: float 0/1 [n, longest, symbols], all 0 where a number is -1."""
    return torch.from_numpy((numbers[..., None] == np.arange(symbols)).astype(np.float32))
