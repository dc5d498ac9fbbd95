"""A recurrent <0,1> network that learns the Reber grammar and becomes a sequential circuit, proved exact.

After "Properties of Hidden Structures of Sparse Neural Networks" (arXiv 2107.12917), where recurrent networks
learn to tell strings of the Reber grammar from others. Here the cell is two layers of NOR neurons with 0/1
weights, and its state is bits from the first step of training on, so that it compiles to gates and registers.

How much a training string tells is the teacher: ``codes`` gives the state's bits after each symbol (a random
code of each state of the automaton); ``states`` gives the automaton's state, and the network chooses the
bits; ``prefixes`` says after each symbol whether the string may end there; ``ends`` says so at the last
symbol alone. The first two are told what the automaton does; the last two are what a network would have to
learn from without it.

After each round of training the network is compiled, and its language compared with the automaton's, exactly.
With the first two teachers the shortest string on which they differ joins the training strings of the next
round. The circuit of the last round is minimized, written as Verilog, read back and proved, and run in a
Verilog simulator on held-out strings, one symbol a clock cycle, with gaps.
"""

from __future__ import annotations

from typing import Any

import common
import numpy as np

from nor2hdl.data import encode_strings, reber_automaton, reber_set
from nor2hdl.extract import extract_automaton, extract_machine
from nor2hdl.fpga import PARTS, component_design, synthesize
from nor2hdl.hdl import MachineComponent, write_machine_verilog
from nor2hdl.learn import RecurrentClassifier, RecurrentConfig, save_recurrent, train_recurrent
from nor2hdl.minimize import minimize, minimize_machine
from nor2hdl.netlist import Machine, write_machine
from nor2hdl.simulate import get_engine, play_machine
from nor2hdl.verify import check_machine_verilog, prove, same_language

# A code that is given may be short; one that the network finds for itself needs room.
PLAIN = {
    "state": {"codes": 5, "states": 8, "prefixes": 8, "ends": 8},
    "hidden": 192,
    "train": 800,
    "length": 18,
}
EMBEDDED = {"state": {"codes": 6, "states": 12}, "hidden": 512, "train": 3000, "length": 24}
SIZES = {
    "toy": {
        "runs": {"codes": 1, "ends": 1},
        "embedded": {},
        "plain": PLAIN,
        "wide": EMBEDDED,
        "steps": {"codes": 3000, "states": 100, "prefixes": 30, "ends": 30},
        "held": 200,
        "played": 100,
        "programs": ["icarus"],
    },
    "quick": {
        "runs": {"codes": 5, "states": 5, "prefixes": 3, "ends": 3},
        "embedded": {"codes": 3},
        "plain": PLAIN,
        "wide": EMBEDDED,
        "steps": {"codes": 30000, "states": 10000, "prefixes": 1500, "ends": 1500},
        "held": 4000,
        "played": 2000,
        "programs": ["icarus"],
    },
    "full": {
        "runs": {"codes": 20, "states": 20, "prefixes": 10, "ends": 10},
        "embedded": {"codes": 10, "states": 10},
        "plain": PLAIN | {"train": 4000, "length": 30},
        "wide": EMBEDDED | {"train": 4000, "length": 30},
        "steps": {"codes": 60000, "states": 60000, "prefixes": 20000, "ends": 20000},
        "held": 20000,
        "played": 5000,
        "programs": ["icarus", "verilator"],
    },
}
TAUGHT = ("codes", "states")
PART = PARTS["hx1k-tq144"]
HELD_SEED = 10**6


def jobs(settings: dict[str, Any]) -> list[common.Key]:
    """Return the circuits made by hand, and one key for each grammar, teacher and seed."""
    keys: list[common.Key] = []
    for grammar, counts in (("plain", settings["runs"]), ("embedded", settings["embedded"])):
        if counts:
            keys.append({"grammar": grammar, "teacher": "by hand", "seed": 0})
        keys += [
            {"grammar": grammar, "teacher": teacher, "seed": seed}
            for teacher, count in counts.items()
            for seed in range(count)
        ]
    return keys


