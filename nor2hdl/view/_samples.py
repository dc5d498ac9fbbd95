"""Samples as pictures, where their shape says that they are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nor2hdl.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nor2hdl.data import Dataset
    from nor2hdl.learn import Classifier

    Value = TypeVar("Value", bound=np.generic)


def check_fit(model: Classifier, dataset: Dataset) -> None:
    """Raise `ModelError` unless a model has the features and the classes of a data set."""
    features, classes = dataset.x_test.shape[1], len(dataset.classes)
    if (model.features, model.readout.classes) != (features, classes):
        raise ModelError(
            f"model must take {features} features to {classes} classes for {dataset.name}, not "
            f"{model.features} to {model.readout.classes}"
        )


def as_pictures(rows: NDArray[Value], shape: Sequence[int]) -> NDArray[Value] | None:
    """Return rows of features as pictures; None where samples of this shape are none.

    Parameters
    ----------
    rows : [n, features]
        One value for each feature.
    shape
        Shape of a sample: (height, width), or with 1 or 3 channels last or first.

    Returns
    -------
    [n, height, width, channels] or None
        The same values.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.zeros((5, 12), np.uint8)
    >>> [as_pictures(rows, shape).shape for shape in ((3, 4), (2, 2, 3), (3, 2, 2))]
    [(5, 3, 4, 1), (5, 2, 2, 3), (5, 2, 2, 3)]
    >>> as_pictures(rows, (12,)) is None
    True
    """
    match tuple(shape):
        case (height, width) if height > 1 and width > 1:
            return rows.reshape(-1, height, width, 1)
        case (height, width, 1 | 3 as channels):
            return rows.reshape(-1, height, width, channels)
        case (1 | 3 as channels, height, width):
            return rows.reshape(-1, channels, height, width).transpose(0, 2, 3, 1)
    return None
