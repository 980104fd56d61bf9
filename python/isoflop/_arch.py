"""Architectures: a model's config.json, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import _core
from ._errors import InputError, Problem
from ._fit import _Result


class Architecture(_Result):
    """Parameters to the last weight, FLOPs of a token and memory of a model, as docs/json.md has them."""

    def __init__(self, core: _core.Architecture, question: Mapping[str, Any]):
        super().__init__(core.describe(dict(question)))
        self._core = core

    @property
    def config(self) -> str:
        """A config.json of it; for the types llama and mixtral."""
        return self._core.config()


def core_architecture(given: Any) -> _core.Architecture:
    if isinstance(given, Architecture):
        return given._core
    if isinstance(given, Mapping):
        return _core.read_architecture(json.dumps(dict(given)), "config")
    try:
        return _core.read_architecture(Path(given).read_text(encoding="utf-8"), str(given))
    except OSError as error:
        raise InputError([Problem(str(given), 0, 0, f"it cannot be read: {error.strerror}")]) from None


def arch(config: str | Path | Mapping[str, Any], **question: Any) -> Architecture:
    """A model's architecture, from the ``config.json`` of Hugging Face's transformers or its dict.

    ``context`` in tokens; ``keys``, ``embeddings`` and ``recompute`` say what FLOPs count;
    ``bytes_per_parameter`` and ``sequences`` are of the memory.
    """
    return Architecture(core_architecture(config), question)


def nearest(N: float | str, P: float | str = 0.0, count: int = 5) -> list[Architecture]:
    """Architectures of N active parameters, and P in total for a mixture of experts; the nearest first."""
    sizes = _core.number(N, "N"), _core.number(P, "P")
    return [Architecture(each, {}) for each in _core.nearest_architectures(*sizes, count)]
