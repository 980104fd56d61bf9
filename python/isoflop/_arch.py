"""Architectures: a model's config.json, and what follows from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import _core
from ._errors import InputError, Problem
from ._result import Result


class Architecture(Result):
    """Parameters to the last weight, FLOPs of a token and memory of a model."""

    def __init__(self, core: _core.Architecture, question: Mapping[str, Any], text: str = ""):
        super().__init__(core.describe(dict(question)))
        self._core, self._question, self._text = core, dict(question), text

    @property
    def model_type(self) -> str:
        """The type of its config.json: "llama", "deepseek_v3", ..."""
        return self["model_type"]

    @property
    def total_parameters(self) -> int:
        """P: every weight."""
        return self["total_parameters"]

    @property
    def active_parameters(self) -> int:
        """N: without the routed experts that do not see a token."""
        return self["active_parameters"]

    @property
    def embedding_parameters(self) -> int:
        """The table, learned positions, and the output head where it is its own."""
        return self["embedding_parameters"]

    @property
    def sparsity(self) -> float:
        """S = 1 - N/P."""
        return self["sparsity"]

    @property
    def expert_sparsity(self) -> float:
        """Sx = (E - K)/E; 0 for a dense model."""
        return self["expert_sparsity"]

    @property
    def parameters(self) -> dict[str, int]:
        """The parts of ``total_parameters``: embedding, attention, experts, ..."""
        return self["parameters"]

    @property
    def params_count(self) -> dict[str, dict[str, int]]:
        """N and P by each convention that the argument ``params_count`` of :func:`fit` names."""
        return self["params_count"]

    @property
    def shape(self) -> dict[str, Any]:
        """Layers, width, heads, experts, ...; 0 where the model has none."""
        return self["shape"]

    @property
    def context(self) -> int:
        """Tokens of a sequence, for FLOPs and memory."""
        return self["context"]

    @property
    def flops_per_token(self) -> dict[str, Any]:
        """FLOPs of a token: "forward", "backward", "recomputed", and their sum "training"; "parts" of the forward."""
        return self["flops_per_token"]

    @property
    def memory(self) -> dict[str, float]:
        """Bytes: "weights", "gradients", "optimizer", "training", "kv_cache", "serving"; and what they follow from."""
        return self["memory"]

    @property
    def kv_cache_bytes_per_token(self) -> float:
        """What one more token stores in all layers."""
        return self["kv_cache_bytes_per_token"]

    @property
    def notes(self) -> list[str]:
        """What is not counted, a context longer than the model's."""
        return self["notes"]

    @property
    def config(self) -> str:
        """A config.json of it; for the types llama and mixtral."""
        return self._core.config()

    def __reduce__(self) -> tuple[Any, ...]:
        return _read, (self._text or self.config, self["source"], self._question)


def _read(text: str, source: str, question: Mapping[str, Any]) -> Architecture:
    return Architecture(_core.read_architecture(text, source), question, text)


def _text_of(config: Any) -> tuple[str, str]:
    """The JSON, and what errors call it."""
    if isinstance(config, Mapping):
        return json.dumps(dict(config)), "config"
    try:
        return Path(config).read_text(encoding="utf-8"), str(config)
    except OSError as error:
        raise InputError([Problem(str(config), 0, 0, f"it cannot be read: {error.strerror}")]) from None


def core_architecture(given: Any) -> _core.Architecture:
    return given._core if isinstance(given, Architecture) else _core.read_architecture(*_text_of(given))


def arch(config: str | Path | Mapping[str, Any], **question: Any) -> Architecture:
    """A model's architecture, from the ``config.json`` of Hugging Face's transformers or its dict.

    ``context`` in tokens; ``keys``, ``embeddings`` and ``recompute`` say what FLOPs count;
    ``bytes_per_parameter`` and ``sequences`` are of the memory.
    """
    return _read(*_text_of(config), question)


def nearest(N: float | str, P: float | str = 0.0, count: int = 5) -> list[Architecture]:
    """Architectures of N active parameters, and P in total for a mixture of experts; the nearest first."""
    sizes = _core.number(N, "N"), _core.number(P, "P")
    return [Architecture(each, {}) for each in _core.nearest_architectures(*sizes, count)]
