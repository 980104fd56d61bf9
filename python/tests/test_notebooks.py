"""The notebooks of examples/notebooks run, and show what is committed with them."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from conftest import ROOT
from notebooks import executed, texts

NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_prints(path: Path) -> None:
    """`scripts/generate-docs examples/notebooks/NAME.ipynb` brings it up to date; look at its pictures then."""
    committed = nbformat.read(path, as_version=4)
    made = executed(path)
    assert texts(made) == texts(committed)
    pictures = [
        sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ()))
        for notebook in (made, committed)
    ]
    assert pictures[0] == pictures[1] > 1
    assert path.stat().st_size < 300_000


def test_there_are_three() -> None:
    assert len(NOTEBOOKS) == 3
