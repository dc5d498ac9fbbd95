"""Recurrent classifiers as safetensors files with JSON metadata; nothing in them is executed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nor2hdl.errors import ModelError, Nor2hdlError
from nor2hdl.learn._recurrent import RecurrentClassifier
from nor2hdl.learn._store import check_folded, check_values, read_tensors, write_tensors

if TYPE_CHECKING:
    from pathlib import Path

KIND = "recurrent"
"""Key of the description in the file, where that of a `Classifier` has ``model``."""


def save_recurrent(
    model: RecurrentClassifier, path: Path | str, *, notes: dict[str, Any] | None = None
) -> None:
    """Write a recurrent classifier to a safetensors file.

    Parameters
    ----------
    model
        The classifier.
    path
        The file to write.
    notes
        JSON values to keep with it, such as the seed and the grammar.

    Raises
    ------
    ModelError
        If the model is of another kind, or a layer carries a structure.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "model.safetensors"
    >>> save_recurrent(RecurrentClassifier(7, 8, hidden=32), path, notes={"seed": 3})
    >>> load_recurrent(path)[1]
    {'seed': 3}
    """
    meta = {KIND: describe_recurrent(model), "notes": notes or {}}
    check_folded(model)
    write_tensors(path, dict(model.state_dict()), meta)


def load_recurrent(path: Path | str) -> tuple[RecurrentClassifier, dict[str, Any]]:
    """Read a recurrent classifier and its notes.

    Parameters
    ----------
    path
        A file that `save_recurrent` wrote.

    Returns
    -------
    tuple[RecurrentClassifier, dict]
        The model and the notes.

    Raises
    ------
    ModelError
        If the file is missing, truncated, a pickle, of another version or another kind of model, its
        description or its notes are damaged, or it holds other tensors than its description asks for, or some
        that are not finite, or a first state that is no bits.
    """
    tensors, meta = read_tensors(path)
    if KIND not in meta:
        raise ModelError(f"{path} must hold a recurrent model; load_model opens a Classifier")
    try:
        settings = meta[KIND]
        model = RecurrentClassifier(settings["symbols"], settings["state"], hidden=settings["hidden"])
        model.load_state_dict(tensors)
        notes = meta["notes"]
        if not isinstance(notes, dict):
            raise ModelError(f"notes must be a JSON object, not {notes!r}")
        check_values(model)
        if ((model.initial != 0) & (model.initial != 1)).any():
            raise ModelError("tensor initial must be 0 or 1 everywhere, but is not")
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError, Nor2hdlError) as error:
        reason = str(error) if isinstance(error, Nor2hdlError) else f"{type(error).__name__}: {error}"
        raise ModelError(f"{path} must hold a whole recurrent model; train it again ({reason})") from error
    return model, notes


def describe_recurrent(model: RecurrentClassifier) -> dict[str, Any]:
    """Return a recurrent classifier's structure as JSON values.

    Parameters
    ----------
    model
        The classifier.

    Returns
    -------
    dict
        Its widths; no weights.

    Raises
    ------
    ModelError
        If the model is of another kind.

    Examples
    --------
    >>> describe_recurrent(RecurrentClassifier(7, 8, hidden=32))
    {'symbols': 7, 'state': 8, 'hidden': 32}
    """
    if not isinstance(model, RecurrentClassifier):
        raise ModelError(f"model must be a RecurrentClassifier, not {type(model).__name__}")
    return {"symbols": model.symbols, "state": model.state, "hidden": model.hidden}
