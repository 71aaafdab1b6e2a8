"""What waits at one turn of the event loop runs in one call; floods wait."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.applications import Starlette

from genmodels.live.batching import Batcher, TokenBucket
from genmodels.live.protocol import BURST, FRAMES_PER_SECOND, live_route, request
from tests.live.harness import InProcess, finish


class Echo:
    name = "echo"
    max_request_bytes = 16
    max_batch = 8

    def __init__(self) -> None:
        self.batches: list[list[bytes]] = []

    def parse(self, payload: bytes) -> bytes:
        return payload

    def run(self, items: list[bytes]) -> Sequence[bytes | ValueError]:
        self.batches.append(items)
        return items


def submitted(operation: Echo, count: int) -> list[bytes | Exception]:
    results: list[bytes | Exception] = []

    async def main() -> None:
        batcher = Batcher(operation)
        for i in range(count):
            batcher.submit(bytes([i]), results.append)
        assert not results, "nothing runs before the event loop's next turn"
        while len(results) < count:
            await asyncio.sleep(0)

    finish(asyncio.wait_for(main(), 10))
    return results


def test_what_waits_runs_in_one_call_in_order() -> None:
    echo = Echo()
    assert submitted(echo, 5) == [bytes([i]) for i in range(5)]
    assert [len(batch) for batch in echo.batches] == [5]


def test_a_batch_is_bounded() -> None:
    echo = Echo()
    assert submitted(echo, 20) == [bytes([i]) for i in range(20)]
    assert [len(batch) for batch in echo.batches] == [8, 8, 4]


def test_the_event_loop_turns_between_batches() -> None:
    echo = Echo()
    seen: list[int] = []

    async def main() -> None:
        batcher = Batcher(echo)
        done: list[object] = []
        for i in range(24):
            batcher.submit(bytes([i]), done.append)
        while len(done) < 24:
            await asyncio.sleep(0)
            seen.append(len(done))

    finish(asyncio.wait_for(main(), 10))
    assert seen == [8, 16, 24]


def test_sockets_share_a_call() -> None:
    echo = Echo()

    async def main() -> None:
        app = Starlette(routes=[live_route("/live/echo", lambda: echo)])
        async with InProcess(app, "/live/echo") as a, InProcess(app, "/live/echo") as b:
            await a.ask(0, b"warm")
            for socket, name in ((a, b"a"), (b, b"b")):
                socket.send(request(1, name))
            assert await a.reply() == (1, 0, b"a")
            assert await b.reply() == (1, 0, b"b")

    finish(main())
    assert echo.batches == [[b"warm"], [b"a", b"b"]]


@pytest.mark.parametrize("wrong", [[], [b""] * 3])
def test_a_wrong_number_of_results_is_a_failure_of_ours(wrong: list[bytes]) -> None:
    class Wrong(Echo):
        def run(self, items: list[bytes]) -> Sequence[bytes | ValueError]:
            return wrong

    assert all(isinstance(result, RuntimeError) for result in submitted(Wrong(), 2))


def test_a_failing_batch_answers_everyone_and_the_next_one_runs() -> None:
    class Failing(Echo):
        def run(self, items: list[bytes]) -> Sequence[bytes | ValueError]:
            super().run(items)
            if len(self.batches) == 1:
                raise OSError("gone")
            return items

    results = submitted(Failing(), 10)
    assert all(isinstance(result, RuntimeError) for result in results[:8])
    assert results[8:] == [bytes([8]), bytes([9])]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_then_its_rate() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 3, clock)
    assert [bucket.wait() for _ in range(3)] == [0, 0, 0]
    assert bucket.wait() == pytest.approx(0.1)
    assert bucket.wait() == pytest.approx(0.2)
    clock.now += 0.2  # both have waited
    assert bucket.wait() == pytest.approx(0.1)


def test_a_bucket_saves_no_more_than_its_burst() -> None:
    clock = Clock()
    bucket = TokenBucket(10, 3, clock)
    clock.now += 1000
    assert [bucket.wait() > 0 for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize("rate, burst", [(0, 1), (-1, 1), (float("nan"), 1), (1, 0)])
def test_a_bucket_refuses_nonsense(rate: float, burst: float) -> None:
    with pytest.raises(ValueError, match="rate must be positive"):
        TokenBucket(rate, burst)


def test_a_flood_is_held_to_the_rate_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against a clock that only the bucket's own waiting moves."""
    clock = Clock()
    waits: list[float] = []
    count = 400

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds
        await turn(0)

    turn = asyncio.sleep
    monkeypatch.setattr("genmodels.live.batching.asyncio.sleep", sleep)
    monkeypatch.setattr(
        "genmodels.live.protocol.TokenBucket",
        lambda rate, burst: TokenBucket(rate, burst, clock),
    )

    async def main() -> None:
        app = Starlette(routes=[live_route("/live/echo", Echo)])
        async with InProcess(app, "/live/echo") as socket:
            for i in range(count):
                socket.send(request(i, b"x"))
            assert [await socket.reply() for _ in range(count)] == [
                (i, 0, b"x") for i in range(count)
            ]

    finish(main())
    # The reader asks for one token ahead of the frame that it then waits for.
    assert sum(waits) == pytest.approx((count + 1 - BURST) / FRAMES_PER_SECOND)
