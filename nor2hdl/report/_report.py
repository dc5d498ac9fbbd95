"""The report of a build: frozen values, JSON, and tables for a terminal."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nor2hdl.errors import DataError
from nor2hdl.files import write_text
from nor2hdl.report._size import Mapped, Size
from nor2hdl.report._tables import report_tables, tables_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

SCHEMA = 3


@dataclass(frozen=True, slots=True)
class CircuitSize:
    """A netlist in figures: its total, its parts, and the levels of its longest path."""

    total: Size
    parts: Mapping[str, Size]
    levels: int


@dataclass(frozen=True, slots=True)
class PassStep:
    """What one pass or engine of the minimization did.

    Attributes
    ----------
    name
        Name of the pass or engine.
    before, after
        Cost by the objective, before and after it.
    kept
        Whether its result was followed.
    problem
        Why it did not finish, or was not begun; empty if it did.
    """

    name: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    kept: bool
    problem: str


@dataclass(frozen=True, slots=True)
class Approximation:
    """What was given up for a smaller circuit: it is *not* equivalent to the minimized one.

    Attributes
    ----------
    label
        ``"approximate: care set = N samples"``.
    lose
        Validation samples that the user was ready to lose.
    finished
        Whether the search came to its end; if not, its best circuit so far was taken.
    size
        The approximate circuit.
    exact_accuracy
        Accuracy of the minimized circuit, before the approximation; one entry a split.
    """

    label: str
    lose: int
    finished: bool
    size: CircuitSize
    exact_accuracy: tuple[Accuracy, ...]


@dataclass(frozen=True, slots=True)
class PipelineSummary:
    """How a circuit was cut into stages.

    Attributes
    ----------
    latency
        Clocks from a sample to its class, which is the number of stages; a sample may enter at every clock.
    flip_flops
        Registers of data, one bit each; one more a stage says whether it holds a sample.
    lut_inputs
        Inputs of the lookup tables that depth was counted in.
    lut_levels
        Lookup tables on the longest path of each stage.
    """

    latency: int
    flip_flops: int
    lut_inputs: int
    lut_levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that was proved or checked about the build.

    Attributes
    ----------
    claim
        What is said to be equal, such as ``"extracted = minimized"``.
    status
        ``"equal"``, ``"different"`` or ``"unknown"``; ``"approximate"`` where a difference was asked for.
    kind
        ``"proof"``, which holds for all inputs, or ``"samples"``, which holds on those that `method` names.
    method
        How, such as ``"abc"`` or ``"all 10000 samples"``.
    """

    claim: str
    status: str
    kind: str
    method: str

    @property
    def verdict(self) -> str:
        """The verdict in words: what is unknown never looks as if it were proved."""
        if self.status != "equal":
            return self.status
        return "proved equal" if self.kind == "proof" else "equal on samples"


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """What the report says of the network.

    Attributes
    ----------
    encoder
        The input encoder as JSON values.
    convention
        How samples and classes lie on the ports, in words.
    layers
        One entry a layer: kind, inputs, neurons, mean fan-in, neurons without connections.
    pruned
        Share of all weights that are 0, 0 to 1.
    votes
        Number of neurons of the last layer for each vote value, as text.
    live
        Neurons of the last layer with a vote and a connection.
    notes
        What was stored with the model: seed, training settings, history's last epoch.
    """

    encoder: Mapping[str, Any]
    convention: str
    layers: tuple[Mapping[str, Any], ...]
    pruned: float
    votes: Mapping[str, int]
    live: int
    notes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Accuracy of a circuit on one split.

    Attributes
    ----------
    split
        ``"val"`` or ``"test"``.
    correct, total
        Samples classified rightly, and all samples.
    confusion
        Rows: true class; columns: predicted class.
    """

    split: str
    correct: int
    total: int
    confusion: tuple[tuple[int, ...], ...]

    @property
    def share(self) -> float:
        """Accuracy from 0 to 1."""
        return self.correct / self.total


@dataclass(frozen=True, slots=True)
class Report:
    """All that a build is known to be; the same build gives the same report.

    Attributes
    ----------
    versions
        Version of nor2hdl and of the tools that took part.
    dataset
        Name, checksum and number of samples of each split.
    model
        The network.
    extracted, minimized
        The netlist before and after minimization.
    objective
        What was minimized.
    steps
        What each pass did.
    approximation
        The approximate circuit that was emitted in place of the minimized one, None for an exact build.
    pipeline
        The stages that the Verilog has, None where it is combinational.
    mapped
        The emitted circuit, without registers, mapped to gates and LUTs, None if that was not asked for.
    accuracy
        Of the emitted circuit, one entry a split.
    claims
        What was proved or checked.
    files
        SHA-256 of the model and of the circuits, by file name.
    schema
        Version of the JSON form.

    Examples
    --------
    See `nor2hdl.flow.compile_model`, which makes one.
    """

    versions: Mapping[str, str]
    dataset: Mapping[str, Any]
    model: ModelSummary
    extracted: CircuitSize
    minimized: CircuitSize
    objective: str
    steps: tuple[PassStep, ...]
    approximation: Approximation | None
    pipeline: PipelineSummary | None
    mapped: Mapped | None
    accuracy: tuple[Accuracy, ...]
    claims: tuple[Claim, ...]
    files: Mapping[str, str]
    schema: int = SCHEMA

    @property
    def emitted(self) -> CircuitSize:
        """The circuit in the Verilog file."""
        return self.minimized if self.approximation is None else self.approximation.size

    @property
    def problems(self) -> list[str]:
        """Why passes, engines or the approximation did not finish, or were not begun."""
        found = [step.problem for step in self.steps if step.problem]
        if self.approximation is not None and not self.approximation.finished:
            found.append("the approximation ran out of time; its best circuit so far was taken")
        return found

    def to_json(self) -> str:
        """Return the report as JSON text."""
        return json.dumps(dataclasses.asdict(self), indent=1) + "\n"

    def tables(self) -> list[Table]:
        """Return the report as tables for a terminal."""
        return report_tables(self)

    def _repr_html_(self) -> str:
        return tables_html(self.tables())


def write_report(report: Report, path: Path | str) -> None:
    """Write a report as JSON, in one step; `OutputError` if that fails."""
    write_text(path, report.to_json())


def read_report(path: Path | str) -> Report:
    """Read a report that `write_report` wrote.

    Raises
    ------
    DataError
        If the file is missing, no report, or of another schema version.
    """
    path = Path(path)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        if raw["schema"] != SCHEMA:
            raise DataError(
                f"{path} must be of schema {SCHEMA}, not {raw['schema']!r}; compile the model again"
            )
        return _parse(raw)
    except OSError as error:
        raise DataError(f"cannot read report {path}: {error.strerror}; compile the model first") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DataError(f"{path} must be a report of nor2hdl; compile the model again ({error!r})") from error


def _parse(raw: dict[str, Any]) -> Report:
    def circuit(x: dict[str, Any]) -> CircuitSize:
        parts = {name: Size(**size) for name, size in x["parts"].items()}
        return CircuitSize(Size(**x["total"]), parts, x["levels"])

    def accuracy(entries: list[dict[str, Any]]) -> tuple[Accuracy, ...]:
        return tuple(
            Accuracy(a["split"], a["correct"], a["total"], tuple(tuple(row) for row in a["confusion"]))
            for a in entries
        )

    def approximation(x: dict[str, Any]) -> Approximation:
        size, exact = circuit(x["size"]), accuracy(x["exact_accuracy"])
        return Approximation(**x | {"size": size, "exact_accuracy": exact})

    def pipeline(x: dict[str, Any]) -> PipelineSummary:
        return PipelineSummary(**x | {"lut_levels": tuple(x["lut_levels"])})

    def pass_step(x: dict[str, Any]) -> PassStep:
        return PassStep(**x | {"before": tuple(x["before"]), "after": tuple(x["after"])})

    model = raw["model"] | {"layers": tuple(raw["model"]["layers"])}
    return Report(
        versions=raw["versions"],
        dataset=raw["dataset"],
        model=ModelSummary(**model),
        extracted=circuit(raw["extracted"]),
        minimized=circuit(raw["minimized"]),
        objective=raw["objective"],
        steps=tuple(pass_step(x) for x in raw["steps"]),
        approximation=None if raw["approximation"] is None else approximation(raw["approximation"]),
        pipeline=None if raw["pipeline"] is None else pipeline(raw["pipeline"]),
        mapped=None if raw["mapped"] is None else Mapped(**raw["mapped"]),
        accuracy=accuracy(raw["accuracy"]),
        claims=tuple(Claim(**c) for c in raw["claims"]),
        files=raw["files"],
    )
