"""`isf.read`: runs from files, folders, logs of training and W&B, as one table."""

from __future__ import annotations

import glob
import importlib.util
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import _core, _frames, _logs
from ._columns import Request
from ._errors import InputError, Problem
from ._logs import Run
from ._work import say

_TABLES = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet")
SHAPE = ("wide", "file_name")
# What of a mapping a fit does with rows, and reading does not.
_OF_A_FIT = ("weights", "cluster", "mean_of")

Columns = dict[str, Any]  # arrays of numbers, lists of texts with None


def _wrong(what: str, source: str = "read") -> InputError:
    return InputError([Problem(source, 0, 0, what)])


def read(source: Any, *, kind: str | None = None, **rows: Any) -> Any:
    """Reads runs into one table: a row a run, or a row a step of each, as the source has them.

    ``source``, or several of them in a list:

    - a table: CSV, JSON, JSON Lines (any of them gzipped) or Parquet;
    - a folder of W&B (``wandb``, ``offline-run-*``, a ``.wandb`` file), a project ``"wandb:TEAM/PROJECT"``, a run
      of one ``"wandb:TEAM/PROJECT/RUN"``, or ``wandb.Api().runs(...)``: the package wandb reads them;
    - a folder of TensorBoard's event files, which the package tensorboard reads;
    - ``trainer_state.json`` of Hugging Face's Trainer, or a folder with checkpoints of it;
    - a pattern, ``"runs/*/metrics.jsonl"``, of any of these.

    The column ``run`` tells runs apart (with several tables, by their names); ``step`` and each metric are of a step,
    configuration and summary of the run are in each of its rows. ``kind``, "pandas", "polars", "pyarrow" or "dict" (of
    arrays), is what the table is made as: by default that of the package which is loaded, else installed. Numbers are
    float64.

    Rows are kept as :func:`fit` keeps them, by the same arguments: ``last_of="run"``, ``thin="10 of run"``,
    ``where="state == 'finished'"``, ``best_of="N, D", best_by="loss"``, ``order``, ``skip_missing``,
    ``drop_highest_loss``. ``loss="eval/loss"`` and other columns say what these look at; the table's stay as they are.
    ``wide`` and ``file_name`` are of tables in files.
    """
    shape = {name: rows.pop(name) for name in SHAPE if name in rows}
    made = kind or _usual_kind()  # before a reader loads another package
    columns, notes = _united(source, shape)
    request = Request(columns, rows)
    for name in (*_OF_A_FIT, *request.recipe):
        if name in request.mapping or name in request.recipe:
            raise _wrong("a table that is read has no use for it: give it to fit", f"{name}=")
    request.check("read", [], arguments=("kind", *SHAPE))
    if rows:
        with request.placed():
            kept = _core.kept_rows(request.core_frame(), request.mapping)
        columns = {
            name: values[kept] if isinstance(values, np.ndarray) else [values[row] for row in kept]
            for name, values in columns.items()
        }
    say(notes)
    if made == "dict":
        columns = {
            name: values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
            for name, values in columns.items()
        }
    return _frames.made(columns, made)


def _usual_kind() -> str:
    """That of a package which is loaded, else of one that is installed."""
    loaded = _frames.usual_kind()
    if loaded != "dict":
        return loaded
    return next((kind for kind in ("pandas", "polars", "pyarrow") if importlib.util.find_spec(kind)), "dict")


def _united(source: Any, shape: dict[str, Any]) -> tuple[Columns, list[str]]:
    """Everything that a source has, and what should be known of it."""
    sources = list(source) if isinstance(source, (list, tuple, set)) else [source]
    if not sources:
        raise _wrong("there are no sources: give a file, a folder or a project")
    runs: list[Run] = []
    of_client: list[Any] = []  # runs of W&B as its client gives them
    found: dict[str, list[Path]] = {}
    notes: list[str] = []
    for each in sources:
        if isinstance(each, (str, os.PathLike)):
            text = os.fspath(each)
            project = _project(text)
            if project is not None:
                runs += _logs.wandb_project(project)
                continue
            for path in _matches(text):
                kind, files = _files(path, notes)
                known = found.setdefault(kind, [])
                known += [file for file in files if file not in known]
        elif hasattr(each, "scan_history"):
            of_client.append(each)
        else:
            several = list(each) if isinstance(each, Iterable) else []
            if not several or not all(hasattr(run, "scan_history") for run in several):
                raise _wrong(f"{type(each).__name__} is no source: give a path, a pattern, a project, or runs of W&B")
            of_client += several
    runs += _logs.wandb_runs(of_client)
    for kind, reader in _READERS.items():
        if kind in found:
            runs += reader(found[kind])
    for run in runs:
        notes += run.notes
        if not run.series and not run.constants:
            notes.append(f"{run.name} has no metrics: it is left out")
    runs = [run for run in runs if run.series or run.constants]
    tables = found.get("table", [])
    if shape and not tables:
        raise _wrong("it is of tables in files, and there are none", f"{next(iter(shape))}=")
    if not tables and not runs:
        raise _wrong("there is no run in it" + "".join(f"; {note}" for note in notes), _said(sources))
    parts = [_tables(tables, shape)] if tables else []
    return _stacked([*parts, *(run.columns() for run in runs)]), notes


_READERS = {
    "wandb": _logs.wandb_files,
    "trainer": _logs.trainer_states,
    "tensorboard": _logs.tensorboard_files,
}
_CALLED = {
    "wandb": ".wandb files",
    "trainer": "trainer_state.json",
    "tensorboard": "event files of TensorBoard",
    "table": "tables",
}


