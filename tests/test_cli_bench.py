"""The verb `bench`: it goes on after a bad circuit and keeps what it has when it is interrupted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from nor2hdl.formats import write_circuit
from nor2hdl.netlist import random_netlist
from tests.terminal import json_of


def test_bench_goes_on_after_a_bad_circuit(capsys, tmp_path, digits_build):
    (tmp_path / "bad.blif").write_text(".model\n")
    arguments = ("bench", tmp_path / "bad.blif", digits_build.folder, "--no-mapped", "--passes", "share")
    code, values = json_of(capsys, *arguments)
    assert code == 1
    assert [c["circuit"] for c in values["circuits"]] == [str(digits_build.folder)]
    assert [f["circuit"] for f in values["failures"]] == [str(tmp_path / "bad.blif")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_bench_ends_its_programs_and_keeps_what_it_has(tmp_path, number):
    write_circuit(random_netlist(gates=300), tmp_path / "small.aig")
    write_circuit(random_netlist(gates=60_000, inputs=400), tmp_path / "large.aig")
    command = [sys.executable, "-c", "import sys; from nor2hdl.cli import main; sys.exit(main(sys.argv[1:]))"]
    command += ["bench", str(tmp_path / "small.aig"), str(tmp_path / "large.aig"), "--json", "--no-mapped"]
    wide = {**os.environ, "COLUMNS": "400"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=wide)
    for line in process.stderr:
        if "large.aig (2 of 2)" in line:
            break
    time.sleep(3)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert [c["circuit"] for c in json.loads(out)["circuits"]] == [str(tmp_path / "small.aig")]