def run(key: common.Key, settings: dict[str, Any]) -> dict[str, Any]:
    """Train, prove, compile and simulate one network; or compile the automaton by hand."""
    embedded = key["grammar"] == "embedded"
    automaton = reber_automaton(embedded=embedded)
    if key["teacher"] == "by hand":
        machine = extract_automaton(automaton)
        return _compiled(machine, key, settings, [])
    shape = settings["wide" if embedded else "plain"]
    strings, _ = reber_set(
        shape["train"], seed=key["seed"], negatives="mixed", embedded=embedded, max_length=shape["length"]
    )
    model = RecurrentClassifier(
        len(automaton.symbols), shape["state"][key["teacher"]], hidden=shape["hidden"], seed=key["seed"]
    )
    budget = settings["steps"][key["teacher"]]
    steps, rounds = 0, 0
    counterexamples: list[str] = []
    while steps < budget:
        config = RecurrentConfig(teacher=key["teacher"], steps=budget - steps, seed=key["seed"])
        steps += train_recurrent(model, strings + counterexamples, automaton, config)
        rounds += 1
        verdict = same_language(extract_machine(model), automaton)
        if verdict.same or key["teacher"] not in TAUGHT:
            break
        counterexamples.append("".join(automaton.symbols[k] for k in verdict.counterexample or ()))
    machine = extract_machine(model)
    learned = {"steps": steps, "rounds": rounds, "counterexamples": counterexamples}
    return learned | _compiled(machine, key, settings, strings + counterexamples, model)


def _compiled(
    machine: Machine,
    key: common.Key,
    settings: dict[str, Any],
    seen: list[str],
    model: RecurrentClassifier | None = None,
) -> dict[str, Any]:
    """Return how good a machine is on strings that are new to it, what it costs, and what is proved."""
    embedded = key["grammar"] == "embedded"
    automaton = reber_automaton(embedded=embedded)
    drawn, labels = reber_set(settings["held"], seed=HELD_SEED, embedded=embedded)
    known = set(seen)
    new = np.array([text not in known for text in drawn])
    held, labels = [text for text, kept in zip(drawn, new, strict=True) if kept], labels[new]
    numbers = encode_strings(held)
    fast = get_engine("fast").run
    step = minimize(machine.step)
    small = minimize_machine(machine)
    folder = common.build_folder(key)
    if model is not None:
        save_recurrent(model, folder / "model.safetensors", notes=dict(key))
    write_machine(machine, folder / "machine.nor")
    write_machine(small, folder / "minimized.nor")
    write_machine_verilog(small, folder / "top.v")
    verdict = same_language(machine, automaton)
    played = numbers[: settings["played"]]
    cells = synthesize(component_design(MachineComponent(small)), PART, timeout=600)
    return {
        "accuracy": float((machine.accepts(numbers, fast) == labels).mean()),
        "held": len(held),
        "longest": int(numbers.shape[1]),
        "exact": verdict.same,
        "counterexample": "".join(automaton.symbols[k] for k in verdict.counterexample or ()),
        "states": len(machine.reachable()),
        "extracted": _size(machine),
        "combinational": _size(Machine(step, machine.initial)),
        "sequential": _size(small),
        "luts": cells.luts,
        "flip_flops": cells.flip_flops,
        "proofs": {
            "step": prove(machine.step, step).status,
            "machine": "equal" if same_language(small, machine).same else "different",
            "verilog": check_machine_verilog(folder / "top.v", small).status,
        },
        "unlike_the_model": 0
        if model is None
        else int((machine.run(numbers, fast) != model.predict(numbers)).sum()),
        "symbols_played": int((played >= 0).sum()),
        "wrong": {
            program: int(
                (play_machine(folder / "top.v", played, width=7, program=program) != small.run(played)).sum()
            )
            for program in settings["programs"]
        },
    }


def _size(machine: Machine) -> dict[str, int]:
    return {
        "registers": machine.num_registers,
        "gates": machine.step.num_gates,
        "pins": machine.step.num_pins,
        "levels": machine.step.depth(),
    }


