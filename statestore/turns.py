"""Clients by turns: so that one client's million due leads do not starve another's ten."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def by_turns(queues: Iterable[Iterable[T]], limit: int) -> list[T]:
    """Takes the first of every queue, then the second of every queue, until there are `limit`."""
    waiting = [iter(queue) for queue in queues]
    return list(islice(_round_robin(waiting), limit))


def _round_robin(waiting: list[Iterator[T]]) -> Iterator[T]:
    while waiting:
        going_on = []
        for queue in waiting:
            for item in islice(queue, 1):
                going_on.append(queue)
                yield item
        waiting = going_on
