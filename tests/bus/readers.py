"""What the bus tests share: messages to publish, and a reader that tells what it saw."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from bus.base import Delivery, Message, Subscription

TOPICS = ("lead.scored", "lead.contacted", "lead.delivered", "outreach.email.send")
SCORED, CONTACTED, DELIVERED, SEND = TOPICS

PATIENCE = 120.0
"""Machine seconds after which a test that waits has failed; nothing waits that long."""

Act = Callable[[Sequence[Delivery]], Awaitable[None]]


def message(key: str, number: int, topic: str = SCORED) -> Message:
    """A message whose value says which of its key it is."""
    return Message(topic, key, {"ce_id": f"{key}:{number}"}, f"{number}".encode())


def messages(keys: int, each: int, topic: str = SCORED) -> list[Message]:
    """`each` messages for each of so many keys, keys by turns."""
    return [message(f"t/a{key}", number, topic) for number in range(each) for key in range(keys)]


def ids(deliveries: Iterable[Delivery]) -> list[str]:
    """The ids of deliveries in their order."""
    return [delivery.message.headers["ce_id"] for delivery in deliveries]


def by_key(deliveries: Iterable[Delivery]) -> dict[str, list[int]]:
    """The numbers that each key's messages came in, topic by topic, repeats left out."""
    found: dict[str, dict[int, None]] = {}
    for delivery in deliveries:
        name = f"{delivery.message.topic} {delivery.message.key}"
        found.setdefault(name, {})[int(delivery.message.value)] = None
    return {key: list(numbers) for key, numbers in found.items()}


class Reader:
    """One member of a group that keeps what it was handed and what it finished.

    `act` is what its handler does in between; it may raise, wait or publish.
    """

    def __init__(
        self,
        group: str = "scoring",
        topics: Sequence[str] = TOPICS,
        *,
        act: Act | None = None,
        batch: int = 200,
        buffer: int = 1000,
    ) -> None:
        self.act = act
        self.handed: list[Delivery] = []
        self.done: list[Delivery] = []
        self.batches: list[list[Delivery]] = []
        self.busy = 0
        self.changed = asyncio.Event()
        self.subscription = Subscription(
            group=group, topics=tuple(topics), handler=self.handle, batch=batch, buffer=buffer
        )

    async def handle(self, batch: Sequence[Delivery]) -> None:
        """The handler: notes, acts, notes."""
        self.busy += 1
        assert self.busy == 1, "a member has one handler at work"
        self.handed += batch
        self.batches.append(list(batch))
        self.changed.set()
        try:
            if self.act is not None:
                await self.act(batch)
            self.done += batch
        finally:
            self.busy -= 1
            self.changed.set()


async def until(
    true: Callable[[], bool], *readers: Reader, patience: float | None = PATIENCE
) -> None:
    """Returns when a condition over readers holds; looks whenever one of them has changed."""
    async with asyncio.timeout(patience):
        while not true():
            for reader in readers:
                reader.changed.clear()
            waits = [asyncio.ensure_future(reader.changed.wait()) for reader in readers]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()


class Gate:
    """A handler's act that waits until it is opened, and says that it was reached."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, batch: Sequence[Delivery]) -> None:
        self.reached.set()
        await self.opened.wait()
