"""Small networks of Learning Digital Circuits for several tests."""

from __future__ import annotations

import torch

from nor2hdl.learn.ldc import LdcNet

NORMS = ("batch", "hard-invert", "soft-invert")


def random_net(norm: str, widths: tuple[int, ...], density: float, seed: int) -> LdcNet:
    """Return a net of random 0/1 weights whose batch norms have seen random pictures."""
    random = torch.Generator().manual_seed(seed)
    net = LdcNet(widths, norm=norm)
    for layer in net.layers:
        layer.weight.data.copy_(torch.rand(layer.weight.shape, generator=random) < density)
    for part in net.norms:
        if norm == "batch":
            part.weight.data.copy_(torch.randn(part.weight.shape, generator=random))
            part.bias.data.copy_(torch.randn(part.bias.shape, generator=random))
        if norm == "soft-invert":
            part.share.data.copy_(torch.rand((), generator=random))
    for _ in range(10):
        net(pictures(50, widths[0], seed))
    return net.eval()


def pictures(count: int, features: int, seed: int) -> torch.Tensor:
    """Return random pictures, of bytes and from 0 to 1."""
    random = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, features), generator=random) / 255
