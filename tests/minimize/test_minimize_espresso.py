"""Covers, factored forms and structures, each against the truth table."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nor2hdl.errors import OptionError, ToolError
from nor2hdl.minimize.cones import _espresso, _factor, _structure
from nor2hdl.minimize.cones._espresso import espresso, evaluate_cover
from nor2hdl.minimize.cones._factor import bits, divide, factor
from nor2hdl.minimize.cones._structure import best_structure, evaluate, support, to_array, to_table, variables
from tests.minimize.planting import plant

MAJORITY = 0b11101000


@st.composite
def functions(draw, most=6):
    """Draw a number of variables, a truth table and its don't-cares."""
    n = draw(st.integers(0, most))
    tables = st.integers(0, 2**2**n - 1)
    return n, draw(tables), draw(st.sampled_from([0, draw(tables)]))


def check_cover(on, dont_care):
    cover = espresso(on, dont_care)
    table = evaluate_cover(cover)
    assert not ((table ^ on) & ~dont_care).any()
    assert cover.dtype == np.int8
    assert set(np.unique(cover)) <= {0, 1, 2}
    for k in range(len(cover)):
        without = evaluate_cover(np.delete(cover, k, axis=0))
        assert (on & ~dont_care & ~without).any()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_covers_of_all_small_functions_with_all_dont_cares(n):
    for table in range(2**2**n):
        for dont_care in range(2**2**n):
            check_cover(to_array(table, n), to_array(dont_care, n))


def test_covers_of_all_functions_of_three_variables():
    for table in range(256):
        check_cover(to_array(table, 3), np.zeros(8, bool))


@given(functions())
def test_covers(function):
    n, table, dont_care = function
    check_cover(to_array(table, n), to_array(dont_care, n))


def test_a_cover_of_twelve_variables():
    rng = np.random.default_rng(0)
    on, dont_care = rng.random(4096) < 0.1, rng.random(4096) < 0.2
    assert not ((evaluate_cover(espresso(on, dont_care)) ^ on) & ~dont_care).any()


def test_covers_are_small():
    parity = to_array(0b0110100110010110, 4)
    assert espresso(parity).shape == (8, 4)
    assert espresso(to_array(MAJORITY, 3)).tolist() == [[1, 1, 2], [1, 2, 1], [2, 1, 1]]
    # A bar of a seven-segment display: the six codes that are no digit shorten the cubes.
    bar, no_digit = to_array(0b1101101101, 4), to_array(0xFC00, 4)
    assert np.count_nonzero(espresso(bar) < 2) == 16
    assert np.count_nonzero(espresso(bar, no_digit) < 2) == 10


def test_nothing_is_printed(capfd):
    rng = np.random.default_rng(0)
    for _ in range(20):
        espresso(rng.random(256) < 0.5, rng.random(256) < 0.2)
    assert capfd.readouterr() == ("", "")


