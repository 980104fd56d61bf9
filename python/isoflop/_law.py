"""Laws: formulas for the loss of a training run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import _core, _frames
from ._errors import InputError, Problem
from ._work import say

Number = float | str
"""A number, or a text such as "70B" or, of a sparsity, "2:4"."""


class Output(NamedTuple):
    """What a law predicts."""

    name: str
    """"loss", "learning rate", "batch", ..."""
    unit: str
    """"nats", "bits a byte", ...; empty for none."""


class Law:
    """A scaling law: a formula for the loss with named inputs and coefficients.

    ``Law("E + A/N^alpha + B/D^beta")`` is a formula of your own. Names among ``N P S Sx D U C G
    experts`` are inputs, all others are coefficients; ``ranges={"alpha": (0, 1)}`` says where fits
    look for them. :func:`law` finds published ones.

    A law with values is a function of its inputs, in raw units (parameters, tokens, FLOPs; nats per
    token out): ``law("hoffmann2022:besiroglu")(N=70e9, D=1.4e12)``.

    N active parameters; P total parameters, N = P (1 - S); S sparsity; Sx expert sparsity; D
    training tokens; U unique tokens; C training FLOPs; experts number of experts.
    """

    _law: _core.Law

    def __init__(self, formula: str, ranges: Mapping[str, tuple[Number, Number]] | None = None):
        made, _, doubts = _core.law_from_formula(formula, "")
        self._law = made.with_ranges(dict(ranges)) if ranges else made
        say(doubts=doubts)

    @classmethod
    def _of(cls, made: _core.Law) -> Law:
        self = cls.__new__(cls)
        self._law = made
        return self

    @property
    def key(self) -> str:
        """Its key in the book, such as "hossain2025"; "formula" of a formula of your own."""
        return self._law.key

    @property
    def label(self) -> str:
        """The key with the set of coefficients: "hossain2025:moe"."""
        return self._law.label

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return self._law.title

    @property
    def cite(self) -> str:
        """The paper and the equation."""
        return self._law.cite

    @property
    def group(self) -> str:
        """What kind of model it is for: "dense", "pruned", "MoE", ..."""
        return self._law.group

    @property
    def note(self) -> str:
        """What to know before it is used; may be empty."""
        return self._law.note

    @property
    def formula(self) -> str:
        """The formula as it was written."""
        return self._law.formula

    @property
    def output(self) -> Output:
        """What it predicts, and the unit."""
        return Output(*self._law.output)

    @property
    def inputs(self) -> dict[str, str]:
        """The inputs and their meanings."""
        return self._law.inputs

    @property
    def coefficients(self) -> list[_core.Coefficient]:
        """The coefficients: name, range, unit, meaning and role."""
        return self._law.coefficients

    @property
    def sets(self) -> list[_core.CoefficientSet]:
        """The published sets of coefficients."""
        return self._law.sets

    @property
    def params(self) -> dict[str, float]:
        """The values of the coefficients; empty for a law without any."""
        return self._law.values

    @property
    def fitted_on(self) -> dict[str, tuple[float, float]]:
        """The range of each input over the runs that the values come from, where it is known."""
        return self._law.fitted_on

    @property
    def toml(self) -> str:
        """The law as a file, which :func:`law` reads back."""
        return self._law.toml

    def with_params(self, params: Mapping[str, float]) -> Law:
        """The same law with other values, one for each coefficient."""
        return Law._of(self._law.with_values(dict(params)))

    def __call__(self, **inputs: Any) -> Any:
        """The loss in nats: a float of numbers, an array of arrays, which are broadcast.

        Inputs that follow from others may be left out: P from N and S, D from C and N.
        """
        return _predicted(self._law, inputs)[0]

    def to_latex(self) -> str:
        """The formula as LaTeX, with its definitions."""
        return latex_of(self._law)

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.to_latex()}$"

    def _repr_html_(self) -> str:
        from ._html import law_html

        return law_html(self)

    def __repr__(self) -> str:
        lines = [f"<law {self.label}: {self.title}>" if self.title else f"<law {self.label}>"]
        lines += [f"  {name} = {formula}" for name, formula in self._law.lines()]
        lines += [f"  {name} = {value:.6g}" for name, value in self.params.items()]
        return "\n".join(lines)

    def __reduce__(self) -> tuple[Any, ...]:
        if not self._law.has_values or self._law.set_name in [each.name for each in self.sets]:
            return _law_of_toml, (self.toml, self._law.set_name)
        return _law_of_toml, (self.toml, "", self.params)


def _law_of_toml(text: str, chosen: str, params: dict[str, float] | None = None) -> Law:
    read = _core.law_from_toml(text, "law")
    if params:
        return Law._of(read.with_values(params))
    return Law._of(read.with_set(chosen) if chosen else read.without_values())


def latex_of(made: _core.Law) -> str:
    lines = made.latex_lines()
    if len(lines) == 1:
        return "{} = {}".format(*lines[0])
    rows = r" \\ ".join(f"{name} &= {formula}" for name, formula in lines)
    return rf"\begin{{aligned}} {rows} \end{{aligned}}"


def _predicted(made: _core.Law, inputs: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The loss of numbers or arrays, and the notes."""
    if all(np.ndim(value) == 0 for value in inputs.values()):
        prediction = _core.predict(made, dict(inputs))
        return prediction.loss, prediction.notes
    table, notes, shape = mapped(made, inputs)
    return table.columns["predicted"].reshape(shape), notes


