"""Kernels as plain Python, one with a mistake planted in it, in the place of those that numba compiled."""

from __future__ import annotations

import contextlib
import importlib
import inspect

import numpy as np
import pytest

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, interpret
from tests.strategies import all_samples

_KERNELS = ("_hashing", "_aig_kernel", "_inverter_kernel", "_graph_kernel", "_cut_kernel", "_rewrite_kernel")
_JIT = "from nor2hdl.jit import jit\n"


@contextlib.contextmanager
def plain(mistaken="", right="", wrong=""):
    """Run all kernels without numba, `right` replaced by `wrong` in one of them."""
    names = {}
    with pytest.MonkeyPatch.context() as patch:
        for kernel in _KERNELS:
            module = importlib.import_module(f"nor2hdl.minimize.aig.{kernel}")
            source = inspect.getsource(module)
            assert _JIT in source
            source = source.replace(_JIT, "def jit(function):\n    return function\n")
            if kernel == mistaken:
                assert source.count(right) == 1
                source = source.replace(right, wrong)
            own = {"__name__": kernel}
            exec(compile(source, f"<{kernel}>", "exec"), own)
            own.update({name: value for name, value in names.items() if name in own})
            names |= {
                name: value
                for name, value in own.items()
                if inspect.isfunction(value) and value.__code__.co_filename == f"<{kernel}>"
            }
            for name in own.keys() & vars(module).keys() & names.keys():
                patch.setattr(module, name, own[name])
        with np.errstate(over="ignore"):  # unsigned words wrap around
            yield


def tangle(rng, inputs=4, gates=12):
    """Return narrow random gates over very few nets: every rule finds something to do."""
    b = Builder()
    b.input("x", inputs)
    for _ in range(gates):
        b.nor(*rng.integers(0, b.num_nets, rng.integers(0, 4)).tolist())
    b.output("y", range(b.num_nets - 4, b.num_nets))
    return b.freeze()


def multiplexers(rng, inputs=4, layers=8):
    """Return random multiplexers and XORs of each other, in either phase."""
    b = Builder()
    x = b.input("x", inputs)
    both = {net: b.nor(net) for net in x}
    for _ in range(layers):
        nets = list(both)
        s, p, q = rng.choice(nets, 3, replace=False).tolist()
        p, q = (both[net] if rng.random() < 0.5 else net for net in (p, q if rng.random() < 0.5 else p))
        first = b.nor(s, p)
        net = b.nor(first if rng.random() < 0.8 else b.nor(first), b.nor(both[s], q))
        both[net] = b.nor(net)
        both[both[net]] = net
    b.output("y", [net + k for net, k in zip(nets[-4:], rng.integers(0, 2, 4).tolist(), strict=True)])
    return b.freeze()


def is_caught(rewrite_pass, nets) -> bool:
    """Tell whether the pass changes a function, or fails, on one of the netlists."""
    for net in nets:
        samples = all_samples(net)
        try:
            after = rewrite_pass(net)
        except (NetlistError, IndexError):
            return True
        if not np.array_equal(interpret(net, samples), interpret(after, samples)):
            return True
    return False
