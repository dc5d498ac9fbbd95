"""What a report says of a network and of the tools."""

from __future__ import annotations

import platform
from collections import Counter
from importlib import metadata
from typing import TYPE_CHECKING, Any

import nor2hdl
from nor2hdl.report import Accuracy, CircuitSize, ModelSummary, PassStep, PipelineSummary
from nor2hdl.report import Approximation as ApproximationSummary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nor2hdl.approximate import Approximation
    from nor2hdl.learn import Classifier
    from nor2hdl.minimize import Step
    from nor2hdl.pipeline import Pipeline

CONVENTION = (
    "pix[8*p +: 8] is byte p of the sample, row-major; cls is the class index, ties to the lowest; "
    "an input bit is 1 where its byte is at least the level"
)


def summarize(model: Classifier, notes: Mapping[str, Any]) -> ModelSummary:
    """Return what a report says of a network."""
    layers = []
    kept = total = 0
    for layer in model.threshold_layers():
        fan_in = layer.fan_in()
        kept += int(fan_in.sum())
        total += layer.latent.numel()
        layers.append(
            {
                "kind": type(layer).__name__,
                "inputs": layer.in_features,
                "neurons": layer.out_features,
                "fan_in": float(fan_in.float().mean()),
                "unconnected": int((fan_in == 0).sum()),
            }
        )
    votes = Counter(model.readout.votes().long().tolist())
    return ModelSummary(
        encoder=model.encoder.to_json(),
        convention=CONVENTION,
        layers=tuple(layers),
        pruned=1 - kept / total,
        votes={str(v): votes[v] for v in sorted(votes)},
        live=model.live_neurons(),
        notes=dict(notes),
    )


def summarize_step(step: Step) -> PassStep:
    """Return what a report says of a pass: all but its time, so that equal builds give equal reports."""
    return PassStep(step.name, step.before, step.after, step.kept, step.problem)


def summarize_approximation(
    approximation: Approximation, lose: int, size: CircuitSize, exact: tuple[Accuracy, ...]
) -> ApproximationSummary:
    """Return what a report says of an approximate circuit and of the exact one before it."""
    return ApproximationSummary(approximation.label, lose, approximation.finished, size, exact)


def summarize_pipeline(pipeline: Pipeline | None) -> PipelineSummary | None:
    """Return what a report says of the stages of a circuit, None where it has none."""
    if pipeline is None:
        return None
    return PipelineSummary(pipeline.latency, pipeline.flip_flops, pipeline.lut, pipeline.lut_levels)


def versions() -> dict[str, str]:
    """Return the versions of nor2hdl and of the packages that take part in a build."""
    packages = ("torch", "numpy", "amaranth", "pyosys", "safetensors")
    found = {name: metadata.version(name) for name in packages}
    return {"nor2hdl": nor2hdl.__version__, "python": platform.python_version(), **found}
