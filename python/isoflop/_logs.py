"""Logs of training as runs: Weights & Biases (folders and projects), TensorBoard, Hugging Face's Trainer."""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ._errors import InputError, Problem, WorkError
from ._work import Bar

Series = dict[str, dict[float, Any]]  # name, step, value


class Run:
    """What one run logged: metrics by step, and what is the same at every step of it."""

    def __init__(self, name: str):
        self.name = name
        self.state: str | None = None  # how it ended, where that is known
        self.constants: dict[str, Any] = {}
        self.series: Series = {}
        self.notes: list[str] = []

    def add(self, series: Series) -> None:
        """The log of a later start of the run. From its first step on it replaces the earlier ones, metric
        by metric: what they logged beyond the checkpoint that was resumed is no part of the run."""
        replaced = set()
        for name, values in series.items():
            known = self.series.setdefault(name, {})
            for step in [step for step in known if step >= min(values)]:
                del known[step]
                replaced.add(step)
            known.update(values)
        if replaced:
            self.notes.append(
                f"{self.name} was resumed or started again: its later log replaces {len(replaced)} steps "
                f"from {min(replaced):g} to {max(replaced):g}"
            )

    def columns(self) -> dict[str, list[Any]]:
        """A row a step; what is the same at every step is in every row. A run without steps has one row."""
        steps: list[Any] = sorted({step for values in self.series.values() for step in values})
        size = len(steps) or 1
        made: dict[str, list[Any]] = {"run": [self.name] * size}
        if steps and "step" not in self.series:
            made["step"] = steps
        if self.state is not None:
            made["state"] = [self.state] * size
        for name, value in self.constants.items():
            is_taken = name in made or name in self.series
            made[f"config.{name}" if is_taken else name] = [value] * size
        for name, values in self.series.items():
            made[f"logged.{name}" if name in ("run", "state") else name] = [values.get(step) for step in steps]
        return made


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Numbers, truths and texts under dotted names, as the W&B export has them. A list is a text."""
    for key, value in values.items():
        name = f"{before}{key}"
        if name == "_wandb" or value is None:
            continue
        if isinstance(value, Mapping):
            if "_type" not in value:  # a histogram, an image
                yield from _flat(value, f"{name}.")
        elif isinstance(value, (list, tuple)):
            yield name, json.dumps(value)
        else:
            yield name, _number(value)


def _number(value: Any) -> Any:
    """W&B sends what JSON has no number for as texts."""
    return float(value) if value in ("NaN", "Infinity", "-Infinity") else value


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (bool, int, float, str))


def _missing(package: str, what: str) -> InputError:
    return InputError([Problem("read", 0, 0, f"{what} needs the package {package}: pip install {package}")])


def _broken(path: Path, why: str) -> InputError:
    return InputError([Problem(str(path), 0, 0, why)])


def named_by_folder(folders: Sequence[Path]) -> list[str]:
    """What tells the folders apart: their paths below the deepest one that has them all."""
    if len(folders) == 1:
        return [folders[0].resolve().name]
    absolute = [folder.resolve() for folder in folders]
    above = os.path.commonpath(absolute)
    return [absolute_one.name if str(absolute_one) == above else os.path.relpath(absolute_one, above)
            for absolute_one in absolute]  # fmt: skip


# ---- Weights & Biases

_BLOCK, _HEADER = 32768, 7  # bytes


def _wandb_records(path: Path) -> tuple[list[bytes], bool]:
    """The records of a .wandb file, and whether it is whole.

    The file is a log of LevelDB (github.com/google/leveldb, doc/log_format.md) behind seven bytes of its
    own: blocks with parts of records, each with a checksum, its length, and whether it is all of a record
    (1) or its first (2), a middle (3) or its last part (4). wandb has no reader of it for Python any more.
    """
    data = path.read_bytes()
    if not data:
        return [], False
    if data[:4] != b":W&B":
        raise _broken(path, "it is not a file of W&B: it does not start with :W&B")
    records: list[bytes] = []
    at, record = _HEADER, b""
    while at < len(data):
        room = _BLOCK - at % _BLOCK
        if room < _HEADER:  # zeros up to the end of the block
            at += room
            continue
        if at + _HEADER > len(data):
            return records, False
        checksum, size, kind = struct.unpack_from("<IHB", data, at)
        part = data[at + _HEADER : at + _HEADER + size]
        if len(part) < size or zlib.crc32(part, zlib.crc32(bytes([kind]))) != checksum:
            return records, False
        at += _HEADER + size
        record = record + part if kind in (3, 4) else part
        if kind in (1, 4):
            records.append(record)
    return records, True


def _values(items: Iterable[Any]) -> dict[str, Any]:
    """Names and values of the items of a record, without W&B's own."""
    named = ((".".join(item.nested_key) or item.key, item) for item in items)
    return {name: json.loads(item.value_json) for name, item in named if name[:1] != "_"}


