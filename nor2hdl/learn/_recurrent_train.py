"""Train a recurrent classifier, told the code of every state, the state, every prefix, or the end alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from nor2hdl.errors import OptionError
from nor2hdl.learn._checks import check_finite, check_seed, check_whole
from nor2hdl.learn._recurrent import RecurrentClassifier, one_hot_symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nor2hdl.data import Automaton

Teacher = Literal["codes", "states", "prefixes", "ends"]
TEACHERS: tuple[Teacher, ...] = get_args(Teacher)

_DECODER_RATE = 2.0
"""Learning rate of the decoder that is thrown away, in units of that at the start; it does not fall."""

_WIDEST = 16
"""Bits of the longest codes that are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrentConfig:
    """Settings of a training run of a `RecurrentClassifier`.

    Attributes
    ----------
    teacher
        What is known of a training string. ``"codes"``: after each symbol, the bits that the state must have,
        which are a random code for each state of the automaton, and whether the string may end there.
        ``"states"``: after each symbol, the automaton's state, and whether the string may end there. A linear
        decoder must read the state off the bits, until the model has a code of its own for each state; from
        then on it is held to that code. ``"prefixes"``: after each symbol, whether the string may end there.
        ``"ends"``: whether the whole string is accepted, no more.
    steps
        Steps of Adam.
    batch
        Strings a step.
    lr
        Learning rate at the start; it falls to 0 along a cosine.
    decay
        How far a latent weight sinks a step, in units of the learning rate: the self-pruning.
    seed
        Seed of the decoder and of the order of the strings.

    Raises
    ------
    OptionError
        If a setting is of another type or out of range.

    Examples
    --------
    >>> RecurrentConfig().teacher
    'codes'
    """

    teacher: Teacher = "codes"
    steps: int = 2000
    batch: int = 200
    lr: float = 0.01
    decay: float = 0.01
    seed: int = 0

    def __post_init__(self) -> None:
        if self.teacher not in TEACHERS:
            raise OptionError(
                f"teacher must be one of {', '.join(map(repr, TEACHERS))}, not {self.teacher!r}"
            )
        check_whole("steps", self.steps, 1, OptionError)
        check_whole("batch", self.batch, 1, OptionError)
        check_seed(self.seed, OptionError)
        for name in ("lr", "decay"):
            check_finite(name, getattr(self, name), OptionError)
        if self.lr <= 0 or self.decay < 0:
            raise OptionError(f"lr must be above 0 and decay 0 or more, not {self.lr!r} and {self.decay!r}")


def train_recurrent(
    model: RecurrentClassifier,
    strings: Sequence[str],
    automaton: Automaton,
    config: RecurrentConfig,
    *,
    every: int = 50,
    watch: Callable[[int, float], None] = lambda _step, _wrong: None,
) -> int:
    """Train a recurrent classifier in place, until it is right about all that is known of every string.

    With the teachers ``"codes"`` and ``"states"`` no gradient runs through time: each step learns alone, from
    the state's code or from the state that the model itself has come to. Equal steps count once; those that
    start from a code are all learned at once, whatever the batch, and the training ends when all are right.
    With the other teachers the gradient runs straight through all steps of a string.

    Parameters
    ----------
    model
        The classifier.
    strings
        What it is trained on, members and others.
    automaton
        What labels the strings.
    config
        Settings.
    every
        After how many steps all strings are read to see whether the training is over.
    watch
        Told the number of steps made and the share that is wrong, each time: of the strings' different steps
        where the state has a code, else of the strings.

    Returns
    -------
    int
        The number of steps that were made; the model is the best one that was seen.

    Raises
    ------
    OptionError
        If there is no string or an empty one, a string has another letter than the automaton, the automaton
        has another number of letters than the model symbols, the state is too narrow for the codes, or
        `every` is no whole number of 1 or more.

    Examples
    --------
    >>> from nor2hdl.data import reber_automaton, reber_strings
    >>> model = RecurrentClassifier(7, 6, hidden=64)
    >>> train_recurrent(model, reber_strings(9, seed=0), reber_automaton(), RecurrentConfig(steps=3))
    3
    """
    check_whole("every", every, 1, OptionError)
    if not strings:
        raise OptionError("strings must be one or more, not none")
    if len(automaton.symbols) != model.symbols:
        raise OptionError(
            f"automaton must have {model.symbols} letters as the model, not {len(automaton.symbols)}"
        )
    for text in strings:
        if not text or set(text) - set(automaton.symbols):
            raise OptionError(f"strings must be one letter or more of {automaton.symbols!r}, not {text!r}")
    torch_threads = torch.get_num_threads()
    torch.set_num_threads(1)  # the products are so small that threads only wait for each other
    try:
        return _Run(model, strings, automaton, config).run(every, watch)
    finally:
        torch.set_num_threads(torch_threads)


