"""The notebooks in examples/ run from top to bottom, and are stored without what a run leaves behind."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Return the notebook with the outputs of a run, and the folder that it ran in."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the libraries that run notebooks
        import nbformat
        from nbclient import NotebookClient

        folder = tmp_path_factory.mktemp("notebook")
        notebook = nbformat.read(EXAMPLES / "inspect.ipynb", as_version=4)
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        ).execute()
    return notebook, folder


def shown(notebook, cell, form):
    (found,) = [c for c in notebook.cells if c.id == cell]
    return "".join(out.get("text", "") + out.get("data", {}).get(form, "") for out in found.outputs)


def test_the_notebook_runs(ran):
    notebook, folder = ran
    assert "<td>gates</td>" in shown(notebook, "build", "text/html")
    assert shown(notebook, "report", "text/html").count("proved equal") == 2
    assert "<td>equal</td>" in shown(notebook, "verdict", "text/html")
    assert "Truth table of %" in shown(notebook, "neuron", "text/html")
    assert shown(notebook, "neuron", "text/plain").startswith("layer0/neuron")
    assert "<th>gain</th>" in shown(notebook, "why", "text/html")
    assert "no fewer will do (proved)" in shown(notebook, "flip", "text/html")
    assert "the model agrees" in shown(notebook, "check", "text/plain")
    assert (folder / "digits-notebook-neuron.dot").read_text().startswith("digraph")


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("**/*.ipynb")), ids=lambda p: p.name)
def test_notebooks_are_stored_clean(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import nbformat
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert cell.metadata == {}
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
