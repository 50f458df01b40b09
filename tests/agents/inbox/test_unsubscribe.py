"""One-click unsubscribe: what a POST commits, and what a foreign token does."""

from agents.inbox.unsubscribe import FORM, Unsubscribe, page
from agents.names import Names
from contracts.ids import OPERATOR, SendId, named
from contracts.outcome import StopReason
from tests.agents.cast import Cast
from tests.agents.stage import NAMES, TENANT, scored


async def written() -> tuple[Cast, Unsubscribe, str]:
    """Somebody was written to, and has the link."""
    cast = Cast()
    await cast.table.declare()
    await cast.tell(scored())
    request, _ = cast.vendor.calls[0]
    link = request.headers["List-Unsubscribe"].strip("<>")
    return cast, Unsubscribe(cast.table.commits, NAMES), link.rpartition("/")[2]


async def test_the_link_of_a_mail_unsubscribes_person_and_address_here_and_everywhere() -> None:
    """Durable when it answers; the fact follows, and nothing more goes."""
    cast, links, token = await written()
    cast.deaf = frozenset({"lead.unsubscribed"})
    assert await links.post(token)
    stops = await cast.table.store.stops_of(None)
    assert {(s.tenant, s.key.partition(":")[0]) for s in stops} == {
        (TENANT, "lead"),
        (TENANT, "address"),
        (OPERATOR, "address"),
    }
    assert {s.reason for s in stops} == {StopReason.UNSUBSCRIBED}
    await cast.run(days=20)
    assert len(cast.vendor.calls) == 1


async def test_pressing_twice_is_as_good_as_once() -> None:
    """The same stops, the same fact, one line of history."""
    cast, links, token = await written()
    assert await links.post(token)
    assert await links.post(token.upper())
    await cast.play()
    assert len(await cast.table.store.stops_of(None)) == 3
    assert len(cast.said("lead.unsubscribed")) == 1
    assert (await cast.lead())["status"] == "unsubscribed"
    lines = await cast.lines("message")
    assert [(line.code, line.count) for line in lines] == [("unsubscribed_by_link", 2)]


async def test_a_foreign_token_does_nothing() -> None:
    """Of another installation, of another purpose, made up, or of a send that is not there."""
    cast, links, token = await written()
    send = (await cast.send()).id
    foreign = [
        Names("another secret, as long as the first").token(send, "unsubscribe"),
        NAMES.token(send, "return"),
        token[:-3] + ("aaa" if token[-3:] != "aaa" else "bbb"),
        NAMES.token(SendId(named("send", "nobody")), "unsubscribe"),
        "",
        "../../etc/passwd",
        "\x00",
    ]
    assert [await links.post(one) for one in foreign] == [False] * len(foreign)
    assert await cast.table.store.stops_of(None) == []


def test_a_page_holds_nothing_that_a_request_brought() -> None:
    """Its words are ours; there is no place for others'."""
    text = page("No more messages?", "Press the button.", FORM)
    assert ('method="post"' in text, "action" in text, "script" in text) == (True, False, False)