def _said(sources: Sequence[Any]) -> str:
    return ", ".join(str(each) for each in sources)


def _project(text: str) -> str | None:
    for start in ("wandb:", "https://wandb.ai/"):
        if text.startswith(start):
            return text.removeprefix(start).partition("?")[0].removesuffix("/workspace")
    return None


def _matches(text: str) -> list[Path]:
    text = os.path.expanduser(text)
    if os.path.exists(text):
        return [Path(text)]
    found = sorted(glob.glob(text, recursive=True))
    if not found:
        is_pattern = glob.has_magic(text)
        raise _wrong("no file or folder is called like that" if is_pattern else "there is no such file or folder", text)
    return [Path(path) for path in found]


def _kind_of_file(path: Path) -> str | None:
    if path.suffix == ".wandb":
        return "wandb"
    if path.name == "trainer_state.json":
        return "trainer"
    if "tfevents" in path.name:
        return "tensorboard"
    return "table" if path.name.removesuffix(".gz").endswith(_TABLES) else None


def _files(path: Path, notes: list[str]) -> tuple[str, list[Path]]:
    """What a path has, and the files that have it. A folder's logs are read, not the tables beside them."""
    if not path.is_dir():
        return _kind_of_file(path) or "table", [path]
    files: dict[str, list[Path]] = {}
    # The link wandb/latest-run is one of the folders beside it.
    for folder, _, names in os.walk(path):
        for file in names:
            if kind := _kind_of_file(Path(folder, file)):
                files.setdefault(kind, []).append(Path(folder, file))
    for kind in _CALLED:
        if kind not in files:
            continue
        others = [_CALLED[other] for other in ("trainer", "tensorboard") if other in files and other != kind]
        if others and kind != "table":
            notes.append(f"{path} has {_CALLED[kind]}, which are read, and {' and '.join(others)}, which are not")
        suffixes = sorted({file.name.removesuffix(".gz").rpartition(".")[2] for file in files[kind]})
        if kind == "table" and len(suffixes) > 1:
            raise _wrong(
                f"the folder has files of several forms ({', '.join(suffixes)}): say which, "
                f"as in '{path}/**/*.{suffixes[0]}'",
                str(path),
            )
        return kind, sorted(files[kind])
    raise _wrong(
        "the folder has no runs: neither .wandb files, event files of TensorBoard, trainer_state.json, "
        "nor tables (.csv, .json, .jsonl, .parquet)",
        str(path),
    )


def _tables(paths: list[Path], shape: dict[str, Any]) -> Columns:
    """Files of tables, as the library reads and unites them."""
    parts: list[Any] = []
    for path in paths:
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError as error:
            raise _wrong(f"it cannot be read: {error.strerror}", str(path)) from None
        is_parquet = data[:4] == b"PAR1"
        parts.append(_frames.core_frame(_parquet(path), str(path)) if is_parquet else (str(path), data))
    said = _said(paths) if len(paths) < 3 else f"{len(paths)} files"
    try:
        columns: Columns = _core.read_tables(parts, said, shape)
    except UnicodeDecodeError:
        raise _wrong("there is a text in it that is not UTF-8: save it as UTF-8", said) from None
    if not any(len(values) for values in columns.values()):
        raise _wrong("there are no rows below the names", said)
    if len(paths) > 1 and "run" not in columns and "file" in columns:
        names = dict(zip(map(str, paths), _named_by_file(paths)))
        columns = {"run": [names.get(file) for file in columns["file"]], **columns}
    return columns


def _named_by_file(paths: list[Path]) -> list[str]:
    """What tells files apart: where all are called the same, their folders, else their names."""
    if len({path.name for path in paths}) == 1:
        return _logs.named_by_folder([path.parent for path in paths])
    stems = [path.name.partition(".")[0] if path.suffix == ".gz" else path.stem for path in paths]
    if len(set(stems)) == len(stems):
        return stems
    return _logs.named_by_folder(paths)


def _parquet(path: Path) -> Any:
    for package in ("pyarrow", "polars"):
        if importlib.util.find_spec(package) is None:
            continue
        try:
            if package == "pyarrow":
                from pyarrow import parquet

                return parquet.read_table(path)
            import polars

            return polars.read_parquet(path)
        except Exception as error:  # either package has many kinds
            raise _wrong(f"it is no Parquet file that {package} reads: {error}", str(path)) from None
    raise _wrong("a Parquet file needs the package pyarrow or polars: pip install pyarrow", str(path))


def _stacked(parts: Sequence[Columns]) -> Columns:
    """Tables one after the other; where one lacks a column its cells are missing."""
    if len(parts) == 1:
        return {name: _typed(values) for name, values in parts[0].items()}
    names = list(dict.fromkeys(name for part in parts for name in part))
    sizes = [len(next(iter(part.values()), ())) for part in parts]
    stacked: Columns = {}
    for name in names:
        values: list[Any] = []
        for part, size in zip(parts, sizes):
            values.extend(part.get(name, [None] * size))
        stacked[name] = _typed(values)
    return stacked


def _typed(values: Any) -> Any:
    """Numbers as an array, truths as one where none is missing, else texts."""
    if isinstance(values, np.ndarray):
        return values
    given = [value for value in values if not _frames.is_missing(value)]
    if all(isinstance(value, bool) for value in given) and given:
        return np.array(values) if len(given) == len(values) else [None if v is None else str(v) for v in values]
    if all(isinstance(value, (int, float)) for value in given):
        return np.array([np.nan if value is None else float(value) for value in values])
    return [None if _frames.is_missing(value) else str(value) for value in values]
