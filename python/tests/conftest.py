"""What tests share: the public runs, the program, and frames of every kind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest

import isoflop as isf

matplotlib.use("Agg")

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("ISOFLOP_DATA", ROOT.parent / "shared" / "data"))
PROGRAM = ROOT / "build" / "release" / "isoflop"
CHINCHILLA = DATA / "chinchilla_epoch2024.csv"
COLUMNS = {"N": "Model Size", "C": "Training FLOP", "drop_highest_loss": 5}

KINDS = ("pandas", "polars", "pyarrow", "dict")


def read(path: Path, kind: str = "pandas") -> Any:
    """A CSV file as a frame."""
    if kind == "polars":
        import polars

        return polars.read_csv(path)
    if kind == "pyarrow":
        from pyarrow import csv

        return csv.read_csv(path)
    import pandas

    frame = pandas.read_csv(path)
    return frame if kind == "pandas" else {name: frame[name].to_numpy() for name in frame}


def program(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The program's answer."""
    return subprocess.run([str(PROGRAM), *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def runs() -> Any:
    return read(CHINCHILLA)


@pytest.fixture(scope="session")
def fit(runs: Any) -> isf.Fit:
    with pytest.warns(isf.Doubt):
        return isf.fit(runs, "hoffmann2022", **COLUMNS)


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Any:
    """Notes and doubts are looked at where a test is about them."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", isf.Note)
        warnings.simplefilter("ignore", isf.Doubt)
        yield


@pytest.fixture
def noisy() -> Callable[..., Any]:
    """Runs that a law gave, with noise."""

    def made(law: str = "hoffmann2022:besiroglu", noise: float = 0.01, **design: Any) -> Any:
        return isf.simulate(law, flops=np.geomspace(1e18, 1e21, 4), noise=noise, kind="pandas", **design)

    return made
