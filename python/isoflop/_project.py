"""Project files, isoflop.toml: runs, law, columns and recipe typed once, for the program and for notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from . import _core
from ._errors import InputError, Problem
from ._read import SHAPE, read


class Project(NamedTuple):
    """What a project file says, as arguments: ``isf.fit(of.runs, of.law, **of.settings)``."""

    runs: Any
    """The table of its runs, as :func:`read` makes it."""
    law: str
    """A key, a law file or a formula; "" where it names none."""
    laws: list[str]
    """Those of a comparison."""
    holdout: str
    """Of a comparison."""
    settings: dict[str, Any]
    """Columns, filters, rows reduced and the recipe, as :func:`fit` takes them."""


def project(path: str | Path = "isoflop.toml", *, kind: str | None = None) -> Project:
    """Reads a project file, which ``isoflop init RUNS`` writes, and its runs. Nothing else reads one: what a notebook
    computes does not depend on the folder that it runs in. ``kind`` is as in :func:`read`."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError([Problem(str(path), 0, 0, f"it cannot be read: {error.strerror}")]) from None
    said = _core.read_project(text, str(path))
    usual = {field["name"]: field["default"] for field in [*_core.mapping_fields(), *_core.recipe_fields()]}
    recipe = {"robust_loss" if name == "loss" else name: value for name, value in said["recipe"].items()
              if value != usual[name]}  # fmt: skip
    mapping = {name: value for name, value in said["mapping"].items() if value != usual[name]}
    shape = {name: mapping.pop(name) for name in SHAPE if name in mapping}
    if not said["runs"]:
        raise InputError([Problem(str(path), 0, 0, 'it names no runs: write runs = "runs.csv"')])
    runs = read([str(path.parent / each) for each in said["runs"]], kind=kind, **shape)

    def placed(law: str) -> str:
        return str(path.parent / law) if ".toml" in law else law

    return Project(runs, placed(said["law"]), [placed(law) for law in said["laws"]], said["holdout"], mapping | recipe)
