"""Long computations beside the pages: one thread, one job at a time, results kept as they come.

A job belongs to its key, not to a visitor: who asks for the same key shares it. It goes on as long
as someone watches; a visitor who leaves (or hasn't looked for `PATIENCE` seconds) is no reason to
go on, and what was computed is kept for whoever asks next.
"""

import atexit
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 30.0
"""Seconds after which a visitor who hasn't looked no longer counts as watching."""
MAX_KEPT = 32
"""Jobs whose results are kept; the one unasked for longest goes first."""
MAX_WAITING = 12
"""Jobs that may run or wait at a time."""

Stop = Callable[[], bool]
Compute = Callable[[Any, Stop], Any]


@dataclass
class Job:
    """`cells` computed one by one; `results` holds what is done, by cell.

    `compute(cell, stop)` returns a cell's result; it may ask `stop()` between its parts and return
    None to be asked again another time. `failed` says what ended the job, where something did.
    """

    key: Hashable
    cells: Sequence[Hashable]
    compute: Compute
    results: dict[Hashable, Any] = field(default_factory=dict)
    failed: str | None = None
    _watchers: dict[str, float] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.cells)

    @property
    def done(self) -> int:
        return len(self.results)

    @property
    def finished(self) -> bool:
        return self.done == self.total or self.failed is not None

    def snapshot(self) -> dict[Any, Any]:
        """What is done so far, safe from further additions."""
        with _lock:
            return dict(self.results)

    def _wanted(self) -> bool:
        with _lock:
            if _ending:
                return False
            soon = time.monotonic() - PATIENCE
            return any(seen > soon for seen in self._watchers.values())


_lock = threading.RLock()
_changed = threading.Condition(_lock)
_kept: OrderedDict[Hashable, Job] = OrderedDict()
_queue: list[Job] = []
"""Jobs to do, the first one running."""
_worker: threading.Thread | None = None
_ending = False


@atexit.register
def _end() -> None:
    """Let the running part come to its end: a thread cut off inside Torch takes the process down
    with an abort instead of an exit."""
    global _ending
    _ending = True
    if _worker is not None:
        with _changed:
            _queue.clear()
            _changed.notify_all()
        deadline = time.monotonic() + 5.0
        while _computing.locked() and time.monotonic() < deadline:
            time.sleep(0.01)


_computing = threading.Lock()
"""Held while a cell is computed."""


def start(key: Hashable, cells: Sequence[Hashable], compute: Compute, *, visitor: str) -> Job:
    """The job of `key`, begun, continued or, where it is done, as it is; `visitor` watches it.

    Raises RuntimeError where too many jobs wait already.
    """
    global _worker
    with _lock:
        job = _kept.get(key)
        if job is None:
            job = Job(key, tuple(cells), compute)
        if not job.finished and job not in _queue:
            if len(_queue) >= MAX_WAITING:
                raise RuntimeError(
                    f"{len(_queue)} computations wait already; try again in a minute"
                )
            _queue.append(job)
        _kept[key] = job
        _kept.move_to_end(key)
        job._watchers[visitor] = time.monotonic()
        _drop_oldest()
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="genmodels-jobs", daemon=True)
            _worker.start()
        _changed.notify_all()
        return job


def find(key: Hashable) -> Job | None:
    """The job of `key`, if it was ever started and is still kept."""
    with _lock:
        return _kept.get(key)


def leave(key: Hashable, visitor: str) -> None:
    """`visitor` no longer watches: the job stops after its current part unless others do."""
    with _lock:
        job = _kept.get(key)
        if job is not None:
            job._watchers.pop(visitor, None)
            _changed.notify_all()


def ahead(job: Job) -> int | None:
    """How many jobs come first: 0 for the running one, None for one that isn't to be done."""
    with _lock:
        return _queue.index(job) if job in _queue else None


def wait(job: Job, ready: Callable[[Job], bool], seconds: float) -> bool:
    """Block until `ready(job)` or for `seconds`; whether it is ready."""
    with _changed:
        return _changed.wait_for(lambda: ready(job), seconds)


def _drop_oldest() -> None:
    for key, job in list(_kept.items()):
        if len(_kept) <= MAX_KEPT:
            return
        if job not in _queue:
            del _kept[key]


def _work() -> None:
    while True:
        with _changed:
            _changed.wait_for(lambda: bool(_queue))
            job = _queue[0]
        try:
            _finish(job)
        except Exception as error:  # the thread must outlive any job
            logging.getLogger(__name__).exception("a job failed")
            with _lock:
                job.failed = f"the computation failed: {type(error).__name__}"
        with _changed:
            if _ending:
                return
            _queue.remove(job)
            # Someone may have come back between the last look and here.
            if not job.finished and job._wanted():
                _queue.append(job)
            _changed.notify_all()


def _finish(job: Job) -> None:
    """Compute the job's open cells, one after another, while someone watches."""
    for cell in job.cells:
        if cell in job.results:
            continue
        if not job._wanted():
            return
        with _computing:
            result = job.compute(cell, lambda: not job._wanted())
        if result is None:
            return
        with _changed:
            job.results[cell] = result
            _changed.notify_all()
        time.sleep(0.002)  # lets waiting page scripts in
