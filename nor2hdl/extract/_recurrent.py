"""Turn recurrent networks, and automata themselves, into sequential circuits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nor2hdl.errors import ExtractError
from nor2hdl.extract._layers import layer_gates
from nor2hdl.learn import RecurrentClassifier
from nor2hdl.netlist import Builder, Machine
from nor2hdl.netlist.arith import nor

if TYPE_CHECKING:
    from nor2hdl.data import Automaton


def extract_machine(model: RecurrentClassifier) -> Machine:
    """Return a recurrent classifier as a sequential circuit, every gate with its provenance.

    Gates are labeled ``terms/neuron17``, ``terms/complements``, ``next/neuron3`` and ``accept/neuron0``.

    Parameters
    ----------
    model
        The classifier.

    Returns
    -------
    Machine
        With a register for each bit of the state.

    Raises
    ------
    ExtractError
        If the model is of another kind, or a layer is of a kind that has no gates.

    Examples
    --------
    >>> machine = extract_machine(RecurrentClassifier(7, 8, hidden=32))
    >>> machine.step.inputs, sum(machine.initial)
    ((Port(name='symbol', width=7), Port(name='state', width=8)), 0)
    """
    if not isinstance(model, RecurrentClassifier):
        raise ExtractError(
            f"model must be a RecurrentClassifier to become a machine, not {type(model).__name__}; extract "
            "makes a netlist of a Classifier"
        )
    b = Builder()
    nets = [*b.input("symbol", model.symbols), *b.input("state", model.state)]
    terms = layer_gates(model.cell.terms, b, nets, "terms")
    after = layer_gates(model.cell.next, b, terms, "next")
    accept = layer_gates(model.accept, b, terms, "accept")
    b.output("state_next", after)
    b.output("accept", accept)
    return Machine(b.freeze(), tuple(bit > 0.5 for bit in model.initial.tolist()))


def extract_automaton(automaton: Automaton) -> Machine:
    """Return an automaton as a sequential circuit by hand: one register a state, one of them set.

    What a trained machine is measured against. No register is set once the language was left.

    Parameters
    ----------
    automaton
        The automaton.

    Returns
    -------
    Machine
        Its language, but for the empty string, is that of the automaton.

    Examples
    --------
    >>> from nor2hdl.data import reber_automaton
    >>> extract_automaton(reber_automaton()).num_registers
    8
    """
    b = Builder()
    symbol = b.input("symbol", len(automaton.symbols))
    state = b.input("state", len(automaton.moves))
    with b.tagged("moves"):
        off = [b.nor(net) for net in (*symbol, *state)]
        not_symbol, not_state = off[: len(symbol)], off[len(symbol) :]
        into: list[list[int]] = [[] for _ in state]
        for source, moves in enumerate(automaton.moves):
            for letter, target in moves.items():
                place = automaton.symbols.index(letter)
                into[target].append(b.nor(not_state[source], not_symbol[place]))
        none = [nor(b, *terms) for terms in into]
        after = [nor(b, net) for net in none]
    with b.tagged("accept"):
        accept = nor(b, nor(b, *(after[k] for k in sorted(automaton.accepting))))
    b.output("state_next", after)
    b.output("accept", [accept])
    return Machine(b.freeze(), tuple(k == 0 for k in range(len(state))))
