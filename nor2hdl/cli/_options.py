"""The arguments and options that several verbs take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[str, typer.Argument(help="mnist, fashion-mnist, digits, or a path to .npz or .csv")]
DataOption = Annotated[str | None, typer.Option("--data", help="Data set; default: the one trained on.")]
Output = Annotated[Path, typer.Option("--output", "-o", help="Build folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier build in the folder.")]
Timeout = Annotated[float, typer.Option(help="Limit of each long step, in seconds.", min=0.001, max=1e9)]
RouteTimeout = Annotated[
    float, typer.Option("--timeout", help="Limit of each program, in seconds.", min=0.001, max=1e9)
]
PlacerSeed = Annotated[
    int, typer.Option("--seed", help="Where the placer's random numbers begin.", min=0, max=2**31 - 1)
]
RecipeOption = Annotated[str, typer.Option("--recipe", help="small or accurate: where settings start from.")]
Hidden = Annotated[list[int] | None, typer.Option(help="Width of a layer; repeat for several layers.")]
Levels = Annotated[list[int] | None, typer.Option("--level", help="Input threshold 1..255; repeat for more.")]
Votes = Annotated[str | None, typer.Option(help="plain or powers (learned signed powers of two).")]
Tau = Annotated[float | None, typer.Option(help="Temperature of the readout.")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the training set.")]
Decay = Annotated[float | None, typer.Option(help="Self-pruning, per unit of learning rate.")]
LearnerOption = Annotated[
    str | None,
    typer.Option(
        "--learner",
        help="How connections are found: decay, binary-connect, top-k, edge-popup, "
        "switch-connections, switch-neurons, magnitude or random-graph.",
    ),
]
Keep = Annotated[float | None, typer.Option(help="Share of the weights to keep, for learners with a budget.")]
LearningRate = Annotated[float | None, typer.Option("--lr", help="Adam's learning rate at the start.")]
Seed = Annotated[int, typer.Option(help="Seed of start, order and shifts.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
Circuit = Annotated[Path, typer.Argument(help="A circuit (.nor, .aig, .aag, .blif), or a build folder.")]
Target = Annotated[
    Path, typer.Option("--output", "-o", help="Where to write: .nor, .aig, .aag, .blif, .v or .c.")
]
Objective = Annotated[str, typer.Option(help="What to make small: gates, nand2, nor2, lut4, lut6 or levels.")]
Passes = Annotated[str | None, typer.Option(help="Passes and engines in order, with commas between them.")]
Lose = Annotated[
    int | None,
    typer.Option(help="Approximate: validation samples that the circuit may lose for size.", min=0),
]
Stages = Annotated[
    int | None, typer.Option("--pipeline", help="Cut the Verilog into this many clocked stages.", min=1)
]
MaxLevels = Annotated[
    int | None, typer.Option(help="Cut it into stages of at most so many lookup tables on a path.", min=1)
]