def _scalars(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of metrics: not W&B's own, nor the parts of a histogram or an image, which have a _type."""
    media = tuple(name.removesuffix("_type") for name in values if name.endswith("._type"))
    return {
        name: _number(value)
        for name, value in values.items()
        if name[:1] != "_" and not name.startswith(media) and _is_scalar(value)
    }


class _WandbFile:
    """One start of a run, as its .wandb file has it."""

    def __init__(self, path: Path, proto: Any):
        self.began = (0, 0)  # seconds, nanoseconds
        self.run = Run(str(path))
        self.identity = str(path)
        self.run.state = "unfinished"
        self.series = Series()
        last: dict[str, Any] = {}  # items of the summary: each step has some
        records, is_whole = _wandb_records(path)
        for text in records:
            try:
                record = proto.Record.FromString(text)
            except Exception:  # protobuf's DecodeError, whichever implementation it has
                is_whole = False
                break
            kind = record.WhichOneof("record_type")
            if kind == "run":
                self.identity = record.run.run_id
                self.run.name = record.run.display_name or self.identity
                self.began = (record.run.start_time.seconds, record.run.start_time.nanos)
                self.run.constants.update(_flat(_values(record.run.config.update)))
            elif kind == "config":
                self.run.constants.update(_flat(_values(record.config.update)))
            elif kind == "summary":
                last.update((".".join(item.nested_key) or item.key, item) for item in record.summary.update)
            elif kind == "history":
                for name, value in _scalars(_values(record.history.item)).items():
                    self.series.setdefault(name, {})[record.history.step.num] = value
            elif kind == "exit":
                self.run.state = "failed" if record.exit.exit_code else "finished"
        self.summary = _values(last.values())
        if not is_whole:
            self.run.notes.append(f"{path} ends in the middle of a record: its run was stopped, or is not done")


def wandb_files(paths: Sequence[Path]) -> list[Run]:
    """The runs of .wandb files, as they began. Files with one run id are one run that was resumed."""
    try:
        from wandb.proto import wandb_internal_pb2 as proto
    except ImportError:
        raise _missing("wandb", "a .wandb file") from None
    runs: dict[str, Run] = {}
    files = [_WandbFile(path, proto) for path in sorted(paths, key=lambda path: path.parent.name)]  # with their times
    for file in sorted(files, key=lambda file: file.began):
        run = runs.setdefault(file.identity, file.run)
        if run is not file.run:
            run.state = file.run.state
            run.constants |= file.run.constants
            run.notes += file.run.notes
        run.add(file.series)
        _add_summary(run, file.summary)
    return _told_apart(runs)


def _add_summary(run: Run, summary: Mapping[str, Any]) -> None:
    """What a run says of itself at its end is a constant; the last value of a metric is in its steps."""
    run.constants.update((name, value) for name, value in _scalars(summary).items() if name not in run.series)


def _told_apart(runs: Mapping[str, Run]) -> list[Run]:
    """Runs that have one name get their ids as well."""
    names = [run.name for run in runs.values()]
    for identity, run in runs.items():
        if names.count(run.name) > 1:
            run.name = f"{run.name} ({identity})"
    return list(runs.values())


def wandb_project(path: str) -> list[Run]:
    """The runs of TEAM/PROJECT, or the one of TEAM/PROJECT/RUN."""
    try:
        import wandb
    except ImportError:
        raise _missing("wandb", "a project of W&B") from None
    parts = path.strip("/").split("/")
    if len(parts) == 4 and parts[2] == "runs":  # as in the address of its page
        del parts[2]
    if len(parts) not in (2, 3) or not all(parts):
        raise InputError([Problem("read", 0, 0, f'"{path}" is not TEAM/PROJECT or TEAM/PROJECT/RUN')])
    try:
        api = wandb.Api()
        return wandb_runs([api.run("/".join(parts))] if len(parts) == 3 else api.runs("/".join(parts)))
    except (wandb.Error, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise WorkError([Problem(f"wandb:{path}", 0, 0, str(error))]) from None


def wandb_runs(found: Any) -> list[Run]:
    """Runs of `wandb.Api().runs(...)`, with every step that they logged."""
    runs: dict[str, Run] = {}
    bar = Bar()
    try:
        for one in found:
            run = runs[one.id] = Run(one.name or one.id)
            run.state = one.state
            run.constants = dict(_flat(one.config))
            series = Series()
            for place, row in enumerate(one.scan_history()):
                step = row.get("_step", place)
                for name, value in _scalars(dict(_flat(row))).items():
                    series.setdefault(name, {})[step] = value
            run.add(series)
            _add_summary(run, dict(_flat(getattr(one.summary, "_json_dict", one.summary))))
            bar("runs", len(runs), len(found) if hasattr(found, "__len__") else 0)
    finally:
        bar.close()
    return _told_apart(runs)


# ---- TensorBoard


def tensorboard_files(paths: Sequence[Path]) -> list[Run]:
    """The runs of event files: a folder is one. Several files in it are starts of the run."""
    try:
        from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
        from tensorboard.compat.proto.event_pb2 import Event
        from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData
        from tensorboard.util.tensor_util import make_ndarray
    except ImportError:
        raise _missing("tensorboard", "an event file") from None

    def number(value: Any) -> float | None:
        if value.HasField("simple_value"):
            return float(value.simple_value)
        # Of the third version of summaries on, scalars are tensors. Types 1 and 2 are floats.
        if value.HasField("tensor") and value.tensor.dtype in (1, 2):
            array = make_ndarray(value.tensor)
            return float(array) if array.size == 1 and array.ndim == 0 else None
        return None

    folders = sorted({path.parent for path in paths})
    runs = []
    for folder, name in zip(folders, named_by_folder(folders)):
        run = Run(name)
        for path in sorted(path for path in paths if path.parent == folder):  # by the time in their names
            series, size = Series(), 0
            for text in RawEventFileLoader(str(path)).Load():
                size += len(text) + 16  # its length, and two checksums
                event = Event.FromString(text)
                for value in event.summary.value:
                    if value.tag == "_hparams_/session_start_info":
                        plugin = HParamsPluginData.FromString(value.metadata.plugin_data.content)
                        for key, setting in sorted(plugin.session_start_info.hparams.items()):
                            run.constants[key] = getattr(setting, setting.WhichOneof("kind") or "null_value")
                    elif (scalar := number(value)) is not None:
                        series.setdefault(value.tag, {})[event.step] = scalar
            if size < path.stat().st_size:
                run.notes.append(f"{path} ends in the middle of an event: its run was stopped, or is not done")
            run.add(series)
        runs.append(run)
    return runs


# ---- Hugging Face


def trainer_states(paths: Sequence[Path]) -> list[Run]:
    """The runs of `trainer_state.json` files. Each checkpoint of a run has one: the last is taken."""
    last: dict[Path, tuple[int, dict[str, Any], Path]] = {}
    for path in sorted(paths):
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
            step = int(state.get("global_step") or 0)
            state["log_history"].__iter__
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise _broken(path, f"it is not the state of a Trainer, which has a log_history: {error}") from None
        folder = path.parent.parent if path.parent.name.startswith("checkpoint-") else path.parent
        if folder not in last or step >= last[folder][0]:
            last[folder] = (step, state, path)
    runs = []
    for (_, state, path), name in zip(last.values(), named_by_folder(list(last))):
        run = Run(name)
        run.constants = {
            name: value for name, value in state.items() if _is_scalar(value) and not isinstance(value, str)
        }
        series = Series()
        for entry in state["log_history"]:
            if not isinstance(entry, dict) or not isinstance(entry.get("step"), (int, float)):
                raise _broken(path, "an entry of its log_history has no step")
            for key, value in entry.items():
                if key != "step" and _is_scalar(value):
                    series.setdefault(key, {})[entry["step"]] = _number(value)
        run.add(series)
        runs.append(run)
    return runs
