"""Public data sets of the book, and the runs of those that ship."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import _core
from ._errors import InputError, Problem


class DataSet:
    """A public data set of the book: where it is from, how its columns map, and its runs where they ship."""

    def __init__(self, data: dict[str, Any]):
        self._data = data

    @property
    def key(self) -> str:
        """Its name: "gemstones_hot"."""
        return str(self._data["key"])

    @property
    def ships(self) -> bool:
        """Whether its file is part of the package, as its licence allows."""
        return bool(self._data["ships"])

    @property
    def mapping(self) -> dict[str, Any]:
        """How its columns map, as arguments: ``isf.fit(data.runs(), "hoffmann2022", **data.mapping)``."""
        return {name: value for name, value in self._data["mapping"].items() if value}

    def runs(self, path: str | Path | None = None) -> dict[str, Any]:
        """Its runs, a dict of columns: of the file that ships, or of a copy, whose SHA-256 is checked.

        ``pandas.DataFrame(data.runs())`` makes a frame of them.
        """
        try:
            content = _core.shipped_file(self.key) if path is None else Path(path).read_bytes()
        except OSError as error:
            raise InputError([Problem(str(path), 0, 0, f"it cannot be read: {error.strerror}")]) from None
        if content is None:
            what = f"{self.key} does not ship: get {self['file']} from {self['url']}, and give its path"
            raise InputError([Problem("path", 0, 0, what)])
        if hashlib.sha256(content).hexdigest() != self["sha256"]:
            what = f"its SHA-256 is not that of {self.key}: it is another version or damaged"
            raise InputError([Problem(str(path), 0, 0, what)])
        return _columns(content.decode())

    def to_dict(self) -> dict[str, Any]:
        """All that is known of it, as ``isoflop datasets --json`` has it."""
        return self._data

    def __getitem__(self, name: str) -> Any:
        return self._data[name]

    def __repr__(self) -> str:
        ships = "ships" if self.ships else "does not ship"
        return f"<data set {self.key}: {self['title']}; {self['rows']} rows, {self['licence']}, {ships}>"


class DataSets(Sequence[DataSet]):
    """The data sets of the book, by place or key."""

    def __init__(self, data_sets: Sequence[DataSet]):
        self._data_sets = list(data_sets)

    def __len__(self) -> int:
        return len(self._data_sets)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, str):
            return self._data_sets[place]
        for each in self:
            if each.key == place:
                return each
        keys = ", ".join(each.key for each in self)
        raise InputError([Problem("datasets", 0, 0, f'the book has no data set "{place}"; it has {keys}')])

    def __iter__(self) -> Iterator[DataSet]:
        return iter(self._data_sets)

    def __repr__(self) -> str:
        return "\n".join(map(repr, self))


def datasets() -> DataSets:
    """The public data sets of the book: ``isf.datasets()["gemstones_hot"].runs()``."""
    return DataSets([DataSet(each) for each in json.loads(_core.data_sets_json())["data_sets"]])


def _columns(text: str) -> dict[str, Any]:
    """CSV, JSON in columns or JSON Lines, as columns of numbers where all are."""
    if not text.startswith("{"):
        rows: list[dict[str, Any]] = list(csv.DictReader(text.splitlines()))
    elif text.startswith('{"') and "\n" in text.strip():
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        columns = json.loads(text)
        first = next(iter(columns.values()))
        return {name: _column([column[row] for row in first]) for name, column in columns.items()}
    return {name: _column([row[name] for row in rows]) for name in rows[0]}


def _column(cells: list[Any]) -> Any:
    try:
        return np.array([float(cell) for cell in cells])
    except (TypeError, ValueError):
        return ["" if cell is None else str(cell) for cell in cells]
