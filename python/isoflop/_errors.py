"""Errors of the library as exceptions, in the words of this package."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

# Fields of the library's structs whose arguments have other names here; of the others the argument
# is the field.
_ARGUMENTS = {
    "recipe.loss": "robust_loss",
    "holdout.text": "holdout",
    "bootstrap.replicates": "replicates",
    "request.architecture": "arch",
    "memory.bytes": "memory",
    "memory.key_values": "kv_cache",
    "question.free_sparsity": "sparsity",
    "question.minimise": "least",
    "question.limits": "max_total",
    "read_groups.by": "by",
}
_FIELD = re.compile(
    r"(?<![\w./-])(recipe|mapping|question|bootstrap|holdout|box|hardware|request|memory|chart|"
    r"read_groups)\.([a-z][a-z0-9_]*)(?![\w/-])(=?)"
)


def in_python(text: str) -> str:
    """A text of the library with the names of arguments, ``fix=``, in place of its fields."""

    def argument(match: re.Match[str]) -> str:
        field = f"{match[1]}.{match[2]}"
        return _ARGUMENTS.get(field, match[2]) + "="

    return _FIELD.sub(argument, text)


class Problem(NamedTuple):
    """One thing that is wrong, and where."""

    source: str
    """The file or argument that was being read; may be empty."""
    line: int
    """Line of a file, from 1; 0 where there is none."""
    column: int
    """Character of the line or of the argument, from 1; 0 where there is none."""
    what: str
    """What was seen and what to do."""

    def __str__(self) -> str:
        place = self.source
        if self.column and not self.line:  # of an argument
            place += f", character {self.column}"
        else:
            place += "".join(f":{number}" for number in (self.line, self.column) if number)
        return f"{place}: {self.what}" if place else self.what


class _Error(Exception):
    problems: list[Problem]

    def __init__(self, problems: list[Problem], more: int = 0):
        self.problems = problems
        self.more = more
        lines = [str(problem) for problem in problems]
        if more:
            lines.append(f"... and {more} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems, self.more)


class InputError(_Error, ValueError):
    """What was given is wrong. ``problems`` has every problem that was found, not the first alone."""


class WorkError(_Error, RuntimeError):
    """What was given is fine, and the work failed: no optimum exists, say. Where workers of an executor failed,
    ``partial`` is the result of what the others finished, or None."""

    partial: Any = None


class Interrupted(KeyboardInterrupt):
    """Ctrl-C ended long work. ``partial`` is the result of what was finished, or None."""

    def __init__(self, partial: Any = None):
        super().__init__(*(["the exception's `partial` has what is finished"] if partial is not None else []))
        self.partial = partial


class Note(UserWarning):
    """What a careful user should know of a result: a derived input, an extrapolation."""


class Doubt(UserWarning):
    """Why a result may be wrong: what its runs leave in doubt."""


def made(is_input: bool, problems: list[tuple[str, int, int, str]], more: int) -> _Error:
    """The exception of a library's error; the module calls this."""
    named = [Problem(in_python(source), line, column, in_python(what)) for source, line, column, what in problems]
    return (InputError if is_input else WorkError)(named, more)
