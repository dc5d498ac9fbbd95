"""Hard forward functions with straight-through gradients: what the circuit computes is what is trained."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def count_literals(x: Tensor, ones: Tensor, zeros: Tensor | None) -> Tensor:
    """Count, for every neuron, its connected literals that are true.

    Parameters
    ----------
    x : float [batch, features]
        Inputs, each 0 or 1.
    ones : bool [features, neurons]
        Where a neuron reads the input itself.
    zeros : bool [features, neurons] or None
        Where a neuron reads the complement of the input.

    Returns
    -------
    Tensor
        int32 [batch, neurons] on a CPU, float32 elsewhere; exact either way.

    Examples
    --------
    >>> x = torch.tensor([[1.0, 0.0]])
    >>> ones, zeros = torch.tensor([[True], [False]]), torch.tensor([[False], [True]])
    >>> count_literals(x, ones, zeros).tolist()
    [[2]]
    """
    weights = ones.to(torch.int8)
    if zeros is not None:
        weights = weights - zeros.to(torch.int8)
    count = _exact_product(x, weights)
    return count if zeros is None else count + zeros.sum(0).to(count.dtype)


def _exact_product(x: Tensor, weights: Tensor) -> Tensor:
    # Five times faster than float32 on a CPU; elsewhere its shape limits bite, and float32 is fast and exact.
    if x.device.type == "cpu" and hasattr(torch, "_int_mm"):
        return torch._int_mm(x.to(torch.int8), weights)  # noqa: SLF001 - no public integer product exists
    return x @ weights.to(x.dtype)


class ThresholdGate(torch.autograd.Function):
    """1 where at most `threshold` connected literals are true (the reverse where inverted), hard.

    With z the count of true connected literals, the output is 1[z <= threshold], and the gradient with
    respect to z is taken as -1 / (1 + |z - threshold|)^2. The gradient reaches every latent weight,
    connected or not, as if the used weight were the latent one.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, latent: Tensor, threshold: Tensor, inverted: Tensor) -> Tensor:
        """Return float 0/1 [batch, neurons] for x [batch, features], latent [literals, neurons]."""
        features = x.shape[1]
        used = latent > 0
        ones = used[:features]
        zeros = used[features:] if len(used) > features else None
        distance = count_literals(x, ones, zeros) - threshold
        ctx.save_for_backward(x, ones, zeros, distance, inverted)
        return ((distance <= 0) ^ inverted).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor | None, None, None]:
        """Return the straight-through gradients of x and of the latent weights."""
        x, ones, zeros, distance, inverted = ctx.saved_tensors
        slope = 1 / (1 + distance.abs().to(x.dtype)).square()
        dz = gradient * slope * torch.where(inverted, 1.0, -1.0).to(x.dtype)
        grad_x = grad_latent = None
        if ctx.needs_input_grad[0]:
            weights = ones.to(x.dtype) if zeros is None else ones.to(x.dtype) - zeros.to(x.dtype)
            grad_x = dz @ weights.T
        if ctx.needs_input_grad[1]:
            # x is exact in bfloat16, and a gradient that only steers Adam bears the rounding of dz.
            grad_latent = (x.bfloat16().T @ dz.bfloat16()).to(x.dtype)
            if zeros is not None:
                grad_latent = torch.cat([grad_latent, dz.sum(0) - grad_latent])
        return grad_x, grad_latent, None, None


class PowerOfTwo(torch.autograd.Function):
    """Round a latent vote v to 0 if |v| < 0.5, else to sign(v) * 2^round(log2 |v|), from 1 to `largest`."""

    @staticmethod
    def forward(ctx: Any, latent: Tensor, largest: int) -> Tensor:  # noqa: ARG004 - torch passes ctx
        """Return the rounded votes, same shape and dtype."""
        size = latent.abs()
        rounded = latent.sign() * torch.exp2(torch.round(torch.log2(size.clamp(1, largest))))
        return torch.where(size < 0.5, torch.zeros_like(latent), rounded)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:  # noqa: ARG004 - torch passes ctx
        """Return the gradient as it came."""
        return gradient, None
