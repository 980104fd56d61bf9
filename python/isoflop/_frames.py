"""Frames in and out: pandas, polars and pyarrow, whatever else has columns that become arrays, and
dicts of arrays. None of these packages is needed: a column is asked for its numpy array."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from . import _core
from ._errors import InputError, Problem

Floats = npt.NDArray[np.float64]


def _wrong(what: str) -> InputError:
    return InputError([Problem("frame", 0, 0, what)])


def names_of(frame: Any) -> list[str]:
    """The names of a frame's columns."""
    if isinstance(frame, Mapping):
        return [str(name) for name in frame]
    if isinstance(frame, np.ndarray) and frame.dtype.names:
        return list(frame.dtype.names)
    if hasattr(frame, "collect_schema"):  # polars, lazy ones too
        return list(frame.collect_schema().names())
    for attribute in ("column_names", "columns"):
        names = getattr(frame, attribute, None)
        if names is not None:
            return [str(name) for name in names]
    raise _wrong(
        f"{type(frame).__name__} is not a frame: give a DataFrame of pandas or polars, a Table of "
        "pyarrow, or a dict of arrays"
    )


def cells_of(values: Any) -> Floats | list[str]:
    """A column as numbers, without a copy where they are contiguous float64, or as texts."""
    if not isinstance(values, np.ndarray) and hasattr(values, "to_numpy"):
        values = values.to_numpy()
    array = np.asarray(values)
    if array.ndim != 1:
        raise _wrong(f"a column has {array.ndim} dimensions: give columns of one")
    if array.dtype.kind in "biuf":
        return np.ascontiguousarray(array, dtype=np.float64)
    if array.dtype.kind == "O":
        try:  # numbers with None or NA among them
            if not any(isinstance(value, str) for value in array):
                return np.array([np.nan if is_missing(value) else float(value) for value in array])
        except (TypeError, ValueError):
            pass
    return ["" if is_missing(value) else str(value) for value in array.tolist()]


def is_missing(value: Any) -> bool:
    return value is None or value != value or type(value).__name__ in ("NAType", "NaTType")


def core_frame(frame: Any, source: str = "the table", taken: dict[str, Any] | None = None) -> _core.Frame:
    """The frame as the module reads it: columns are taken when a formula asks for them, and kept in ``taken``."""
    if hasattr(frame, "collect") and hasattr(frame, "collect_schema"):
        frame = frame.collect()
    names = names_of(frame)
    by_name = {str(name): name for name in frame.columns} if _is_pandas(frame) else {}
    if len(by_name) not in (0, len(names)):
        raise _wrong("two columns have the same name: rename one of them")

    def column(name: str) -> Floats | list[str]:
        cells = cells_of(frame[by_name.get(name, name)])
        if taken is not None:
            taken[name] = cells
        return cells

    return _core.Frame(names, _rows(frame, names), column, source)


def _rows(frame: Any, names: list[str]) -> int:
    if isinstance(frame, Mapping):
        return len(next(iter(frame.values()))) if frame else 0
    return frame.num_rows if hasattr(frame, "num_rows") else len(frame)


def _is_pandas(frame: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(frame, pandas.DataFrame)


def kind_of(frame: Any) -> str:
    """What makes a frame of the same kind: "pandas", "polars", "pyarrow" or "dict"."""
    package = type(frame).__module__.partition(".")[0]
    return package if package in ("pandas", "polars", "pyarrow") else "dict"


def made(columns: Mapping[str, Any], kind: str) -> Any:
    """Columns as a frame of that kind."""
    if kind == "pandas":
        import pandas

        return pandas.DataFrame(dict(columns))
    if kind == "polars":
        import polars

        return polars.DataFrame(dict(columns))
    if kind == "pyarrow":
        import pyarrow

        return pyarrow.table(dict(columns))
    if kind == "dict":
        return dict(columns)
    raise InputError([Problem("kind", 0, 0, f'"{kind}" is none of pandas, polars, pyarrow and dict')])


def usual_kind() -> str:
    """The kind where no frame was given: that of a package which the user has loaded."""
    return next((kind for kind in ("pandas", "polars", "pyarrow") if sys.modules.get(kind)), "dict")


def with_columns(frame: Any, columns: Mapping[str, Any]) -> Any:
    """A copy of the frame with further columns."""
    kind = kind_of(frame)
    if kind == "pandas":
        return frame.assign(**columns)
    if kind == "polars":
        import polars

        return frame.with_columns(**{name: polars.lit(polars.Series(values)) for name, values in columns.items()})
    if kind == "pyarrow":
        for name, values in columns.items():
            frame = frame.append_column(name, [values])
        return frame
    return {**{name: frame[name] for name in names_of(frame)}, **columns}
