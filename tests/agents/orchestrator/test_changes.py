"""A campaign that changes under way: a step's channel, a mailbox that is off or dropped."""

from typing import Any

import pytest

from agents import controls, declaring
from agents.declaring import DeclarationError
from contracts.outcome import Channel, Mode, SendState
from tests.agents.cast import Cast, commanded
from tests.agents.stage import document, scored

WHO: dict[str, Any] = {"reason": "a doubt", "by": "a person", "mode": Mode.LIVE}


async def apply(cast: Cast, declared: dict[str, Any]) -> declaring.Plan:
    """Applies a declaration, as the command does."""
    read = declaring.parse(declared)
    plan = await declaring.plan(read, cast.table.store, cast.table.clock.now(), Mode.LIVE)
    await cast.table.commits.commit(plan.units)
    await cast.play()
    return plan


def by_whatsapp() -> dict[str, Any]:
    """The usual declaration, with its first step over WhatsApp."""
    changed = document()
    campaign = changed["campaign"][0]
    campaign["sequence"][0] = {"template": "text", "channel": "whatsapp"}
    campaign["templates"].append({"id": "text", "channel": "whatsapp", "body": "Hello, STOP ends"})
    campaign["resources"] = ["mira", "number"]
    number = {"id": "number", "channel": "whatsapp", "vendor": "fake", "address": "+13125550100"}
    changed["resource"].append({**changed["resource"][0], **number})
    return changed


async def held_by_mail() -> tuple[Cast, controls.Scope]:
    """A lead whose first mail was commanded and then held by a pause."""
    cast = Cast()
    await cast.table.declare()
    can: dict[str, Any] = {"phone": "+13125550142", "als": 90, "consent": {"basis": "express"}}
    command = await commanded(cast, **can)
    scope = await controls.scope_of("campaign:spring", cast.table.store, None)
    await controls.pause(cast.table.commits, scope, **WHO)
    await cast.tell(command)
    assert (await cast.send()).state is SendState.HELD
    return cast, scope


async def test_a_step_that_goes_over_another_channel_now_takes_the_place_of_a_held_one() -> None:
    """The ledger has one send a step: the one that never went gives its key up, and is not the
    end of the sequence."""
    cast, scope = await held_by_mail()
    await apply(cast, by_whatsapp())
    await controls.resume(cast.table.commits, scope, **WHO)
    await cast.run(hours=1)
    old, new = await cast.sends()
    assert (old.channel, old.state, old.code) == (Channel.EMAIL, SendState.REFUSED, "superseded")
    assert (new.channel, new.state, new.step) == (Channel.WHATSAPP, SendState.SENT, old.step)
    assert (await cast.lead())["next"]["step"] == 2
    assert len(cast.vendor.calls) == 1


async def test_a_channel_that_is_changed_back_goes_by_its_first_name() -> None:
    """There and back before anything went: the first send is planned again, and goes once."""
    cast, scope = await held_by_mail()
    first = await cast.send()
    await apply(cast, by_whatsapp())
    await apply(cast, {**by_whatsapp(), "campaign": document()["campaign"]})
    await controls.resume(cast.table.commits, scope, **WHO)
    await cast.run(hours=1)
    sent = [send for send in await cast.sends() if send.state is SendState.SENT]
    assert ([send.id for send in sent], len(cast.vendor.calls)) == ([first.id], 1)


@pytest.mark.parametrize("how", ["disabled", "not listed"])
async def test_a_conversation_whose_mailbox_is_gone_is_held_by_name_until_it_is_back(
    how: str,
) -> None:
    """No other mailbox goes on in its place, nobody says that its quota is used up, and nothing
    turns in a circle."""
    two = document(campaign={"resources": ["mira", "lena"]})
    two["resource"].append({**two["resource"][0], "id": "lena", "address": "lena@harbour.example"})
    cast = Cast()
    await apply(cast, two)
    await cast.tell(scored())
    used = (await cast.send()).resource
    without = document(campaign={"resources": ["mira", "lena"]})
    without["resource"] = [
        {**r, "enabled": how != "disabled" or r["id"] != used} for r in two["resource"]
    ]
    if how == "not listed":
        without["campaign"][0]["resources"] = [r["id"] for r in two["resource"] if r["id"] != used]
    plan = await apply(cast, without)
    assert sum(change.replans for change in plan.changes) == 1
    await cast.run(days=8)
    hold = (await cast.lead())["hold"]
    assert (hold["code"], hold["inputs"]["resource"]) == ("no_resource", used)
    assert [line.code for line in await cast.lines("hold")] == ["no_resource"]
    await apply(cast, two)
    await cast.run(days=3)
    assert [send.resource for send in await cast.sends()] == [used, used]


async def test_a_resources_id_is_one_clients() -> None:
    """Quota, connections and answers go by it: a second client has to choose another."""
    cast = Cast()
    await cast.table.declare()
    other = document(
        client={"id": "quay"}, resource={"client": "quay"}, campaign={"client": "quay"}
    )
    with pytest.raises(DeclarationError, match="resource mira: client harbour has one of this id"):
        await apply(cast, other)


async def test_the_thousandth_mailbox_and_campaign_are_known_as_well() -> None:
    """Whatever a client declares is seen, and not only its first five hundred."""
    many = document(campaign={"entry": {"countries": ["ZZ"]}})
    resource, campaign = many["resource"][0], many["campaign"][0]
    names = [f"{n:04}" for n in range(1000)]
    many["resource"] += [{**resource, "id": f"b-{n}"} for n in names]
    many["campaign"] += [{**campaign, "id": f"a-{n}"} for n in names]
    many["campaign"].append({**campaign, "id": "z", "entry": {}, "resources": ["z"]})
    many["resource"].append({**resource, "id": "z"})
    cast = Cast()
    await apply(cast, many)
    await cast.tell(scored())
    assert ((await cast.send()).campaign, (await cast.send()).resource) == ("z", "z")