def mapped(made: _core.Law, inputs: Mapping[str, Any]) -> tuple[_core.Table, list[str], tuple[int, ...]]:
    """Arrays, broadcast, as a table of the law's inputs with its predictions."""
    numbers = {
        name: _core.number(value, name) if np.ndim(value) == 0 else np.asarray(value, dtype=np.float64)
        for name, value in inputs.items()
    }
    arrays = dict(zip(numbers, np.broadcast_arrays(*numbers.values())))
    shape = next(iter(arrays.values())).shape
    frame = _frames.core_frame({name: array.ravel() for name, array in arrays.items()}, "the inputs")
    return *_core.predict_frame(made, frame, {}), shape


def core_law(given: Law | str | Path, columns: str = "") -> _core.Law:
    """A law as users give it: one that is there, a key, a file or a formula, in which the names that
    ``columns`` defines are inputs too."""
    if isinstance(given, Law):
        return given._law
    if not isinstance(given, (str, Path)):
        what = f"{type(given).__name__} is no law: give a key, a law file (.toml), a formula or a Law, as a fit's `law`"
        raise InputError([Problem("law", 0, 0, what)])
    text = str(given).strip()
    path, _, chosen = text.partition(".toml:")
    if text.endswith(".toml") or chosen:
        file = Path(path + ".toml" if chosen else text)
        try:
            read = _core.law_from_toml(file.read_text(encoding="utf-8"), str(file))
        except OSError as error:
            raise InputError([Problem(str(file), 0, 0, f"it cannot be read: {error.strerror}")]) from None
        return read.with_set(chosen) if chosen else read
    if _core.looks_like_key(text):
        return _core.find_law(text)
    if isinstance(given, Path) or Path(text).is_file():
        raise InputError(
            [Problem("law", 0, 0, f'"{text}" is a file, not a law: give a key, a law file (.toml) or a formula')]
        )
    made, _, doubts = _core.law_from_formula(text, columns)
    say(doubts=doubts)
    return made


def law(spec: str | Path) -> Law:
    """A law by its key in the book ("hossain2025"), with one of its sets of coefficients
    ("hossain2025:moe"), of a file ("own.toml") or from a formula."""
    return Law._of(core_law(spec))


class Laws(Sequence[Law]):
    """Some laws of the book; a table where it is shown."""

    def __init__(self, laws: Sequence[Law]):
        self._laws = list(laws)

    def __len__(self) -> int:
        return len(self._laws)

    def __getitem__(self, place: Any) -> Any:
        return self._laws[place]

    def __iter__(self) -> Iterator[Law]:
        return iter(self._laws)

    def __repr__(self) -> str:
        width = max((len(each.key) for each in self), default=0)
        return "\n".join(f"{each.key:{width}}  {each.group:12}  {each.title}" for each in self)

    def _repr_html_(self) -> str:
        from ._html import table_html

        rows = [[each.key, each.group, each.title, ", ".join(one.name for one in each.sets)] for each in self]
        return table_html(["law", "group", "what", "sets"], rows)


def laws(group: str | None = None) -> Laws:
    """The laws of the book; those of one group alone, such as "dense", "pruned" or "MoE"."""
    every = [Law._of(_core.find_law(key)) for key in _core.book_keys()]
    kept = [each for each in every if group is None or group.lower() in each.group.lower()]
    if not kept:
        groups = ", ".join(sorted({each.group for each in every if each.group}))
        raise InputError([Problem("group", 0, 0, f'no law is of the group "{group}": the groups are {groups}')])
    return Laws(kept)
