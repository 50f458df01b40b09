"""Turns a message into the delays after which copies of it arrive: chance for the simulation.

`MemoryBus(faults=…)` asks it for every message that is published. A first copy never overtakes
another message of its topic and key, whatever the delays; doubles come some time after their first,
as redelivered messages do. Only the memory bus takes faults; real buses bring their own.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from bus.base import Message


class Faults(Protocol):
    """What happens to a message on its way into the log."""

    def delays(self, message: Message) -> Sequence[float]:
        """Returns seconds of the loop's time: until the first copy arrives, and from its arrival
        to each double's. `[0.0]` is undisturbed, `[]` lost, `[0.0, 60.0]` comes twice."""


class Chance(Protocol):
    """The one thing asked of a random source; `agents.ports.Rng` has it."""

    def uniform(self, low: float, high: float) -> float:
        """Returns a number between two others."""


class SeededFaults:
    """Duplicates and delays by chance, and loses whole topics.

    `duplicate` and `delay` are shares of messages, 0–1; what is delayed or doubled arrives within
    `longest` seconds, so that messages of other keys overtake it. Topics in `lost` lose everything
    while they are in there; the set may be changed at any time.
    """

    def __init__(
        self,
        chance: Chance,
        *,
        duplicate: float = 0.0,
        delay: float = 0.0,
        longest: float = 5.0,
        lost: Collection[str] = (),
    ) -> None:
        self.chance = chance
        self.duplicate = duplicate
        self.delay = delay
        self.longest = longest
        self.lost = set(lost)

    def delays(self, message: Message) -> Sequence[float]:
        if message.topic in self.lost:
            return []
        delays = [self._moment() if self._falls(self.delay) else 0.0]
        if self._falls(self.duplicate):
            delays.append(self._moment())
        return delays

    def _falls(self, share: float) -> bool:
        return share > 0.0 and self.chance.uniform(0.0, 1.0) < share

    def _moment(self) -> float:
        return self.chance.uniform(0.0, self.longest)
