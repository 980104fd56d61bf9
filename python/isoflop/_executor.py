"""Work over an executor: anything with ``submit`` whose futures have ``add_done_callback`` and ``result``, such as
concurrent.futures.ProcessPoolExecutor, the Client of Dask's distributed, and mpi4py.futures.MPIPoolExecutor."""

from __future__ import annotations

import functools
import pickle
import queue
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from . import _core, _frames
from ._errors import InputError, Interrupted, Problem, WorkError
from ._law import Law
from ._work import Bar, run

if TYPE_CHECKING:
    from ._columns import Request

T = TypeVar("T")

SHARDS = 64  # so many that two workers of unequal speed end within a few percent of each other


def check(executor: Any, shards: int | None, level: float) -> None:
    """What would otherwise be said after the work, or not at all."""
    wrong = []
    if executor is not None and not hasattr(executor, "submit"):
        kinds = "a ProcessPoolExecutor, Dask's Client or an MPIPoolExecutor"
        wrong.append(Problem("executor", 0, 0, f"{type(executor).__name__} has no submit(): give {kinds}"))
    if shards is not None and shards < 1:
        wrong.append(Problem("shards", 0, 0, "one shard or more is needed; 64 is the default"))
    if not 0 < level < 1:
        wrong.append(Problem("level", 0, 0, "a share between 0 and 1 is expected, such as 0.95"))
    if wrong:
        raise InputError(wrong)


def spread(
    executor: Any,
    call: Callable[..., T],
    shared: Any,
    tasks: Sequence[tuple[Any, ...]],
    what: str,
    keep: Callable[[dict[int, T]], Any],
) -> list[T]:
    """``call(shared, *task)`` of every task, on the workers; the results in the order of the tasks.

    Ends when all have ended. Where some have no result, a WorkError names them, and its ``partial`` is what ``keep``
    makes of the others; after Ctrl-C, that of Interrupted.
    """
    if hasattr(executor, "scatter"):
        # Dask: once to each worker, not with each task. By a key of its own: one that follows from what is sent may be
        # that of an earlier call, which is being forgotten.
        (shared,) = executor.scatter([shared], broadcast=True, hash=False)
    ended: queue.SimpleQueue[int] = queue.SimpleQueue()
    futures: list[Any] = []
    done: dict[int, T] = {}
    failed: dict[int, BaseException] = {}
    bar = Bar()
    try:
        for i, task in enumerate(tasks):
            try:
                future = executor.submit(call, shared, *task)
            except Exception as error:  # a pool that is broken, or shut down
                failed[i] = error
                continue
            futures.append(future)
            future.add_done_callback(lambda _, i=i: ended.put(i))
        places = dict(zip((i for i in range(len(tasks)) if i not in failed), futures))
        while len(done) + len(failed) < len(tasks):
            try:
                i = ended.get(timeout=0.1)  # signals are heard in between
            except queue.Empty:
                continue
            try:
                done[i] = places[i].result()
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                failed[i] = error
            bar(what, len(done), len(tasks))
    except KeyboardInterrupt:
        for future in futures:
            future.cancel()
        raise Interrupted(keep(done) if done else None) from None
    finally:
        bar.close()
    if failed:
        raise _failure(failed, len(tasks), what, keep(done) if done else None)
    return [done[i] for i in range(len(tasks))]


def _failure(failed: dict[int, BaseException], count: int, what: str, partial: Any) -> Exception:
    first = next(iter(failed.values()))
    if isinstance(first, InputError):
        return first
    names = ", ".join(f"{i}/{count}" for i in sorted(failed)[:10]) + (", ..." if len(failed) > 10 else "")
    shards = "shard" if len(failed) == 1 else "shards"
    reason = f"{type(first).__name__}: {first}" if str(first) else type(first).__name__
    kept = "the error's `partial` has what is finished"
    error = WorkError([Problem("executor", 0, 0, f"{shards} {names} of the {what} came to no end ({reason}); {kept}")])
    error.partial = partial
    error.__cause__ = first
    return error


