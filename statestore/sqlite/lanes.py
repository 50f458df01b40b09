"""Where statements run: in a thread of their own, or in the caller's.

A lane takes jobs and answers them. The threaded one hands whatever has gathered while the last
group ran to its function at once, which is what makes group commit; answers return to their loop
in one call. The inline one runs each job where it stands, for the simulator, whose loop knows no
threads.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from statestore.errors import Unavailable

Run = Callable[[Sequence[Any]], list[Any]]
"""Waiting jobs → an answer for each; an exception is an answer too."""
Waiting = tuple[Any, "asyncio.Future[Any]"]

GROUP = 256
"""Jobs that are taken at once."""


class Lane(ABC):
    """Runs jobs one group after another."""

    @abstractmethod
    async def run(self, job: Any) -> Any:
        """Runs a job; returns its answer, or raises it where it is an exception."""

    @abstractmethod
    async def close(self) -> None:
        """Returns when what was given before is answered; later jobs raise Unavailable."""


class Inline(Lane):
    """Runs each job in the caller."""

    def __init__(self, run: Run) -> None:
        self._run: Run | None = run

    async def run(self, job: Any) -> Any:
        if self._run is None:
            raise Unavailable("the store is stopped")
        [answer] = self._run([job])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        self._run = None


class Threaded(Lane):
    """Runs jobs in a thread; belongs to the loop that made it."""

    def __init__(self, run: Run, name: str) -> None:
        self._run = run
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, job: Any) -> Any:
        if self._closed:
            raise Unavailable("the store is stopped")
        future = self._loop.create_future()
        self._queue.put((job, future))
        return await future

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        going_on = True
        while going_on:
            first = self._queue.get()
            if first is None:
                return
            group = [first]
            going_on = self._gather(group)
            try:
                answers = self._run([job for job, _ in group])
            except Exception as error:
                answers = [error] * len(group)
            try:
                self._loop.call_soon_threadsafe(_settle, group, answers)
            except RuntimeError:
                return  # the loop is closed; nobody waits any more

    def _gather(self, group: list[Waiting]) -> bool:
        """Adds what waits; False where the lane was closed behind it."""
        try:
            while len(group) < GROUP:
                waiting = self._queue.get_nowait()
                if waiting is None:
                    return False
                group.append(waiting)
        except Empty:
            pass
        return True


def _settle(group: Sequence[Waiting], answers: Sequence[Any]) -> None:
    for (_, future), answer in zip(group, answers, strict=True):
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)
