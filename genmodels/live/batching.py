"""Many small requests, few calls of the model; and no client that starves the others.

One Torch call a request costs 300 us of CPU, one call for all that wait at the same turn of the
event loop 124 us a request: with a hundred dragging clients that is the difference between 33 and
60 pictures a second for each.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

log = logging.getLogger(__name__)


class Runs(Protocol):
    """The part of an operation that a batcher needs (see `protocol.Operation`)."""

    name: str
    max_request_bytes: int
    max_batch: int

    def parse(self, payload: bytes) -> Any: ...

    def run(self, items: list[Any]) -> Sequence[bytes | ValueError]: ...


Deliver = Callable[[bytes | Exception], None]


class Batcher:
    """Gathers the items of all sockets during one turn of the event loop; runs them in one call.

    Everything happens on the event loop's thread: a call of the model takes less time than handing
    it to another thread and back, which under Python's global lock can wait 5 ms for its turn.
    At most `operation.max_batch` items go into one call, so that reading and writing of all sockets
    goes on in between.
    """

    def __init__(self, operation: Runs) -> None:
        self.operation = operation
        self.calls = 0
        self.items = 0
        self._waiting: deque[tuple[Any, Deliver]] = deque()
        self._scheduled = False

    def submit(self, item: Any, deliver: Deliver) -> None:
        """Queue `item`; `deliver` gets its result or its exception, on this thread, soon."""
        self._waiting.append((item, deliver))
        self._schedule()

    def _schedule(self) -> None:
        if self._waiting and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        self._scheduled = False
        size = min(len(self._waiting), max(1, self.operation.max_batch))
        batch = [self._waiting.popleft() for _ in range(size)]
        self.calls += 1
        self.items += size
        results: Sequence[bytes | Exception]
        try:
            results = self.operation.run([item for item, _ in batch])
            if len(results) != size:
                raise RuntimeError(
                    f"{self.operation.name} must give one result an item: "
                    f"{size} items, {len(results)} results"
                )
        except Exception as error:
            log.exception("%s failed on a batch of %d", self.operation.name, size)
            # The caller must not see what went wrong inside, unless run() raised it for a reader.
            results = [error if isinstance(error, ValueError) and size == 1 else _FAILED] * size
        for (_, deliver), result in zip(batch, results, strict=True):
            deliver(result)
        self._schedule()


_FAILED = RuntimeError("the operation failed on this batch")


class TokenBucket:
    """`rate` tokens a second, at most `burst` of them saved up; `take` waits for one.

    `clock` gives seconds, for tests.
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if not (rate > 0 and burst >= 1):
            raise ValueError(f"rate must be positive and burst at least 1; got {rate}, {burst}")
        self.rate = rate
        self.burst = float(burst)
        self._clock = clock
        self._tokens = float(burst)
        self._then = clock()

    def wait(self) -> float:
        """Take a token: 0, or the seconds until it is there (it is taken in advance)."""
        now = self._clock()
        self._tokens = min(self.burst, self._tokens + (now - self._then) * self.rate)
        self._then = now
        self._tokens -= 1
        return 0.0 if self._tokens >= 0 else -self._tokens / self.rate

    async def take(self) -> None:
        seconds = self.wait()
        if seconds > 0:
            await asyncio.sleep(seconds)