def tables(study: common.Study) -> str:
    """Return what each teacher came to, what the circuits cost, and what was proved, as markdown."""
    kinds = sorted({(r["key"]["grammar"], r["key"]["teacher"]) for r in study["runs"]}, key=_order)
    learned, sizes = [], []
    for grammar, teacher in kinds:
        found = common.select(study, grammar=grammar, teacher=teacher)
        exact = [r for r in found if r["exact"]]
        if teacher != "by hand":
            worst = min(r["accuracy"] for r in found)
            learned.append(
                (
                    grammar,
                    teacher,
                    f"{len(exact)} of {len(found)}",
                    common.mean_sd(r["accuracy"] for r in found),
                    f"{100 * worst:.2f}",
                    common.mean_sd(study["settings"]["held"] // 2 / r["held"] for r in found),
                    common.mean_sd((r["steps"] for r in found), scale=1, digits=0),
                    common.mean_sd((r["rounds"] for r in found), scale=1, digits=1),
                )
            )
        for r in exact[:1] if teacher == "by hand" else exact:
            before, small = r["extracted"], r["sequential"]
            sizes.append(
                (
                    grammar,
                    teacher,
                    r["states"],
                    f"{before['registers']} / {before['gates']} / {before['pins']}",
                    f"{r['combinational']['gates']} / {r['combinational']['pins']}",
                    f"{small['registers']} / {small['gates']} / {small['pins']}",
                    r["luts"],
                    r["flip_flops"],
                )
            )
    head = ["grammar", "teacher", "exact", "held-out %", "worst %", "no to all %", "steps", "rounds"]
    cost = [
        "grammar",
        "teacher",
        "states reached",
        "extracted: registers / gates / pins",
        "step minimized: gates / pins",
        "machine minimized: registers / gates / pins",
        f"LUT4 ({PART.name})",
        "flip-flops",
    ]
    return "\n".join(
        [_setting(study), common.table(head, learned), common.table(cost, sizes), _verdict(study)]
    )


def _setting(study: common.Study) -> str:
    s = study["settings"]
    steps = ", ".join(f"{count:,} ({teacher})" for teacher, count in s["steps"].items())
    longest = max(r["result"]["longest"] for r in study["runs"])
    return (
        f"Training strings have up to {s['plain']['length']} letters (embedded: {s['wide']['length']}), and "
        "of those outside the language some are near misses and some random; held-out strings have up to "
        f"{longest}, none was trained on, and all that are outside are near misses. *No to all*: what a "
        f"network that accepts nothing would get, at most. Steps a run may take: {steps}.\n"
    )


def _order(kind: tuple[str, str]) -> tuple[bool, int]:
    grammar, teacher = kind
    return grammar == "embedded", ("by hand", "codes", "states", "prefixes", "ends").index(teacher)


def _verdict(study: common.Study) -> str:
    results = [r["result"] for r in study["runs"]]
    wrong = sum(sum(r["wrong"].values()) for r in results)
    played = sum(r["symbols_played"] * len(r["wrong"]) for r in results)
    proofs = [status for r in results for status in r["proofs"].values()]
    taught = [r["result"] for r in study["runs"] if r["key"]["teacher"] in TAUGHT]
    alone = [r["result"] for r in study["runs"] if r["key"]["teacher"] in ("prefixes", "ends")]
    holds = any(
        r["exact"] and set(r["proofs"].values()) == {"equal"} and not any(r["wrong"].values()) for r in taught
    )
    return (
        "A recurrent <0,1> network that accepts exactly the language of its Reber grammar, as Verilog too: "
        f"{'yes' if holds else 'no'} "
        f"({sum(r['exact'] for r in taught)} of {len(taught)} told the automaton's states, "
        f"{sum(r['exact'] for r in alone)} of {len(alone)} told no state). Of {len(proofs)} proofs (step, "
        f"machine, Verilog) {proofs.count('equal')} say equal. In Verilog simulators {wrong} of {played:,} "
        "symbols were answered otherwise than by the machine, and the machines answered "
        f"{sum(r['unlike_the_model'] for r in results)} symbols otherwise than the networks.\n"
    )


if __name__ == "__main__":
    common.main(__file__, SIZES, jobs, run)
