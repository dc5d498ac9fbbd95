"""The report of a build, from all that was made on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from nor2hdl.flow import _checks as checks
from nor2hdl.flow._folder import file_sums
from nor2hdl.flow._summary import (
    summarize,
    summarize_approximation,
    summarize_pipeline,
    summarize_step,
    versions,
)
from nor2hdl.report import CircuitSize, Mapped, Report, part_sizes, total_size

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nor2hdl.approximate import Approximation
    from nor2hdl.data import Dataset
    from nor2hdl.flow._settings import Settings
    from nor2hdl.learn import Classifier
    from nor2hdl.minimize import Step
    from nor2hdl.netlist import Netlist
    from nor2hdl.pipeline import Pipeline
    from nor2hdl.verify import Verdict


class Circuits(NamedTuple):
    """The netlists on the way, and what is known of them."""

    extracted: Netlist
    minimized: Netlist
    approximation: Approximation | None
    pipeline: Pipeline | None
    steps: list[Step]
    verdicts: dict[str, Verdict]

    @property
    def emitted(self) -> Netlist:
        """The circuit in the Verilog file."""
        return self.minimized if self.approximation is None else self.approximation.net


def make_report(
    model: Classifier,
    dataset: Dataset,
    circuits: Circuits,
    settings: Settings,
    notes: Mapping[str, Any],
    mapped: Mapped | None,
    folder: Path,
) -> Report:
    """Return the report of a build whose circuits are written to `folder`."""
    claims = [checks.claim(name, verdict) for name, verdict in circuits.verdicts.items()]
    approximation = None
    if circuits.approximation is not None:
        exact = checks.accuracy(circuits.minimized, dataset)
        size = circuit_size(circuits.approximation.net)
        approximation = summarize_approximation(circuits.approximation, settings.lose or 0, size, exact)
        claims.insert(2, checks.approximate_claim(circuits.approximation.label))
    return Report(
        versions=versions(),
        dataset={
            "name": dataset.name,
            "checksum": dataset.checksum,
            "samples": {s: len(dataset.split(s)[1]) for s in ("train", "val", "test")},
        },
        model=summarize(model, notes),
        extracted=circuit_size(circuits.extracted),
        minimized=circuit_size(circuits.minimized),
        objective=settings.objective,
        steps=tuple(map(summarize_step, circuits.steps)),
        approximation=approximation,
        pipeline=summarize_pipeline(circuits.pipeline),
        mapped=mapped,
        accuracy=checks.accuracy(circuits.emitted, dataset),
        claims=tuple(claims),
        files=file_sums(folder),
    )


def circuit_size(net: Netlist) -> CircuitSize:
    return CircuitSize(total_size(net), part_sizes(net), net.depth())
