"""What the mutation tests of this folder share: small netlists, and mistakes planted in a module."""

from __future__ import annotations

import functools
import inspect
import sys

import numpy as np

from nor2hdl.errors import NetlistError
from nor2hdl.netlist import Builder, interpret
from tests.strategies import all_samples


def same_function(a, b) -> bool:
    samples = all_samples(a)
    return np.array_equal(interpret(a, samples), interpret(b, samples))


@functools.cache
def tangled_netlists():
    """Return random netlists of narrow gates over near nets: full of small cones and of equal gates."""
    rng = np.random.default_rng(1)
    nets = []
    for _ in range(250):
        b = Builder()
        b.input("x", int(rng.integers(1, 7)))
        for _ in range(rng.integers(4, 30)):
            nearest = max(0, b.num_nets - int(rng.integers(3, 14)))
            b.nor(*rng.integers(nearest, b.num_nets, rng.integers(0, 5)).tolist())
        b.output("y", rng.integers(0, b.num_nets, 3).tolist())
        nets.append(b.freeze())
    return nets


def is_caught(rewrite_pass) -> bool:
    """Tell whether the pass changes a function, or makes what is no netlist, on one of the netlists."""
    for net in tangled_netlists():
        try:
            if not same_function(net, rewrite_pass(net)):
                return True
        except (NetlistError, AssertionError, IndexError, KeyError, ValueError):
            return True
    return False


def plant(monkeypatch, module, right: str, wrong: str) -> None:
    """Put `wrong` in the place of `right` in a module, for all modules of the room that use it."""
    source = inspect.getsource(module)
    assert source.count(right) == 1
    names = {"__name__": module.__name__}
    exec(compile(source.replace(right, wrong), "<mistake>", "exec"), names)
    own = {
        name: value
        for name, value in vars(module).items()
        if getattr(value, "__module__", "") == module.__name__
    }
    for user in [m for name, m in sys.modules.items() if name.startswith("nor2hdl.minimize.")]:
        for name, value in own.items():
            if vars(user).get(name) is value:
                monkeypatch.setattr(user, name, names[name])
