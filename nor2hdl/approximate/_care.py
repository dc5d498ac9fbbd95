"""The samples that count: what a netlist must still do, and what it may forget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nor2hdl.errors import NetlistError, OptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nor2hdl.netlist import Netlist

BYTES, BITS, CLASS = "pix", "bits", "cls"


@dataclass(frozen=True, slots=True, eq=False)
class CareSet:
    """Training samples, which show what matters, and validation samples, which set the limit.

    Attributes
    ----------
    features : uint8 [n, features] for a circuit of bytes, bool [n, bits] for one of encoded bits
        The training samples, one row a sample.
    labels : int [n]
        The class of each.
    val_features, val_labels
        The validation samples in the same form.
    shape
        Shape of a sample of bytes, such as ``(28, 28)``. Where it has two axes or more, every training sample
        counts five times: as it is, and moved by one step each way along each of the last two axes. A pattern
        that training samples show only just beside its place is then kept. None for no such copies.

    Raises
    ------
    OptionError
        If the sets are empty, differ in type or width from one another, have not one label a sample, or
        `shape` is not that of a sample.

    Examples
    --------
    >>> x, y = np.zeros((2, 4), np.uint8), np.array([0, 1])
    >>> CareSet(x, y, x, y).label
    'approximate: care set = 2 samples'
    >>> CareSet(x, y, x, y, shape=(2, 2)).label
    'approximate: care set = 2 samples and 4 shifts of each'
    """

    features: NDArray[Any]
    labels: NDArray[np.int64]
    val_features: NDArray[Any]
    val_labels: NDArray[np.int64]
    shape: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        _check_set("features", self.features, "labels", self.labels)
        _check_set("val_features", self.val_features, "val_labels", self.val_labels)
        width, dtype = self.features.shape[1], self.features.dtype
        if self.val_features.shape[1] != width or self.val_features.dtype != dtype:
            raise OptionError(
                f"val_features must be {dtype} of width {width}, as features are, not "
                f"{self.val_features.dtype} of width {self.val_features.shape[1]}"
            )
        if self.shape is not None and (
            dtype != np.uint8 or not _is_shape(self.shape) or np.prod(self.shape) != width
        ):
            raise OptionError(f"shape must be that of a sample of {width} bytes, not {self.shape!r}")

    @property
    def label(self) -> str:
        """What a circuit made with this care set is called."""
        shifts = f" and {self._copies} shifts of each" if self._copies else ""
        return f"approximate: care set = {len(self.labels)} samples{shifts}"

    @property
    def _copies(self) -> int:
        return 4 if self.shape is not None and len(self.shape) > 1 else 0

    def shifts(self) -> list[NDArray[np.uint8]]:
        """Return the training samples moved by one step, zeros moved in, one array a direction."""
        if self.shape is None or not self._copies:
            return []
        images = self.features.reshape(-1, *self.shape)
        moved = []
        for axis in (-2, -1):
            along = np.swapaxes(images, axis, -1)
            for there, here in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
                shifted = np.zeros_like(along)
                shifted[..., there] = along[..., here]
                moved.append(np.swapaxes(shifted, axis, -1).reshape(self.features.shape))
        return moved

    def check_fits(self, net: Netlist) -> None:
        """Raise unless the samples are inputs, and the labels outputs, of the circuit.

        Raises
        ------
        NetlistError
            If the ports are not those of a classifier: ``pix``, whole bytes, or ``bits`` in, ``cls`` out.
        OptionError
            If the samples have another width or type than the input port, or a label does not fit the output.
        """
        names = [port.name for port in net.inputs], [port.name for port in net.outputs]
        if names not in (([BYTES], [CLASS]), ([BITS], [CLASS])):
            found_in, found_out = (", ".join(map(repr, side)) or "none" for side in names)
            raise NetlistError(
                f"ports of a circuit to approximate must be {BYTES!r} or {BITS!r} in and {CLASS!r} out, not "
                f"{found_in} in and {found_out} out"
            )
        bits = net.inputs[0].name == BITS
        width = net.num_inputs if bits else net.num_inputs // 8
        if not bits and net.num_inputs % 8:
            raise NetlistError(f"port {BYTES!r} must hold whole bytes, not {net.num_inputs} bits")
        kind = "bits" if bits else "bytes"
        if self.features.dtype != (np.bool_ if bits else np.uint8) or self.features.shape[1] != width:
            raise OptionError(
                f"care set must have {width} {kind} a sample, as the input port {net.inputs[0].name!r} has, "
                f"not {self.features.shape[1]} of {self.features.dtype}"
            )
        for name, labels in (("labels", self.labels), ("val_labels", self.val_labels)):
            highest = int(labels.max())
            if highest >> net.num_outputs:
                raise OptionError(
                    f"{name} must be below {1 << net.num_outputs}, as the output port {CLASS!r} has "
                    f"{net.num_outputs} bits, not {highest}"
                )


def _check_set(name: str, features: NDArray[Any], labels_name: str, labels: NDArray[np.int64]) -> None:
    if features.ndim != 2 or features.dtype not in (np.uint8, np.bool_):
        shape = ", ".join(map(str, features.shape))
        raise OptionError(
            f"{name} must be uint8 [samples, features] or bool [samples, bits], not "
            f"{features.dtype} [{shape}]"
        )
    if len(features) == 0:
        raise OptionError(f"{name} must hold at least one sample, not 0")
    if labels.shape != (len(features),) or labels.dtype.kind not in "iu":
        shape = ", ".join(map(str, labels.shape))
        raise OptionError(
            f"{labels_name} must be integers [{len(features)}], one a sample, not {labels.dtype} [{shape}]"
        )
    if labels.min() < 0:
        raise OptionError(f"{labels_name} must be 0 or more, not {labels.min()}")


def _is_shape(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(n, int) and n > 0 for n in value)
