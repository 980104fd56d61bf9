"""What a caller says of columns and of the recipe, by name, as the library takes it."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from . import _core, _frames
from ._errors import InputError, Problem

_LOSS = "robust_loss"  # the recipe's field `loss`: here loss= is the column
# Fields of the mapping that are formulas or names of columns.
_BY_COLUMN = ("response", "weights", "last_of", "order", "mean_of", "best_of", "best_by")
# Those of one value a row, which may be given as an array too.
_BY_ROW = ("response", "where", "weights", "cluster", "order", "best_by")
# What a table has beside inputs of its law.
_ROLES = ("loss", "weight")


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
        given = {
            name: value.item() if isinstance(value, np.generic) else value
            for name, value in given.items()
            if value is not None
        }
        self.given = given
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
        for name in _BY_ROW:
            value = self.mapping.get(name)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                self.mapping[name] = str(value)
            elif value is not None and not isinstance(value, str):
                own = name if name not in names else f"{name}="
                extra[own], self.mapping[name] = value, f"{{{own}}}"
        for name in _BY_COLUMN:  # a column's name that is no formula: "Model Size", "eval/loss"
            if (value := self.mapping.get(name)) in names and not str(value).isidentifier():
                self.mapping[name] = f"{{{value}}}"
        if text:
            self.mapping["columns"] = text
        expected = "the name of a column, a formula or an array of one value a row is expected"
        if wrong := [name for name, value in extra.items() if np.ndim(value) != 1]:
            raise InputError([Problem(f"{name.rstrip('=')}=", 0, 0, expected) for name in wrong])
        self.frame = {**({} if frame is None else _as_dict(frame)), **extra} if extra else frame

    def check(self, function: str, laws: Collection[_core.Law], *texts: str, arguments: Collection[str] = ()) -> None:
        """Every name is an argument, or a column that a law or a formula (also of ``texts``) uses: ``strats=8`` would
        else be a column that nothing asks for."""
        own = {name for name in self.given if name not in mapping_fields() and name not in recipe_fields()}
        known = {*_core.standard_inputs(), *_ROLES, *(name for law in laws for name in law.inputs)}
        said: list[tuple[str, Any]] = [*self.given.items(), *(("", text) for text in texts)]
        used = {
            name
            for of, value in said
            if isinstance(value, str)
            for name in re.findall(r"[^\W\d]\w*", value)
            if name != of
        }
        wrong = []
        for name in sorted(own - known - used, key=list(self.given).index):
            near = _near(name, {*mapping_fields(), *recipe_fields(), *arguments})
            of_laws = difflib.get_close_matches(name, sorted({name for law in laws for name in law.inputs}), 1)
            hint = f"; did you mean {(near or of_laws)[0]}=?" if near or of_laws else _inputs_of(laws)
            what = f"{function}() has no such argument, and no formula uses it{hint}"
            wrong.append(Problem(f"{name}=", 0, 0, what))
        if wrong:
            raise InputError(wrong)

    def core_frame(self, taken: dict[str, Any] | None = None) -> _core.Frame:
        return _frames.core_frame(self.frame, taken=taken)

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Errors in `columns` are said of the argument that they are in."""
        try:
            yield
        except InputError as error:
            raise InputError([self._place(problem) for problem in error.problems], error.more) from None

    def _place(self, problem: Problem) -> Problem:
        inside = [piece for piece in self._pieces if piece[1] < problem.column]
        lacks = re.match(r"nothing provides (\w+); it needs", problem.what)
        if problem.source == "columns=" and lacks and "columns" not in self.given:
            return problem._replace(source=f"{lacks[1]}=")
        if problem.source != "columns=" or not inside:
            given = self.mapping.get(problem.source.removesuffix("="))
            return problem._replace(source=f'{problem.source}"{given}"') if given and problem.column else problem
        name, start, value = inside[-1]
        column = difflib.get_close_matches(value, self._names, 1)
        field = _near(name, recipe_fields() | mapping_fields())
        if "did you mean" in problem.what:
            column, field = [], []
        hint = (
            f'; did you mean the column "{column[0]}"?' if column else f"; did you mean {field[0]}=?" if field else ""
        )
        return Problem(f'{name}="{value}"', 0, problem.column - start, problem.what + hint)


def columns_in(columns: str) -> set[str]:
    """The names that formulas read and do not define themselves."""
    words = re.findall(r"\{([^}]*)\}|(?<![\w.])([^\W\d]\w*)(?!\w*\s*\()", columns)
    return {quoted or name for quoted, name in words} - {*_core.defined_names(columns), "of", "all"}


def _near(name: str, names: Collection[str]) -> list[str]:
    return difflib.get_close_matches(name, sorted(names), 1, 0.75)


def check_inputs(given: Collection[str], known: Collection[str], arguments: Collection[str]) -> None:
    """A name that is no input of a law may be a slip for an argument; other ones the library refuses."""
    near = {name: _near(name, arguments) for name in given if name not in known}
    if wrong := [Problem(f"{name}=", 0, 0, f"did you mean {found[0]}=?") for name, found in near.items() if found]:
        raise InputError(wrong)


def _inputs_of(laws: Collection[_core.Law]) -> str:
    return "".join(f"; {law.key} has the inputs {', '.join(law.inputs)}" for law in list(laws)[:3])


def _as_dict(frame: Any) -> dict[str, Any]:
    return {name: frame[name] for name in _frames.names_of(frame)}
