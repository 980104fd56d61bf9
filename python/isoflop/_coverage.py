"""Coverage studies: how often intervals hold the truth, over tables that a law gave."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import _executor, _frames
from ._columns import check_inputs, recipe_fields
from ._errors import Doubt, InputError, Note, Problem, WorkError
from ._fit import USUAL_LEVEL, Model, fit
from ._judge import simulate
from ._law import Law, Number
from ._law import law as law_named

Shard = list[list[tuple[float, float]]]  # of each replicate the intervals of the coefficients; none where a fit failed


class Coverage:
    """How often the intervals of each coefficient hold its true value, over simulated tables."""

    def __init__(self, truth: Mapping[str, float], level: float, method: str, ends: Sequence[Any]):
        self._truth, self._level, self._method = dict(truth), level, method
        self._failed = sum(not each for each in ends)
        shape = (-1, len(truth), 2)
        self._ends = np.asarray([each for each in ends if each], dtype=np.float64).reshape(shape)

    @property
    def level(self) -> float:
        """The share that the intervals are to cover."""
        return self._level

    @property
    def intervals(self) -> dict[str, _frames.Floats]:
        """The intervals of each coefficient, one row a table whose fit is usable; NaN where there is none."""
        return {name: self._ends[:, i] for i, name in enumerate(self._truth)}

    @property
    def failed(self) -> int:
        """Tables whose fit failed."""
        return self._failed

    @property
    def covered(self) -> dict[str, float]:
        """The share of the intervals that hold the true value; NaN where there is none."""
        return {name: hits / known if known else float("nan") for name, (hits, known) in self._counts().items()}

    def _counts(self) -> dict[str, tuple[int, int]]:
        counts = {}
        for name, truth in self._truth.items():
            low, high = self.intervals[name].T
            counts[name] = (int(((low <= truth) & (truth <= high)).sum()), int((~np.isnan(low)).sum()))
        return counts

    @property
    def table(self) -> Any:
        """One row a coefficient: its true value, intervals, the share that covers, and where by chance (Wilson's
        interval at 95 %) that share may be."""
        rows = []
        for name, (hits, known) in self._counts().items():
            z2 = 1.959963984540054**2
            share = hits / known if known else float("nan")
            middle = (share + z2 / (2 * known)) / (1 + z2 / known) if known else float("nan")
            half = (
                (z2 * (share * (1 - share) / known + z2 / (4 * known**2))) ** 0.5 / (1 + z2 / known) if known else 0.0
            )
            rows.append((name, self._truth[name], known, share, middle - half, middle + half))
        names = ("coefficient", "truth", "intervals", "covered", "low", "high")
        return _frames.made({name: [row[i] for row in rows] for i, name in enumerate(names)}, _frames.usual_kind())

    def __len__(self) -> int:
        return len(self._ends) + self._failed

    def __repr__(self) -> str:
        shares = ", ".join(f"{name} {100 * share:.1f} %" for name, share in self.covered.items())
        return f"<{self._method} intervals at {100 * self._level:g} % over {len(self)} tables cover: {shares}>"


def _shard(
    shared: tuple[Law, Law, dict[str, Any], dict[str, Any], str, float, int], index: int, count: int, replicates: int
) -> Shard:
    truth, law, design, recipe, method, level, seed = shared
    ends: Shard = []
    for replicate in range(index, replicates, count):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Doubt)
            warnings.simplefilter("ignore", Note)
            try:
                fitted = fit(simulate(truth, seed=seed + replicate, kind="dict", **design), law, threads=1, **recipe)
                ends.append([(low, high) for low, high in fitted.conf_int(level, method, threads=1).values()])
            except WorkError:
                ends.append([])
    return ends


def coverage(
    model: Model | Law | str,
    *,
    flops: Sequence[Number] | Number,
    noise: float,
    replicates: int = 400,
    method: str = "sandwich",
    level: float = USUAL_LEVEL,
    seed: int = 1,
    executor: Any = None,
    shards: int | None = None,
    threads: int = 0,
    **design_and_recipe: Any,
) -> Coverage:
    """How often the intervals of a fit would hold the truth, if ``model`` were it and runs were made to this design.

    Each of ``replicates`` tables is one of :func:`simulate` (``flops``, ``noise``, ``sparsity``, ``sizes``, ``span``,
    inputs), by the seed and its number alone; the law is fitted to it by the recipe's fields, and the intervals are
    those of :meth:`Fit.conf_int`: "sandwich", "model" or "profile". ``executor`` and ``shards`` are as in
    :meth:`Fit.bootstrap`; results depend on neither.
    """
    truth = model.law if isinstance(model, Model) else model if isinstance(model, Law) else law_named(model)
    if replicates < 1:
        raise InputError([Problem("replicates", 0, 0, "one table or more is needed: 400 is a usual number")])
    if method not in ("sandwich", "model", "profile"):
        raise InputError([Problem("method", 0, 0, f'"{method}" is none of sandwich, model and profile')])
    if str(design_and_recipe.get("robust_loss", "")).startswith("quantile"):
        what = "intervals of a quantile come from a bootstrap alone, and a study makes none"
        raise InputError([Problem("robust_loss=", 0, 0, what)])
    _executor.check(executor, shards, level)
    recipe = {name: value for name, value in design_and_recipe.items() if name in recipe_fields()}
    design = {name: value for name, value in design_and_recipe.items() if name not in recipe}
    arguments = ("replicates", "method", "level", "seed", "executor", "shards", "threads", *recipe_fields())
    check_inputs(design, [*truth.inputs, "sparsity", "sizes", "span"], arguments)
    design |= {"flops": flops, "noise": noise}
    simulate(truth, seed=seed, kind="dict", **design)  # its mistakes are said here
    shared = (truth, Law._of(truth._law.without_values()), design, recipe, method, level, seed)

    def made(parts: Mapping[int, Shard]) -> Coverage:
        return Coverage(truth.params, level, method, [ends for part in parts.values() for ends in part])

    count = min(shards or _executor.SHARDS, replicates)
    tasks = [(index, count, replicates) for index in range(count)]
    if executor is not None:
        parts = _executor.spread(executor, _shard, shared, tasks, "tables", made)
    else:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(threads or os.cpu_count()) as own:
            parts = _executor.spread(own, _shard, shared, tasks, "tables", made)
    in_order = sorted((index + count * row, ends) for index, part in enumerate(parts) for row, ends in enumerate(part))
    return Coverage(truth.params, level, method, [ends for _, ends in in_order])
