"""Jobs: results as they come, cancelling keeps them, queueing, bounds, visitors who share."""

import threading
from collections.abc import Iterator

import pytest

from genmodels.kit import jobs


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Each test begins with no jobs, and none outlives it."""
    jobs._kept.clear()
    yield
    with jobs._lock:
        for job in jobs._queue:
            job._watchers.clear()
    for job in list(jobs._queue):
        assert jobs.wait(job, lambda j: jobs.ahead(j) is None, 10)
    jobs._kept.clear()


class Gate:
    """A computation that waits to be let through, cell by cell."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.passes = threading.Semaphore(0)

    def __call__(self, cell, stop):
        self.asked.append(cell)
        while not self.passes.acquire(timeout=0.01):
            if stop():
                return None
        return cell * 10

    def let(self, n: int) -> None:
        for _ in range(n):
            self.passes.release()


def finished(job: jobs.Job) -> bool:
    return jobs.wait(job, lambda j: j.finished and jobs.ahead(j) is None, 10)


def test_all_cells_are_computed_once_in_order():
    gate = Gate()
    gate.let(3)
    job = jobs.start("a", [1, 2, 3], gate, visitor="v")
    assert finished(job)
    assert job.snapshot() == {1: 10, 2: 20, 3: 30}
    assert (job.done, job.total) == (3, 3)
    again = jobs.start("a", [1, 2, 3], gate, visitor="w")
    assert again is job
    assert gate.asked == [1, 2, 3]


def test_leaving_keeps_what_is_done_and_starting_again_goes_on_there():
    gate = Gate()
    gate.let(1)
    job = jobs.start("a", [1, 2, 3], gate, visitor="v")
    assert jobs.wait(job, lambda j: j.done == 1, 10)
    jobs.leave("a", "v")
    assert jobs.wait(job, lambda j: jobs.ahead(j) is None, 10)
    assert job.snapshot() == {1: 10}
    assert not job.finished
    gate.let(2)
    assert finished(jobs.start("a", [1, 2, 3], gate, visitor="v"))
    assert job.snapshot() == {1: 10, 2: 20, 3: 30}
    assert gate.asked.count(1) == 1


def test_a_job_goes_on_while_another_visitor_watches():
    gate = Gate()
    job = jobs.start("a", [1, 2], gate, visitor="v")
    assert jobs.start("a", [1, 2], gate, visitor="w") is job
    jobs.leave("a", "v")
    gate.let(2)
    assert finished(job)
    assert job.done == 2


def test_a_visitor_who_no_longer_looks_is_no_reason_to_go_on(monkeypatch):
    monkeypatch.setattr(jobs, "PATIENCE", 0.05)
    job = jobs.start("a", [1, 2], Gate(), visitor="v")
    assert jobs.wait(job, lambda j: jobs.ahead(j) is None, 10)
    assert job.done == 0


def test_jobs_run_one_at_a_time_and_say_how_many_come_first():
    gate = Gate()
    first = jobs.start("a", [1, 2], gate, visitor="v")
    second = jobs.start("b", [3], gate, visitor="w")
    assert (jobs.ahead(first), jobs.ahead(second)) == (0, 1)
    assert second.done == 0
    gate.let(3)
    assert finished(first)
    assert finished(second)
    assert gate.asked == [1, 2, 3]


def test_too_many_jobs_are_refused_with_a_word(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_WAITING", 2)
    gate = Gate()
    for key in "ab":
        jobs.start(key, [1], gate, visitor="v")
    with pytest.raises(RuntimeError, match="2 computations wait already"):
        jobs.start("c", [1], gate, visitor="v")
    assert jobs.find("c") is None


def test_results_kept_are_bounded(monkeypatch):
    monkeypatch.setattr(jobs, "MAX_KEPT", 2)
    for key in "abc":
        gate = Gate()
        gate.let(1)
        assert finished(jobs.start(key, [1], gate, visitor="v"))
    assert jobs.find("a") is None
    assert jobs.find("b") is not None
    assert jobs.find("c") is not None


def test_a_failure_ends_its_job_and_not_the_thread(caplog):
    def broken(cell, stop):
        raise ZeroDivisionError("no")

    job = jobs.start("bad", [1, 2], broken, visitor="v")
    assert finished(job)
    assert job.failed == "the computation failed: ZeroDivisionError"
    gate = Gate()
    gate.let(1)
    assert finished(jobs.start("good", [1], gate, visitor="v"))
