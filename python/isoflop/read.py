"""`python -m isoflop.read SOURCE... -o runs.csv`: runs of any source of `isf.read` as a table for the program."""

from __future__ import annotations

import argparse
import csv
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import _core, _read
from ._errors import InputError, Interrupted, WorkError

if __name__ != "__main__":  # `import isoflop.read` leaves isf.read what it is
    sys.modules[__name__] = _read.read  # type: ignore[assignment]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m isoflop.read",
        description="Writes runs as CSV: tables, W&B (folders, wandb:TEAM/PROJECT), TensorBoard, trainer_state.json.",
        epilog="example: python -m isoflop.read wandb/ --last-of run -o runs.csv",
        allow_abbrev=False,
    )
    parser.add_argument("source", nargs="+", help="file, folder, pattern in quotes, or wandb:TEAM/PROJECT")
    parser.add_argument("-o", "--output", metavar="FILE", help="file to write, by default standard output")
    for field in _core.mapping_fields():
        name = field["name"]
        if name in _read._OF_A_FIT:
            continue
        flag, help = f"--{name.replace('_', '-')}", field["help"].replace("%", "%%")
        if isinstance(field["default"], bool):
            parser.add_argument(flag, dest=name, action="store_true", default=None, help=help)
        else:
            parser.add_argument(flag, dest=name, metavar=field["value"], type=type(field["default"]), help=help)
    return parser


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, float):  # numpy's, too
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def _write(columns: dict[str, Any], to: Any) -> None:
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*([_cell(value) for value in values.tolist()] for values in columns.values())))


def _in_flags(text: str) -> str:
    def flag(match: re.Match[str]) -> str:
        return f"--{match[1].replace('_', '-')}{match[2] and ' ' + match[2]}"

    return re.sub(r"(?<![\w./-])([a-z]+(?:_[a-z]+)*)=(\"?)", flag, text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; its exit code is 0, 1 (the work failed), 2 (the input is wrong) or 130."""
    given = vars(_parser().parse_args(arguments))
    sources, output = given.pop("source"), given.pop("output")
    rows = {name: value for name, value in given.items() if value is not None}
    try:
        if output and any(
            os.path.exists(each) and os.path.realpath(each) == os.path.realpath(output) for each in sources
        ):
            raise _read._wrong("the output is an input as well: write to another file", output)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            columns = _read.read(sources, kind="dict", **rows)
        for each in said:
            print(f"note: {_in_flags(str(each.message))}", file=sys.stderr)
        if not output:
            _write(columns, sys.stdout)
            return 0
        path = Path(output)
        try:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as to:
                _write(columns, to)
            os.chmod(to.name, 0o644)
            os.replace(to.name, path)
        except OSError as error:
            print(f"{output}: it cannot be written: {error.strerror}", file=sys.stderr)
            return 1
        print(f"wrote {output}: {len(next(iter(columns.values())))} rows of {len(columns)} columns", file=sys.stderr)
    except (InputError, WorkError) as error:
        print(_in_flags(str(error)), file=sys.stderr)
        return 2 if isinstance(error, InputError) else 1
    except (KeyboardInterrupt, Interrupted):
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
