"""Simulate a compiled circuit against a test set, with two engines that must agree.

Run it after a build: ``python examples/simulate_test_set.py digits-build``
"""

import sys
from pathlib import Path

from nor2hdl.data import load
from nor2hdl.netlist import read_netlist
from nor2hdl.simulate import classify, simulate

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "digits-build")
net = read_netlist(folder / "minimized.nor")
digits = load("digits")
result = simulate(net, digits.x_test, digits.y_test, classes=len(digits.classes))
print(f"{result.correct} of {result.total} right, {result.accuracy:.2%}, in {result.seconds:.3f} s")
print("rows: true class; columns: predicted")
print(result.confusion)
few = digits.x_test[:20]
agree = (classify(net, few) == classify(net, few, engine="reference")).all()
print("the fast engine and the reference agree:", bool(agree))
