"""The C file against the reference, from Python and from C, and what it refuses."""

from __future__ import annotations

import ctypes
import re
import subprocess
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nor2hdl.csource import compile_c, to_c, write_c
from nor2hdl.errors import OptionError, OutputError, ToolError, ToolTimeoutError
from nor2hdl.netlist import Builder, interpret, random_netlist
from nor2hdl.simulate import pack_samples, unpack_samples
from tests.strategies import netlists

STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")
KINDS = [("-O1",), ("-O1", "-march=native"), ("-O0", "-DNOR2HDL_SCALAR")]


def random_bits(n, width, seed=0):
    return np.random.default_rng(seed).random((n, width)) < 0.5


def run_c(net, samples, folder, flags=("-O1",)):
    compiled = compile_c(net, folder, flags=(*STRICT, *flags))
    return unpack_samples(compiled.run_packed(pack_samples(samples)), len(samples))


def classifier(features=11, width=3, gates=400):
    """Random gates over bytes; a width that is no multiple of 8 features."""
    rng = np.random.default_rng(1)
    builder = Builder()
    builder.input("pix", 8 * features)
    for _ in range(gates):
        builder.nor(*rng.integers(1, builder.num_nets, 2).tolist())
    builder.output("cls", range(builder.num_nets - width, builder.num_nets))
    return builder.freeze()


@settings(max_examples=20)
@given(netlists(max_inputs=8, max_gates=30), st.integers(1, 1300), st.sampled_from(KINDS))
def test_c_is_the_reference(tmp_path_factory, net, n, flags):
    samples = random_bits(n, net.num_inputs, n)
    outputs = run_c(net, samples, tmp_path_factory.mktemp("c"), flags)
    assert np.array_equal(outputs, interpret(net, samples))


@pytest.mark.parametrize("flags", KINDS)
def test_c_at_the_edges_of_vectors_and_blocks(tmp_path, flags):
    net = random_netlist(gates=2_000, inputs=37, fanin=5, outputs=40)
    compiled = compile_c(net, tmp_path, flags=(*STRICT, *flags))
    samples = random_bits(64 * 50, 37)
    expected = pack_samples(interpret(net, samples))
    words = pack_samples(samples)
    for count in range(1, 51):
        assert np.array_equal(compiled.run_packed(words[:, :count]), expected[:, :count])
    assert compiled.run_packed(words[:, :0]).shape == (40, 0)


def test_wide_gates_and_constants(tmp_path):
    builder = Builder()
    x = builder.input("x", 600)
    inverted = [builder.nor(bit) for bit in x]
    true = builder.nor()
    wide = builder.nor(*x), builder.nor(*inverted), builder.nor(*x[:40], *inverted[40:80])
    contradiction = builder.nor(x[3], inverted[3])
    idle = builder.nor(builder.nor(x[4], x[5]), true)  # the inner gate is needed no more
    builder.output(
        "y", [*wide, true, builder.nor(true), 0, contradiction, idle, inverted[0], x[1], builder.nor(0, x[2])]
    )
    net = builder.freeze()
    samples = np.concatenate([np.zeros((1, 600), bool), np.ones((1, 600), bool), np.eye(600, dtype=bool)])
    half = np.zeros((1, 600), bool)
    half[0, 40:] = True
    samples = np.concatenate([samples, half, ~half])
    expected = interpret(net, samples)
    assert (expected[:, :3].sum(0) > 0).all()
    assert np.array_equal(run_c(net, samples, tmp_path), expected)


def test_two_builds_in_one_folder_do_not_mix(tmp_path):
    nets = [random_netlist(gates=50, inputs=8, outputs=8, seed=seed) for seed in range(2)]
    words = pack_samples(random_bits(100, 8))
    compiled = [compile_c(net, tmp_path) for net in nets]
    for net, circuit in zip(nets, compiled, strict=True):
        assert np.array_equal(
            unpack_samples(circuit.run_packed(words), 100), interpret(net, unpack_samples(words, 100))
        )
        assert circuit.build_seconds > 0


def test_words_of_any_layout(tmp_path):
    net = random_netlist(gates=50, inputs=8, outputs=8)
    compiled = compile_c(net, tmp_path)
    words = np.random.default_rng(0).integers(0, 2**63, (8, 40), dtype=np.uint64)
    strided = np.asfortranarray(words)[:, ::2]
    assert np.array_equal(compiled.run_packed(strided), compiled.run_packed(words[:, ::2].copy()))