def test_pyeda_is_loaded_late_and_without_a_warning():
    code = (
        "import sys, numpy; from nor2hdl.minimize.cones._espresso import espresso\n"
        "assert 'pyeda' not in sys.modules\n"
        "print(espresso(numpy.array([False, True])))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("[[1]]\n", "")


def test_without_pyeda(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyeda.boolalg", None)
    _espresso._engine.cache_clear()
    with pytest.raises(ToolError) as caught:
        espresso(np.array([False, True]))
    assert str(caught.value) == "pyeda is not installed; install it with: pip install pyeda"


@pytest.mark.parametrize(
    ("on", "dont_care", "message"),
    [
        (np.zeros((2, 2), bool), None, "on must be bool [2 ** n], not bool [2, 2]"),
        (np.zeros(3, bool), None, "on must be bool [2 ** n], not bool [3]"),
        (np.zeros(0, bool), None, "on must be bool [2 ** n], not bool [0]"),
        (np.zeros(2, bool), np.zeros(2, int), "dont_care must be bool [2 ** n], not int64 [2]"),
        (np.zeros(2, bool), np.zeros(4, bool), "on and dont_care must be of one length, not 2 and 4"),
        (np.zeros(8192, bool), None, "a truth table must have at most 12 variables, not 13"),
    ],
)
def test_bad_tables(on, dont_care, message):
    with pytest.raises(OptionError) as caught:
        espresso(on, dont_care)
    assert str(caught.value) == message


class Tables:
    """Builds factored forms as truth tables, and counts the literals."""

    def __init__(self, n):
        self._n = n
        self.literals = 0

    def literal(self, bit):
        self.literals += 1
        table = variables(self._n)[bit // 2]
        return (1 << (1 << self._n)) - 1 ^ table if bit % 2 else table

    def product(self, signals):
        total = (1 << (1 << self._n)) - 1
        for signal in signals:
            total &= signal
        return total

    def sum(self, signals):
        total = 0
        for signal in signals:
            total |= signal
        return total


@given(functions(most=6))
def test_a_factored_form_is_its_cover(function):
    n, table, _ = function
    cover = espresso(to_array(table, n))
    if len(cover):
        tables = Tables(n)
        assert factor([_structure._cube(row) for row in cover.tolist()], tables) == table
        assert tables.literals <= (cover != 2).sum()


@pytest.mark.parametrize(
    ("cover", "literals"),
    [
        (["a"], 1),
        (["ab", "ac", "ad"], 4),
        (["ac", "ad", "bc", "bd"], 4),
        (["ac", "ad", "bc", "bd", "e"], 5),
        (["ace", "ade", "bce", "bde", "f"], 6),
        (["ab", "cd"], 4),
        (["abf", "abg", "acf", "h"], 7),
    ],
)
def test_factored_forms_have_few_literals(cover, literals):
    tables = Tables(8)
    factor([sum(1 << 2 * (ord(letter) - ord("a")) for letter in cube) for cube in cover], tables)
    assert tables.literals == literals


def test_division():
    a, b, c, d = 1, 4, 16, 64
    assert divide([a | c, b | c, d], [a, b]) == ([c], [d])
    assert divide([a | c, b | d], [a, b]) == ([], [a | c, b | d])
    assert bits(0) == []


def check_structure(table, dont_care, n):
    structure = best_structure(table, dont_care, n)
    assert (evaluate(structure, n) ^ table) & ~dont_care & (1 << (1 << n)) - 1 == 0
    assert structure.ands == sum(max(0, len(gate) - 1) for gate in structure.gates)
    for number, gate in enumerate(structure.gates, n + 1):
        assert list(gate) == sorted(set(gate))
        assert all(0 < f < number for f in gate)
    return structure


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_structures_of_all_small_functions(n):
    for table in range(2**2**n):
        check_structure(table, 0, n)


@given(functions(most=8))
def test_structures(function):
    n, table, dont_care = function
    check_structure(table, dont_care, n)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_structures_of_all_small_functions_with_all_dont_cares(n):
    for table in range(2**2**n):
        for dont_care in range(2**2**n):
            check_structure(table, dont_care, n)


@pytest.mark.parametrize(
    ("table", "dont_care", "n", "ands"),
    [
        (0, 0, 3, 0),
        (0xFF, 0, 3, 0),
        (0xF0, 0, 3, 0),
        (1 << 255, 0, 8, 7),
        (0b10010110, 0, 3, 6),
        (MAJORITY, 0, 3, 4),
        (0b11001010, 0, 3, 3),
        (MAJORITY, 0b01100110, 3, 0),
        (0b0110, 0b1000, 2, 1),
    ],
)
def test_structures_are_small(table, dont_care, n, ands):
    assert check_structure(table, dont_care, n).ands == ands


def test_a_parity_of_eight_takes_seven_xors():
    parity = to_table(np.array([m.bit_count() % 2 == 1 for m in range(256)]))
    assert check_structure(parity, 0, 8).ands == 21


def test_support():
    assert support(0, 2) == []
    assert support(MAJORITY, 3) == [0, 1, 2]


MISTAKES = [
    (_espresso, "on = on & ~dont_care", "on = on & dont_care"),
    (_espresso, "point[::-1] for point", "point for point"),
    (_espresso, "np.int8) - np.int8(1)", "np.int8) % 3"),
    (_espresso, "np.where(dont_care, 2, on)", "np.where(dont_care, 2, off)"),
    (_factor, "rest = [cube ^ common for cube in cover]", "rest = [cube & common for cube in cover]"),
    (_factor, "return algebra.sum([product, factor(rest, algebra)]) if rest else product", "return product"),
    (_factor, "if cube not in covered", "if cube in covered"),
    (_factor, "if not cube >> best & 1", "if cube >> best & 1"),
    (_structure, " and values[1] == values[2]", ""),
    (_structure, "point ^ 3, False", "point, False"),
    (_structure, "other = values[point ^ 1]", "other = values[0]"),
    (_structure, "full ^ to_table(smallest)", "to_table(smallest)"),
    (_structure, "factor(cover, sketch) ^ flip", "factor(cover, sketch)"),
    (_structure, "2 * i + 1 - value", "2 * i + value"),
    (_structure, "kept.index(i) for i in reversed(left)", "kept.index(i) for i in left"),
    (_structure, "2 * self.nor(map(self.net, signals)) + 1", "2 * self.nor(map(self.net, signals))"),
]


@pytest.mark.parametrize(("module", "right", "wrong"), MISTAKES)
def test_a_planted_mistake_is_caught(monkeypatch, module, right, wrong):
    plant(monkeypatch, module, right, wrong)
    rng = np.random.default_rng(0)
    caught = False
    for n in (2, 3, 3, 4, 5, 6):
        for _ in range(10):
            table, dont_care = (
                int.from_bytes(rng.bytes(8), "little") & (1 << (1 << n)) - 1 for _ in range(2)
            )
            for free in (0, dont_care):
                try:
                    structure = _structure.best_structure(table, free, n)
                    caught |= bool((evaluate(structure, n) ^ table) & ~free)
                except (ValueError, IndexError, TypeError, RecursionError):
                    caught = True
    assert caught


@pytest.fixture(autouse=True)
def _no_memory_of_mistakes():
    yield
    _espresso._engine.cache_clear()
    best_structure.cache_clear()
    _structure._factored.cache_clear()
    _espresso._points.cache_clear()
