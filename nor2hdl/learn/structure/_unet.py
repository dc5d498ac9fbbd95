"""A U-Net that reads a weight matrix as a picture with one channel and answers with a gate for each entry."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from nor2hdl.errors import ModelError, OptionError
from nor2hdl.learn._checks import check_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_POOLINGS = 5
LEAST_SIDE = 4
"""Shortest side that a picture may have after a pooling."""


class UNet(nn.Module):
    """Gates of 0 or more for a picture: convolutions down, transposed convolutions up, skips between.

    A 3x3 convolution to `channels` channels; up to five times a 2x2 maximum and a convolution to twice the
    channels; the same way back by 2x2 transposed convolutions, each joined with the picture of its size from
    the way down; a 3x3 convolution to one channel. Batch normalization and ReLU follow every convolution, the
    last too, so the gates begin with about half of them 0 (arXiv 2103.15590, 2110.05954).

    A side of any length will do: the maximum at an odd end is of what is there, and the way back is cut to
    the length of the way down. The picture is halved while its shorter side stays 4 or more.

    Parameters
    ----------
    height, width
        Size of the picture.
    channels
        Channels of the first convolution.
    stride
        Above 1, for large pictures: the first convolution reads, and the last writes, patches of this height
        and width (with a margin of 1), and all between works on a picture that much smaller.
    deviation
        Of the first weights, which are normal; by default Kaiming's over the outputs. Batch normalization
        takes it out of the answer again; how far a step of the optimizer goes depends on it.
    generator
        Source of the random start.

    Raises
    ------
    ModelError
        If the picture, or the smaller one, has one pixel alone.
    OptionError
        If `channels` or `stride` is no whole number of 1 or more.

    Examples
    --------
    >>> net = UNet(30, 21, generator=torch.Generator().manual_seed(0))
    >>> gates = net(torch.randn(30, 21))
    >>> gates.shape, bool((gates >= 0).all())
    (torch.Size([30, 21]), True)
    """

    def __init__(
        self,
        height: int,
        width: int,
        *,
        channels: int = 8,
        stride: int = 1,
        deviation: float | None = None,
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        check_whole("channels", channels, 1, OptionError)
        check_whole("stride", stride, 1, OptionError)
        small = -(-height // stride), -(-width // stride)
        if small == (1, 1):
            raise ModelError(
                f"layer must have more weights than one patch of {stride} x {stride} for a switcher, not "
                f"{height} x {width}: one has no statistics"
            )
        self.stride = stride
        widths = [channels << i for i in range(_poolings(min(small)) + 1)]
        steps = list(pairwise(widths))
        patch = stride + 2
        with torch.random.fork_rng(devices=[]):  # torch draws weights that `start` replaces
            self.first = normalized(nn.Conv2d(1, channels, patch, stride, padding=1, bias=False))
            self.down = nn.ModuleList(_conv(a, b) for a, b in steps)
            self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2, bias=False) for a, b in steps)
            self.up_norm = nn.ModuleList(_norm_relu(a) for a, _ in steps)
            self.mix = nn.ModuleList(_conv(b, a) for a, b in steps)
            self.last = nn.ConvTranspose2d(channels, 1, patch, stride, padding=1, bias=False)
        self.last_norm = _norm_relu(1)
        start(self, deviation, generator)

    def forward(self, picture: Tensor) -> Tensor:
        """Return the gates, float [height, width], for a picture of that shape."""
        height, width = picture.shape
        padded = functional.pad(picture[None, None], (0, -width % self.stride, 0, -height % self.stride))
        x: Tensor = self.first(padded)
        skips = []
        for down in self.down:
            skips.append(x)
            x = down(functional.max_pool2d(x, 2, ceil_mode=True))
        for skip, up, norm, mix in self._way_back(skips):
            # Cut before the normalization, whose statistics are of the picture's own pixels.
            x = norm(up(x)[..., : skip.shape[2], : skip.shape[3]])
            x = mix(torch.cat([skip, x], 1))
        gates: Tensor = self.last_norm(self.last(x)[..., :height, :width])
        return gates[0, 0]

    def _way_back(self, skips: list[Tensor]) -> Iterator[tuple[Tensor, nn.Module, nn.Module, nn.Module]]:
        return reversed(list(zip(skips, self.up, self.up_norm, self.mix, strict=True)))


def _poolings(side: int) -> int:
    return next(i for i in range(MOST_POOLINGS, -1, -1) if i == 0 or side >> i >= LEAST_SIDE)


def _conv(inputs: int, outputs: int) -> nn.Sequential:
    return normalized(nn.Conv2d(inputs, outputs, 3, padding=1, bias=False))


def normalized(convolution: nn.Conv2d) -> nn.Sequential:
    """Return a convolution with batch normalization and ReLU after it."""
    return nn.Sequential(convolution, *_norm_relu(convolution.out_channels))


def _norm_relu(channels: int) -> nn.Sequential:
    return nn.Sequential(nn.BatchNorm2d(channels), nn.ReLU())


def start(net: nn.Module, deviation: float | None, generator: torch.Generator) -> None:
    """Draw the weights of every convolution in `net`; see `UNet`."""
    for module in net.modules():
        if not isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            continue
        if deviation is None:
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu", generator=generator)
        else:
            nn.init.normal_(module.weight, 0, deviation, generator=generator)