MAIN = """\
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

void digits(const uint64_t *in, uint64_t *out, size_t words);
void digits_classify(const uint8_t *pix, size_t samples, uint32_t *cls);
void digits_classify_r(const uint8_t *pix, size_t samples, uint32_t *cls, uint64_t *scratch);
extern const size_t digits_scratch_words;

int main(void)
{
    enum { BYTES = 11, MOST = 5000 };
    static uint8_t pix[BYTES * MOST];
    static uint32_t cls[MOST], again[MOST];
    uint64_t *scratch = malloc(digits_scratch_words * sizeof *scratch);
    size_t samples = fread(pix, BYTES, MOST, stdin), s;
    digits_classify(pix, samples, cls);
    digits_classify_r(pix, samples, again, scratch);
    for (s = 0; s < samples; s++) {
        if (cls[s] != again[s])
            return 1;
        printf("%u\\n", (unsigned)cls[s]);
    }
    free(scratch);
    return 0;
}
"""


@pytest.mark.parametrize("flags", KINDS)
def test_a_program_in_c_classifies_bytes(tmp_path, flags):
    net = classifier()
    write_c(net, tmp_path / "digits.c", name="digits")
    (tmp_path / "main.c").write_text(MAIN)
    command = ["cc", "-std=c99", *STRICT, *flags, "-o", "main", "main.c", "digits.c"]
    subprocess.run(command, cwd=tmp_path, check=True)
    for n in (1, 63, 64, 65, 512, 513, 1024, 1025, 5000):
        features = np.random.default_rng(n).integers(0, 256, (n, 11), dtype=np.uint8)
        done = subprocess.run([tmp_path / "main"], input=features.tobytes(), capture_output=True, check=True)
        bits = interpret(net, np.unpackbits(features, axis=1, bitorder="little").view(bool))
        assert np.array_equal(np.array(done.stdout.split(), int), bits @ (1 << np.arange(3)))


def test_classify_from_python(tmp_path):
    net = classifier(features=8, width=1)
    compiled = compile_c(net, tmp_path)
    features = np.random.default_rng(0).integers(0, 256, (777, 8), dtype=np.uint8)
    classes = np.empty(777, np.uint32)
    compiled.library.circuit_classify(
        ctypes.c_void_p(features.ctypes.data), ctypes.c_size_t(777), ctypes.c_void_p(classes.ctypes.data)
    )
    bits = interpret(net, np.unpackbits(features, axis=1, bitorder="little").view(bool))
    assert 0 < classes.sum() < 777
    assert np.array_equal(classes, bits[:, 0])


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        ({"pix": 12}, {"cls": 1}),
        ({"bits": 8}, {"cls": 1}),
        ({"pix": 8}, {"cls": 0}),
        ({"pix": 8}, {"cls": 33}),
        ({"pix": 8, "x": 1}, {"cls": 1}),
        ({"pix": 8}, {"cls": 1, "y": 1}),
        ({"pix": 0}, {"cls": 1}),
    ],
)
def test_only_classifiers_of_bytes_have_classify(inputs, outputs):
    builder = Builder()
    for name, width in inputs.items():
        builder.input(name, width)
    for name, width in outputs.items():
        builder.output(name, [0] * width)
    assert "classify" not in to_c(builder.freeze())


def test_text_is_the_same_every_time_and_in_plain_ascii():
    net = random_netlist(gates=500, inputs=8, outputs=8)
    text = to_c(net, remark="größe")
    assert text == to_c(net, remark="größe")
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 120


def test_nothing_in_names_or_remarks_gets_out_of_the_comment(tmp_path):
    builder = Builder()
    builder.input("*/int", 2)
    builder.input("/*", 3)
    builder.output("??/\\", [1])
    text = to_c(builder.freeze(), name="odd", remark="*/ #error\n#error ??/\n\\")
    assert text.count("*/") == text.count("/*")
    comment, _, code = text.partition("*/")
    assert comment.count("error") == 2
    assert "error" not in code
    assert "Input bits 0 to 1: port \\u002a/int, lowest bit first" in comment
    (tmp_path / "odd.c").write_text(text)
    subprocess.run(["cc", "-std=c99", *STRICT, "-c", "odd.c"], cwd=tmp_path, check=True)


def test_functions_stay_small_whatever_the_circuit():
    builder = Builder()
    x = builder.input("x", 3_000)
    builder.output("wide", [builder.nor(*x)])
    builder.output("copies", x)
    texts = [to_c(builder.freeze()), to_c(random_netlist(gates=5_000, fanin=2, outputs=64))]
    for text in texts:
        bodies = re.findall(r"^static void circuit_part\d+.*?^}", text, re.DOTALL | re.MULTILINE)
        assert len(bodies) > 5
        assert max(body.count("\n") for body in bodies) < 1_100
        assert max(len(re.findall("const WORD", body)) for body in bodies) <= 511


