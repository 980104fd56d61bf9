"""Data sets of the book, and the runs of those that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

import isoflop as isf


def test_runs_that_ship_are_fitted_as_they_were_published() -> None:
    data = isf.datasets()["gemstones_hot_100b"]
    assert data.ships and data.key in repr(isf.datasets()) and data["licence"] == "MIT"
    fit = isf.fit(data.runs(), "hoffmann2022", robust_loss="huber:1e-4", **data.mapping)
    assert fit.objective == pytest.approx(0.0006923289, rel=1e-6)


def test_every_file_that_ships_has_its_rows() -> None:
    for data in isf.datasets():
        if data.ships:
            assert {len(column) for column in data.runs().values()} == {data["rows"]}, data.key


def test_what_does_not_ship_or_is_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(isf.InputError, match="chinchilla_epoch2024 does not ship"):
        isf.datasets()["chinchilla_epoch2024"].runs()
    with pytest.raises(isf.InputError, match="it cannot be read"):
        isf.datasets()["chinchilla_epoch2024"].runs(tmp_path / "nothing.csv")
    with pytest.raises(isf.InputError, match="no data set"):
        isf.datasets()["gemstones"]
    (tmp_path / "own.csv").write_text("N,D\n1,2\n")
    with pytest.raises(isf.InputError, match="another version or damaged"):
        isf.datasets()["gemstones_hot"].runs(tmp_path / "own.csv")
