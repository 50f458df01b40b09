"""Where statements run: in the caller's thread, with what waits for the disk beside it, or apart.

A lane takes jobs and answers them. *Inline* runs each where it stands, for the simulator, whose
loop knows no threads, and for reads by name, which take a page or two out of memory. *Split* runs
what has gathered while the last group was flushed, which is what makes group commit: statements in
the loop's thread, and in another one the single calls that wait for the disk or another process.
*Threaded* runs whole jobs in a thread, for reads of any length.

All writes in a thread were tried and measured: SQLite's module gives the interpreter's lock up at
every row, two busy threads hand it to and fro, and a hop took up to twice the processor time
(112 µs an event against 72; the statements are no quicker for it, since rows need the lock).
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from statestore.errors import Unavailable

Run = Callable[[Sequence[Any]], list[Any]]
"""Waiting jobs → an answer for each; an exception is an answer too."""
Waiting = tuple[Any, "asyncio.Future[Any]"]
Step = Callable[[], object]
"""A single call that waits for the disk or another process."""
Steps = Generator[Step, None, list[Any]]
"""Runs jobs as it is iterated, yields what waits, returns the answers."""

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


def driven(steps: Steps) -> list[Any]:
    """Runs steps to their end in the caller, and returns the answers."""
    try:
        step = next(steps)
        while True:
            try:
                step()
            except Exception as error:
                step = steps.throw(error)
            else:
                step = next(steps)
    except StopIteration as end:
        answers: list[Any] = end.value
        return answers


class Split(Lane):
    """Runs jobs in the loop, and what waits in a thread; belongs to the loop that made it."""

    def __init__(self, steps: Callable[[Sequence[Any]], Steps], name: str) -> None:
        self._steps = steps
        self._loop = asyncio.get_running_loop()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def run(self, job: Any) -> Any:
        if self._closed:
            raise Unavailable("the store is stopped")
        future = self._loop.create_future()
        self._waiting.append((job, future))
        if self._task is None:
            self._task = self._loop.create_task(self._work())
        return await future

    async def close(self) -> None:
        self._closed = True
        if self._task is not None:
            await self._task
        self._pool.shutdown()

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            try:
                answers = await self._driven(self._steps([job for job, _ in group]))
            except Exception as error:
                answers = [error] * len(group)
            _settle(group, answers)
        self._task = None

    async def _driven(self, steps: Steps) -> list[Any]:
        try:
            step = next(steps)
            while True:
                try:
                    await self._loop.run_in_executor(self._pool, step)
                except Exception as error:
                    step = steps.throw(error)
                else:
                    step = next(steps)
        except StopIteration as end:
            answers: list[Any] = end.value
            return answers


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