class _Run:
    """One training run."""

    def __init__(
        self,
        model: RecurrentClassifier,
        strings: Sequence[str],
        automaton: Automaton,
        config: RecurrentConfig,
    ) -> None:
        self.model, self.config = model, config
        self.random = torch.Generator().manual_seed(config.seed)
        longest = max(map(len, strings))
        self.numbers = np.full((len(strings), longest), -1)
        places = np.full((len(strings), longest), automaton.dead)
        for k, text in enumerate(strings):
            self.numbers[k, : len(text)] = [automaton.symbols.index(letter) for letter in text]
            places[k, : len(text)] = automaton.path(text)
        self.bits = one_hot_symbols(self.numbers, model.symbols)
        self.there = torch.from_numpy(self.numbers >= 0)
        self.places = torch.from_numpy(places)
        self.wanted = torch.isin(self.places, torch.tensor(sorted(automaton.accepting))) & self.there
        self.codes: Tensor | None = None
        self.table: Tensor | None = None
        if config.teacher == "codes":
            self.codes = _codes(automaton.dead + 1, model.state, self.random)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            self.decoder = nn.Linear(model.state, automaton.dead + 1)
        decoder: dict[str, Any] = {"params": self.decoder.parameters(), "lr": config.lr * _DECODER_RATE}
        latent: dict[str, Any] = {"params": model.parameters()}
        self.optimizer = torch.optim.Adam([latent, decoder])

    def run(self, every: int, watch: Callable[[int, float], None]) -> int:
        least, best = math.inf, {k: v.clone() for k, v in self.model.state_dict().items()}
        done = 0
        while done < self.config.steps:
            if self.config.teacher == "states" and self.codes is None and done % every == 0:
                self.codes = self._own_codes()
                if self.codes is not None:
                    least = math.inf  # what is wrong is measured by the codes from now on
            self._step(done)
            done += 1
            if done % every == 0 or done == self.config.steps:
                wrong = self._wrong()
                watch(done, wrong)
                if wrong < least:
                    least, best = wrong, {k: v.clone() for k, v in self.model.state_dict().items()}
                if wrong == 0:
                    break
        self.model.load_state_dict(best)
        return done

    @torch.no_grad()
    def _wrong(self) -> float:
        """Return the share of wrong steps where the codes are known, else that of wrong strings."""
        if self.codes is not None:
            symbol, state, place, wanted = self._told(self._all_steps())
            terms, found = self.model.cell(symbol, state)
            wrong = (found != self.codes[place]).any(1) | (self.model.accept(terms).squeeze(1) != wanted)
            return float(wrong.float().mean())
        different = (self.model(self.bits)[0] > 0.5) != self.wanted
        judged = _ends(self.there) if self.config.teacher == "ends" else self.there
        return float((different & judged).any(1).float().mean())

    @torch.no_grad()
    def _own_codes(self) -> Tensor | None:
        """Return what the model's bits mostly are in each state of the automaton, if they tell all apart."""
        states, places = self.model(self.bits)[1][self.there], self.places[self.there]
        codes = self.model.initial.repeat(self.decoder.out_features, 1)
        reached = sorted({0, *places.tolist()})
        for place in reached[1:]:
            found, counts = states[places == place].unique(dim=0, return_counts=True)
            codes[place] = found[counts.argmax()]
        return codes if len(set(map(tuple, codes[reached].tolist()))) == len(reached) else None

    def _step(self, done: int) -> None:
        rate = self.config.lr * 0.5 * (1 + math.cos(math.pi * done / self.config.steps))
        self.optimizer.param_groups[0]["lr"] = rate
        chosen = torch.randint(len(self.bits), (self.config.batch,), generator=self.random)
        loss = self._stepwise(chosen) if self.config.teacher in ("codes", "states") else self._through(chosen)
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        for layer in self.model.layers():
            layer.decay(rate * self.config.decay)

    def _stepwise(self, chosen: Tensor) -> Tensor:
        """Return the loss of single steps, each different one once."""
        if self.codes is None:
            with torch.no_grad():
                rows = self._rows(chosen, self.model(self.bits[chosen])[1])
        else:
            rows = self._all_steps()
        symbol, state, place, wanted = self._told(rows)
        terms, found = self.model.cell(symbol, state)
        error = (self.model.accept(terms).squeeze(1) - wanted).square()
        if self.codes is not None:
            error = error + (found - self.codes[place]).square().sum(1)
        else:
            guess = self.decoder(2 * found - 1)
            error = error + functional.cross_entropy(guess, place, reduction="none")
        # A state that few steps lead to weighs half way between its share of the steps and that of any other.
        weight = place.bincount().float().rsqrt()[place]
        loss: Tensor = (error * weight).sum() / weight.sum()
        return loss

    def _told(self, rows: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return what `_rows` put side by side: symbol, state before, place and output after."""
        *inputs, place, wanted = rows.unbind(1)
        bits = torch.stack(inputs, dim=1)
        return bits[:, : self.model.symbols], bits[:, self.model.symbols :], place.long(), wanted.long()

    def _all_steps(self) -> Tensor:
        """Return the different steps of all strings, from code to code, once the codes are known."""
        if self.table is None:
            assert self.codes is not None
            self.table = self._rows(torch.arange(len(self.bits)), self.codes[self.places])
        return self.table

    def _rows(self, chosen: Tensor, after: Tensor) -> Tensor:
        """Return the different steps of some strings: symbol, state before, place and output after."""
        before = torch.cat([self.model.initial.expand(len(after), 1, -1), after[:, :-1]], dim=1)
        labels = torch.stack([self.places[chosen], self.wanted[chosen].long()], dim=2)
        rows = torch.cat([self.bits[chosen], before, labels], dim=2)[self.there[chosen]]
        found: Tensor = rows.unique(dim=0)  # type: ignore[no-untyped-call]
        return found

    def _through(self, chosen: Tensor) -> Tensor:
        """Return the loss of what the output says, after every symbol or at the ends alone."""
        wanted, judged = self.wanted[chosen], self.there[chosen]
        if self.config.teacher == "ends":
            judged = _ends(judged)
        error = (self.model(self.bits[chosen])[0] - wanted.float()).square()[judged]
        yes = wanted[judged]
        # Half the weight is on the steps that accept, of which there are few.
        share = yes.float().mean().clamp(1e-3, 1 - 1e-3)
        loss: Tensor = (error * torch.where(yes, 0.5 / share, 0.5 / (1 - share))).mean()
        return loss


def _ends(there: Tensor) -> Tensor:
    """Return where the last symbol of each string stands."""
    return there & ~functional.pad(there[:, 1:], (0, 1))


def _codes(count: int, bits: int, random: torch.Generator) -> Tensor:
    """Return a different code for each of `count` states, float 0/1 [count, bits]; that of state 0 is 0."""
    if bits > _WIDEST or count > 1 << bits:
        raise OptionError(
            f"state must be wide enough for {count} codes and at most {_WIDEST} bits to be taught codes, "
            f"not {bits}"
        )
    numbers = torch.randperm((1 << bits) - 1, generator=random)[: count - 1] + 1
    numbers = torch.cat([numbers.new_zeros(1), numbers])
    return (numbers.unsqueeze(1) >> torch.arange(bits) & 1).float()