@pytest.mark.parametrize(
    "name", ["", "1x", "a-b", "x;", "größe", "a b", "_x", "x" * 41, "int main(){}", "a\n"]
)
def test_name_must_be_an_identifier(name):
    with pytest.raises(OptionError) as caught:
        to_c(random_netlist(gates=5, inputs=3, outputs=1), name=name)
    assert str(caught.value) == (
        "name must be a C identifier (a letter, then at most 39 letters, digits and underscores), "
        f"not {name!r}"
    )


@pytest.mark.parametrize(
    "name",
    ["int", "class", "main", "memcpy", "strlen", "WORD", "LOW", "NULL", "uint64_t", "int32_t", "SIZE_MAX"],
)
def test_name_must_be_free(name):
    with pytest.raises(OptionError) as caught:
        to_c(random_netlist(gates=5, inputs=3, outputs=1), name=name)
    assert str(caught.value) == f"name must be no word of C and none that the file itself uses, not {name!r}"


def test_file_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match=r"^cannot write .*absent/a\.c: No such file or directory; "):
        write_c(random_netlist(gates=5, inputs=3, outputs=1), tmp_path / "absent" / "a.c")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (np.zeros((4, 2), np.uint64), "words must be uint64 [3, words], not uint64 [4, 2]"),
        (np.zeros((3, 2), np.int64), "words must be uint64 [3, words], not int64 [3, 2]"),
        (np.zeros(3, np.uint64), "words must be uint64 [3, words], not uint64 [3]"),
    ],
)
def test_run_packed_refuses_words_that_do_not_fit(tmp_path, words, text):
    compiled = compile_c(random_netlist(gates=5, inputs=3, outputs=1), tmp_path, flags=("-O0",))
    with pytest.raises(OptionError) as caught:
        compiled.run_packed(words)
    assert str(caught.value) == text


def fake_cc(monkeypatch, folder, script):
    (folder / "cc").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "cc").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_missing_compiler_is_named_with_the_way_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolError) as caught:
        compile_c(random_netlist(gates=5, inputs=3, outputs=1), tmp_path)
    assert str(caught.value) == "cc is not installed; install it with: apt-get install gcc"


def test_failing_compiler_is_reported_with_its_output(monkeypatch, tmp_path):
    bin_folder, target = tmp_path / "bin", tmp_path / "out"
    bin_folder.mkdir()
    target.mkdir()
    fake_cc(monkeypatch, bin_folder, "echo no space; exit 4")
    with pytest.raises(ToolError) as caught:
        compile_c(random_netlist(gates=5, inputs=3, outputs=1), target)
    first, command, last = str(caught.value).splitlines()
    assert first == (
        "cc failed with exit code 4; the C compiler must be a working gcc or clang: apt-get install gcc"
    )
    assert command.startswith(
        f"  command: {bin_folder}/cc -std=c99 -O1 -shared -fPIC {target}/circuit.c -o {target}/"
    )
    assert last == "  no space"
    assert [path.name for path in target.iterdir()] == ["circuit.c"]


def test_library_that_cannot_be_loaded_is_reported(monkeypatch, tmp_path):
    fake_cc(monkeypatch, tmp_path, "exit 0")
    with pytest.raises(ToolError) as caught:
        compile_c(random_netlist(gates=5, inputs=3, outputs=1), tmp_path)
    assert re.fullmatch(
        r"cc made no library that can be loaded: .*/circuit-.*\.so: file too short; "
        r"the C compiler must be a working gcc or clang: apt-get install gcc",
        str(caught.value),
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cc", "circuit.c"]


def test_slow_compiler_is_stopped(monkeypatch, tmp_path):
    fake_cc(monkeypatch, tmp_path, "/bin/sleep 60")
    start = time.perf_counter()
    with pytest.raises(ToolTimeoutError, match=r"^cc did not finish within 0\.2 s; "):
        compile_c(random_netlist(gates=5, inputs=3, outputs=1), tmp_path, timeout=0.2)
    assert time.perf_counter() - start < 30


@pytest.mark.slow
def test_a_hundred_thousand_gates_compile_in_bounded_time(tmp_path):
    net = random_netlist(gates=100_000, inputs=784, outputs=1_000, fanin=2)
    compiled = compile_c(net, tmp_path)
    assert compiled.build_seconds < 300  # 20 s on an idle core
    samples = random_bits(64, 784)
    assert np.array_equal(
        unpack_samples(compiled.run_packed(pack_samples(samples)), 64), interpret(net, samples)
    )
