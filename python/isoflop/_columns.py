"""What a caller says of columns and of the recipe, by name, as the library takes it."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from . import _core, _frames
from ._errors import InputError, Problem

_LOSS = "robust_loss"  # the recipe's field `loss`: here loss= is the column
# Fields of the mapping that are formulas or names of columns.
_BY_COLUMN = ("response", "weights", "last_of", "order", "mean_of", "best_of", "best_by")


@functools.cache
def mapping_fields() -> frozenset[str]:
    return frozenset(field["name"] for field in _core.mapping_fields())


@functools.cache
def recipe_fields() -> frozenset[str]:
    return frozenset(_LOSS if field["name"] == "loss" else field["name"] for field in _core.recipe_fields())


def described() -> str:
    """Every field, a line each."""
    lines = []
    for field in [*_core.mapping_fields(), *_core.recipe_fields()]:
        name = _LOSS if field["name"] == "loss" else field["name"]
        choices = ", ".join(choice for choice, _ in field["choices"])
        lines.append(
            f"    {name}: {field['help']}{f' ({choices})' if choices else ''}, by default {field['default']!r}"
        )
    return "\n".join(lines)


class Request:
    """A frame and what was said of it: the library's mapping and recipe."""

    def __init__(self, frame: Any, given: Mapping[str, Any]):
        self.mapping = {name: value for name, value in given.items() if name in mapping_fields()}
        self.recipe = {
            "loss" if name == _LOSS else name: value for name, value in given.items() if name in recipe_fields()
        }
        self._pieces: list[tuple[str, int, str]] = []  # an argument, where its formula starts in `columns`, and it
        extra: dict[str, Any] = {}
        names = [] if frame is None else _frames.names_of(frame)
        self._names = names
        text = self.mapping.get("columns", "")
        for name, value in given.items():
            if name in mapping_fields() or name in recipe_fields():
                continue
            if isinstance(value, (str, int, float)):
                text += f"{', ' if text else ''}{name} = "
                self._pieces.append((name, len(text), str(value)))
                text += f"{{{value}}}" if value in names else str(value)
            else:
                extra[name] = value
        for name in _BY_COLUMN:  # a column's name that is no formula: "Model Size", "eval/loss"
            if (value := self.mapping.get(name)) in names and not str(value).isidentifier():
                self.mapping[name] = f"{{{value}}}"
        if text:
            self.mapping["columns"] = text
        self.frame = {**({} if frame is None else _as_dict(frame)), **extra} if extra else frame

    def core_frame(self) -> _core.Frame:
        return _frames.core_frame(self.frame)

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Errors in `columns` are said of the argument that they are in."""
        try:
            yield
        except InputError as error:
            raise InputError([self._place(problem) for problem in error.problems], error.more) from None

    def _place(self, problem: Problem) -> Problem:
        inside = [piece for piece in self._pieces if piece[1] < problem.column]
        if problem.source != "columns=" or not inside:
            given = self.mapping.get(problem.source.removesuffix("="))
            return problem._replace(source=f'{problem.source}"{given}"') if given and problem.column else problem
        name, start, value = inside[-1]
        column = difflib.get_close_matches(value, self._names, 1)
        field = difflib.get_close_matches(name, sorted(recipe_fields() | mapping_fields()), 1, 0.75)
        if "did you mean" in problem.what:
            column, field = [], []
        hint = (
            f'; did you mean the column "{column[0]}"?' if column else f"; did you mean {field[0]}=?" if field else ""
        )
        return Problem(f'{name}="{value}"', 0, problem.column - start, problem.what + hint)


def _as_dict(frame: Any) -> dict[str, Any]:
    return {name: frame[name] for name in _frames.names_of(frame)}
