"""Long work: threads, a progress bar, and what Ctrl-C leaves."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from . import _core
from ._errors import Doubt, Interrupted, Note, in_python

T = TypeVar("T")

_SHOWN_AFTER = 1.0  # seconds: shorter work shows no bar


class Bar:
    """A bar by tqdm, where it is installed."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._bar: Any = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._began < _SHOWN_AFTER:
            return
        if self._bar is None or what != self._what:
            self.close()
            try:
                from tqdm.auto import tqdm
            except ImportError:
                self._began = float("inf")
                return
            self._bar, self._what = tqdm(desc=what, total=total or None, leave=False), what
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def run(call: Callable[[_core.Work], T], threads: int = 0, partial: Callable[[T], Any] = lambda result: result) -> T:
    """``call`` with threads and a bar. After Ctrl-C, Interrupted with what ``partial`` makes of the result."""
    bar = Bar()
    work = _core.Work(threads, bar)
    try:
        result = call(work)
    except Exception:
        # What was asked to stop may have nothing to give.
        if isinstance(work.interrupted, KeyboardInterrupt):
            raise Interrupted() from None
        raise
    finally:
        bar.close()
    if isinstance(work.interrupted, KeyboardInterrupt):
        raise Interrupted(partial(result)) from None
    if isinstance(work.interrupted, BaseException):
        raise work.interrupted
    return result


def say(notes: Iterable[str] = (), doubts: Iterable[str] = ()) -> None:
    """Notes and doubts as warnings, at the line of the user's that called this package."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "isoflop":
        frame, level = frame.f_back, level + 1
    for texts, category in ((notes, Note), (doubts, Doubt)):
        for text in texts:
            warnings.warn(in_python(text), category, stacklevel=level)
