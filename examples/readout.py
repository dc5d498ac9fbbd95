"""Size and levels of the readout alone, neurons in and class out, against two plain ways to build it.

Run it: ``python examples/readout.py [MODEL.safetensors]``; ``--quick`` takes small shapes. The shapes are
10 x 100 and 10 x 342 plain votes and signed votes of 1, 2 and 4: those of the model, or random ones.

ripple
    Each vote is added to a running sum, carry by carry; the best class so far meets the next.
yosys +
    Verilog with ``offset + x[0] + x[1] - (x[2] << 1) ...`` for each class, and ``>``, left to yosys.

All go through the mapping script of `nor2hdl.report.map_circuit`, and agree with the votes on random samples.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import numpy as np
import torch

from nor2hdl.extract import readout_gates
from nor2hdl.hdl import to_verilog
from nor2hdl.learn import VoteReadout, load_model
from nor2hdl.netlist import FALSE, Builder, Netlist
from nor2hdl.netlist.arith import Target, argmax, mux, nor
from nor2hdl.report import map_verilog
from nor2hdl.simulate import get_engine
from nor2hdl.verify import read_verilog

Votes = list[list[int]]
"""The votes of each class."""


def ours(votes: Votes, target: Target) -> Netlist:
    """Build the readout as `nor2hdl.extract.extract` does."""
    readout = VoteReadout(len(votes) * len(votes[0]), len(votes))
    readout.latent.data = torch.tensor(votes, dtype=torch.float32).flatten()
    b = Builder()
    sums = readout_gates(readout, b, b.input("x", readout.in_features), target=target)
    b.output("cls", argmax(b, sums, target=target))
    return b.freeze()


def ripple(votes: Votes) -> Netlist:
    """Add vote by vote, compare class by class."""
    b = Builder()
    nets = iter(b.input("x", sum(map(len, votes))))
    offset = lowest(votes)
    sums = [running_sum(b, [(next(nets), v) for v in row], offset) for row in votes]
    width = max(map(len, sums))
    best, *others = [[*bits, *[FALSE] * (width - len(bits))] for bits in sums]
    index = [FALSE] * (len(votes) - 1).bit_length()
    for i, bits in enumerate(others, 1):
        wins = FALSE
        for p, q in zip(bits, best, strict=True):
            above, below = nor(b, nor(b, p), q), nor(b, nor(b, q), p)
            wins = nor(b, below, nor(b, above, wins))
        best = [mux(b, wins, q, p) for p, q in zip(bits, best, strict=True)]
        index = [mux(b, wins, old, b.nor() if i >> k & 1 else FALSE) for k, old in enumerate(index)]
    b.output("cls", index)
    return b.freeze()


def running_sum(b: Builder, voters: list[tuple[int, int]], offset: int) -> list[int]:
    """Add the votes one after the other; negative ones enter inverted."""
    largest = offset + sum(v for _, v in voters if v < 0)
    bits = [b.nor() if largest >> k & 1 else FALSE for k in range(largest.bit_length())]
    for net, vote in voters:
        if vote:
            largest += abs(vote)
            bits += [FALSE] * (largest.bit_length() - len(bits))
            carry = net if vote > 0 else nor(b, net)
            for k in range(abs(vote).bit_length() - 1, len(bits)):
                both = nor(b, nor(b, bits[k]), nor(b, carry))
                bits[k], carry = nor(b, nor(b, bits[k], carry), both), both
    return bits


def verilog(votes: Votes) -> str:
    """Write the readout with the operators of Verilog."""
    offset = lowest(votes)
    width = (offset + max(sum(v for v in row if v > 0) for row in votes)).bit_length()
    inputs, bits = sum(map(len, votes)), (len(votes) - 1).bit_length()
    lines = [f"module top(input [{inputs - 1}:0] x, output [{bits - 1}:0] cls);"]
    number = 0
    for c, row in enumerate(votes):
        terms = []
        for i, vote in enumerate(row, number):
            if vote:
                term = f"x[{i}]" if abs(vote) == 1 else f"(x[{i}] << {abs(vote).bit_length() - 1})"
                terms.append(f" {'-' if vote < 0 else '+'} {term}")
        number += len(row)
        lines.append(f"  wire [{width - 1}:0] s{c} = {width}'d{offset}{''.join(terms)};")
    lines += [f"  wire [{width - 1}:0] m0 = s0;", f"  wire [{bits - 1}:0] i0 = 0;"]
    for c in range(1, len(votes)):
        lines.append(f"  wire w{c} = s{c} > m{c - 1};")
        lines.append(f"  wire [{width - 1}:0] m{c} = w{c} ? s{c} : m{c - 1};")
        lines.append(f"  wire [{bits - 1}:0] i{c} = w{c} ? {c} : i{c - 1};")
    return "\n".join([*lines, f"  assign cls = i{len(votes) - 1};", "endmodule", ""])


def lowest(votes: Votes) -> int:
    """Return the offset that makes no sum negative."""
    return max(-sum(v for v in row if v < 0) for row in votes)


def check(votes: Votes, name: str, net: Netlist) -> None:
    """Compare a circuit with the votes on random samples; a class in five is made likely at a time."""
    random = np.random.default_rng(0)
    samples = random.random((500, sum(map(len, votes)))) < random.random((500, 1))
    parts = np.split(samples, np.cumsum([len(row) for row in votes])[:-1], axis=1)
    scores = np.stack([part @ np.array(row) for part, row in zip(parts, votes, strict=True)], 1)
    got = get_engine("fast").run(net, samples) @ (1 << np.arange(net.num_outputs))
    if (got != scores.argmax(1)).any():
        raise SystemExit(f"{name} does not compute the class")


def trained(path: Path) -> Votes:
    """Return the votes of a model, 0 for neurons without connections."""
    model, _ = load_model(path)
    votes = model.readout.votes().detach().long()
    votes[model.layers[-1].fan_in().cpu() == 0] = 0
    result: Votes = votes.view(model.readout.classes, -1).tolist()
    return result


def circuits(votes: Votes) -> dict[str, Callable[[], str]]:
    """Return what writes each circuit as Verilog, checked."""

    def written(name: str, net: Netlist) -> str:
        check(votes, name, net)
        return to_verilog(net)

    def plus() -> str:
        text = verilog(votes)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "top.v"
            path.write_text(text)
            check(votes, "yosys +", read_verilog(path, ripple(votes)))
        return text

    jobs: dict[str, Callable[[], str]] = {"ripple": lambda: written("ripple", ripple(votes)), "yosys +": plus}
    for target in get_args(Target):
        name = f"nor2hdl, {target}"
        jobs[name] = lambda name=name, target=target: written(name, ours(votes, target))
    return jobs


def main() -> None:
    """Print a row for each shape and circuit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?", help="model file whose votes to take")
    parser.add_argument("--quick", action="store_true", help="take small shapes")
    arguments = parser.parse_args()
    classes, lengths = (4, [12]) if arguments.quick else (10, [100, 342])
    signed = np.random.default_rng(0).choice([-4, -2, -1, 1, 2, 4], (classes, lengths[0])).tolist()
    shapes = {f"{classes} x {n}": [[1] * n for _ in range(classes)] for n in lengths}
    shapes["signed"] = trained(arguments.model) if arguments.model else signed
    print(f"{'votes':10}{'circuit':18}{'NAND2 + INV':>12}{'levels':>8}{'LUT6':>8}{'levels':>8}")
    with ThreadPoolExecutor() as pool:
        rows = [
            (shape, name, pool.submit(lambda job: map_verilog(job()), job))
            for shape, votes in shapes.items()
            for name, job in circuits(votes).items()
        ]
        for shape, name, mapped in rows:
            size = mapped.result()
            nand = size.nand2 + size.nand2_inverters
            figures = f"{nand:>12,}{size.nand2_levels:>8}{size.lut6:>8,}{size.lut6_levels:>8}"
            print(f"{shape:10}{name:18}{figures}", flush=True)


if __name__ == "__main__":
    main()
