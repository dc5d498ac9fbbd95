"""Train a network on the 8x8 digits and compile it to a checked circuit, in ten lines.

Run it: ``python examples/train_and_compile.py [FOLDER]``
"""

import sys

from nor2hdl import flow
from nor2hdl.data import load
from nor2hdl.learn import recipe_for

folder = sys.argv[1] if len(sys.argv) > 1 else "digits-build"
digits = load("digits")
model, notes = flow.train_model(digits, recipe_for(digits), folder)
build = flow.compile_model(model, digits, folder, notes=notes, settings=flow.Settings(mapped=False))
for claim, verdict in build.verdicts.items():
    print(f"{claim}: {verdict.status} ({verdict.method})")
for accuracy in build.report.accuracy:
    print(f"{accuracy.split}: {accuracy.correct} of {accuracy.total} right")