@functools.lru_cache(maxsize=1)
def _record(text: str) -> _core.FitRecord:
    return _core.read_fit(text, "the fit")


def _part(text: str, how: tuple[str, int, int], pilots: _core.Pilots, index: int, count: int) -> _core.BootstrapPart:
    part = _core.bootstrap_part(_record(text), how, pilots, index, count, _core.Work(1, None))
    if part is None:  # this process has heard Ctrl-C
        raise KeyboardInterrupt
    return part


def bootstrap(
    executor: Any,
    record: _core.FitRecord,
    how: tuple[str, int, int],
    threads: int,
    shards: int | None,
    known: Sequence[_core.BootstrapPart],
    keep: Callable[[list[_core.BootstrapPart]], Any],
) -> list[_core.BootstrapPart]:
    """All parts of a bootstrap: those that are known, and the others by the executor. The pilots are refitted here."""
    pilots = run(lambda work: _core.bootstrap_pilots(record, how, work), threads, lambda _: None)
    count = known[0].count if known else min(shards or SHARDS, how[1])
    had = {part.index for part in known}
    tasks = [(how, pilots, i, count) for i in range(count) if i not in had]
    return [
        *known,
        *spread(executor, _part, record.text(), tasks, "refits", lambda done: keep([*known, *done.values()])),
    ]


class Sent:
    """A CompareTask or a RecipeTask, and what makes the same one in another process: the columns that were read."""

    def __init__(self, kind: str, laws: list[tuple[str, _core.Law]], request: Request, *how: Any):
        columns: dict[str, Any] = {}
        frame = request.core_frame(columns)
        how = (how[0], request.mapping, request.recipe, *how[1:])
        with request.placed():
            self.task = getattr(_core, kind)(laws, frame, *how)
        named = [(name, Law._of(law)) for name, law in laws]
        names = list(dict.fromkeys(_frames.names_of(request.frame)))
        self._made_of = (kind, named, names, frame.rows, columns, how)

    def packed(self) -> bytes:
        return pickle.dumps(self._made_of)


@functools.lru_cache(maxsize=1)
def _task(packed: bytes) -> Any:
    kind, laws, names, rows, columns, how = pickle.loads(packed)
    frame = _core.Frame(names, rows, columns.__getitem__, "the table")
    return getattr(_core, kind)([(name, law._law) for name, law in laws], frame, *how)


def _judged(packed: bytes, law: int) -> _core.JudgedPart:
    part = _task(packed).judge(law, _core.Work(1, None))
    if part is None:  # this process has heard Ctrl-C
        raise KeyboardInterrupt
    return part


def compared(
    executor: Any, sent: Sent, threads: int, keep: Callable[[_core.ComparisonRecord], Any]
) -> _core.ComparisonRecord:
    """A comparison whose laws are fitted by the executor, one a task; they are ranked here."""

    def some(parts: dict[int, _core.JudgedPart]) -> Any:
        return keep(sent.task.joined(parts, _core.Work(threads, None)))

    parts = spread(executor, _judged, sent.packed(), [(law,) for law in range(sent.task.laws)], "laws", some)
    return run(lambda work: sent.task.joined(dict(enumerate(parts)), work), threads, keep)


def _evaluated(packed: bytes, point: list[float]) -> tuple[tuple[str, str], float]:
    return _task(packed).evaluate(point)


def tuned(executor: Any, sent: Sent, threads: int, keep: Callable[[_core.TuneRecord], Any]) -> _core.TuneRecord:
    """A search of recipes whose fits the executor makes: a batch at a time, for its points follow from the last one."""

    def some(_: Any) -> Any:
        return keep(sent.task.judged(_core.Work(threads, None))) if sent.task.told else None

    packed = sent.packed()
    while points := run(sent.task.ask, threads):
        sent.task.tell(spread(executor, _evaluated, packed, [(point,) for point in points], "recipes", some))
    return run(sent.task.judged, threads, keep)
