"""What a notebook shows of a verdict: unknown never looks proved."""

from __future__ import annotations

import numpy as np
import pytest

from nor2hdl.verify import Verdict


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (Verdict("equal", "abc", 1.0), "<td>equal</td>"),
        (Verdict("unknown", "sat", 1.0), "<td>unknown</td>"),
        (Verdict("unknown", "sat", 1.0, timed_out=True), "<td>unknown, the time was up</td>"),
        (Verdict("different", "sat", 1.0, detail="output <b> differs"), "<td>output &lt;b&gt; differs</td>"),
        (Verdict("different", "sat", 1.0, counterexample=np.array([True, False])), "<td>10</td>"),
        (Verdict("different", "sat", 1.0, counterexample=np.ones(65, bool)), f"<td>{'1' * 64}...</td>"),
        (Verdict("equal", "all 300 samples", 1.0), "<td>all 300 samples</td>"),
    ],
)
def test_verdicts(verdict, shown):
    page = verdict._repr_html_()
    assert shown in page
    assert ("equal" in page) == (verdict.status == "equal")
    assert "proved" not in page
    assert "<b>" not in page
