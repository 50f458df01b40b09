"""`leadwire pause|resume SCOPE`, `unknowns list|settle`, `dlq list|show|replay|discard`."""

import base64
from dataclasses import replace
from typing import Any

import click

from agents import controls
from agents.base import View
from agents.cli import session
from agents.sender.news import settled
from agents.sender.recovery import command_of
from agents.sender.settlement import Settlement
from bus.base import Message
from channels.base import Receipt
from contracts import trace
from contracts.ids import SendId
from contracts.outcome import Outcome, SendState, Stage
from statestore.base import Committed, DeadLetter, Send, Stop


@click.command("pause")
@click.argument("scope")
@click.option("--reason", required=True, help="Why; shown wherever this holds something.")
@click.option("--client", help="Whose, where several clients have one of that name.")
@click.option("--kill", is_flag=True, help="The kill switch: shown as killed, not as paused.")
@click.option("--json", "json_", is_flag=True, help="One JSON object.")
def pause(scope: str, reason: str, client: str | None, kill: bool, json_: bool) -> None:
    """Stops sending in SCOPE: all, client:ID, campaign:ID, channel:NAME, resource:ID, account:ID,
    lead:ID. Works with the bus down; calls under way end within three seconds."""
    session.run(lambda: _pause(scope, reason, client, kill, json_))


async def _pause(scope: str, reason: str, client: str | None, kill: bool, json_: bool) -> None:
    async with session.opened(publishing=True) as open_:
        where = await _scope(open_, scope, client)
        mode = open_.loaded.settings.mode
        stop = await controls.pause(
            open_.commits, where, reason=reason, by=session.who(), mode=mode, kill=kill
        )
        await open_.publish()
        flying = len(await open_.store.sends_in(SendState.CLAIMED))
    if json_:
        session.as_json({**_told(stop), "calls_in_flight": flying})
        return
    click.echo(f"paused {where.words} since {stop.at:%Y-%m-%d %H:%M:%S} UTC: {stop.note}")
    click.echo(f"{flying} calls in flight; no further call starts")


def _told(stop: Stop) -> dict[str, Any]:
    return {
        "stop": stop.id,
        "scope": stop.key,
        "client": stop.tenant,
        "reason": stop.reason.value,
        "since": stop.at,
        "by": stop.by,
        "note": stop.note,
    }


async def _scope(open_: session.Session, scope: str, client: str | None) -> controls.Scope:
    try:
        return await controls.scope_of(scope, open_.store, client)
    except ValueError as error:
        raise session.Stop(str(error), session.USAGE) from error


@click.command("resume")
@click.argument("scope")
@click.option("--reason", required=True, help="Why.")
@click.option("--client", help="Whose, where several clients have one of that name.")
@click.option("--json", "json_", is_flag=True, help="One JSON object for each stop lifted.")
def resume(scope: str, reason: str, client: str | None, json_: bool) -> None:
    """Lifts a pause; overdue touches are spread, never sent in a burst."""
    session.run(lambda: _resume(scope, reason, client, json_))


async def _resume(scope: str, reason: str, client: str | None, json_: bool) -> None:
    async with session.opened(publishing=True) as open_:
        where = await _scope(open_, scope, client)
        mode = open_.loaded.settings.mode
        lifted = await controls.resume(
            open_.commits, where, reason=reason, by=session.who(), mode=mode
        )
        await open_.publish()
        left = await controls.holding(open_.store, where, open_.now)
    for stop in lifted:
        if json_:
            session.as_json(_told(stop))
            continue
        click.echo(f"lifted {stop.reason} of {stop.at:%Y-%m-%d %H:%M} UTC: {stop.note or stop.by}")
    if left:
        kinds = ", ".join(sorted({stop.reason.value for stop in left}))
        raise session.Stop(f"still stopped by {kinds}: never lifted by hand", session.REFUSED)
    if not lifted:
        raise session.Stop(f"nothing was paused in {where.words}", session.NOTHING)


# ── unknown sends ─────────────────────────────────────────────────────────────────────────────


@click.command("list")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def unknowns_list(json_: bool) -> None:
    """Lists sends of which nobody can say whether they arrived."""
    session.run(lambda: _unknowns(json_))


async def _unknowns(json_: bool) -> None:
    async with session.opened() as open_:
        sends = await open_.store.sends_in(SendState.UNKNOWN, limit=10_000)
    found = [
        {
            "send": send.id,
            "client": send.tenant,
            "lead": send.lead,
            "step": send.step,
            "channel": send.channel.value,
            "resource": send.resource,
            "since": send.settled_at,
            "code": send.code,
            "reference": send.reference,
        }
        for send in sends
    ]
    columns = ("send", "lead", "step", "channel", "resource", "since", "code")
    session.rows(found, columns, json=json_, nothing="no send is unknown")


@click.command("settle")
@click.argument("send_id")
@click.option("--as", "outcome", type=click.Choice(["sent", "not-sent"]), required=True)
@click.option("--reason", required=True, help="What shows it, as the vendor's own list.")
def unknowns_settle(send_id: str, outcome: str, reason: str) -> None:
    """Settles SEND_ID by a person's word. `not-sent` gives quota and credit back and fails the
    step; nothing is ever sent again under this name."""
    session.run(lambda: _settle(send_id, outcome, reason))


async def _settle(send_id: str, outcome: str, reason: str) -> None:
    async with session.opened(publishing=True) as open_:
        send = await _unknown(open_, send_id)
        unit = await _by_hand(open_, send, outcome == "sent", reason)
        result = (await open_.commits.commit([unit]))[0]
        if not isinstance(result, Committed):
            raise session.Stop("somebody else settled it at the same time", session.FAILED)
        await open_.publish()
    click.echo(f"{send.id}: {outcome}")


async def _unknown(open_: session.Session, named: str) -> Send:
    """An unknown send by its id, or by the start of it as the table shows it."""
    whole = await open_.store.sends(None, [SendId(named)])
    found = [send for send in whole.values() if send.state is SendState.UNKNOWN]
    if not whole:
        unknown = await open_.store.sends_in(SendState.UNKNOWN, limit=10_000)
        found = [send for send in unknown if send.id.startswith(named)]
    if len(found) == 1:
        return found[0]
    words = "is the start of several" if found else "is no unknown send"
    raise session.Stop(f"{named} {words}; see `leadwire unknowns list`", session.NOTHING)


async def _by_hand(open_: session.Session, send: Send, sent: bool, reason: str) -> Any:
    now = open_.now
    state = SendState.SENT if sent else SendState.REFUSED
    code = "settled_by_hand" if sent else "declined_by_hand"
    row = replace(send, state=state, settled_at=now, code=code, diagnostic=reason[:500])
    done = Settlement(send=row, quota=sent, news="contacted" if sent else "refused")
    receipt = Receipt(
        outcome=Outcome.ACCEPTED if sent else Outcome.REFUSED,
        stage=Stage.CONTENT_COMPLETE,
        code=code,
        diagnostic=f"{session.who()}: {reason}",
        provider_id=send.provider_id,
    )
    return settled(send, command_of(send), done, receipt, View(now))


# ── dead letters ──────────────────────────────────────────────────────────────────────────────


@click.command("list")
@click.option("--agent", help="Only what this agent could not take.")
@click.option("--reason", help="Only this reason.")
@click.option("--all", "every", is_flag=True, help="Replayed and discarded ones too.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def dlq_list(agent: str | None, reason: str | None, every: bool, json_: bool) -> None:
    """Lists dead letters: what no agent could take, with reason, attempts and origin."""
    session.run(lambda: _dead(agent, reason, every, json_))


async def _dead(agent: str | None, reason: str | None, every: bool, json_: bool) -> None:
    async with session.opened() as open_:
        letters = await _letters(open_, agent, reason, None if every else "dead")
    columns = ("id", "agent", "reason", "attempts", "topic", "origin", "last_at", "state")
    session.rows([_letter(x) for x in letters], columns, json=json_, nothing="no dead letters")


async def _letters(
    open_: session.Session, agent: str | None, reason: str | None, state: str | None
) -> list[DeadLetter]:
    letters = await open_.store.dead_letters(None, agent=agent, state=state)
    return [letter for letter in letters if reason in (None, letter.reason)]


def _letter(letter: DeadLetter) -> dict[str, Any]:
    ids = trace.ids(trace.read(letter.headers.get("ce_traceparent")))
    return {
        "id": letter.id,
        "trace_id": ids[0] if ids else None,
        "agent": letter.agent,
        "reason": letter.reason,
        "detail": letter.detail,
        "attempts": letter.attempts,
        "topic": letter.topic,
        "origin": letter.origin,
        "first_at": letter.first_at,
        "last_at": letter.last_at,
        "state": letter.state,
        "note": letter.note,
    }


@click.command("show")
@click.argument("id_", metavar="ID")
def dlq_show(id_: str) -> None:
    """Shows one dead letter whole, its bytes included, as one JSON object."""
    session.run(lambda: _show(id_))


async def _show(id_: str) -> None:
    async with session.opened() as open_:
        letter = await _one(open_, id_)
    try:
        value: Any = letter.value.decode("utf-8")
    except UnicodeDecodeError:
        value = {"base64": base64.b64encode(letter.value).decode()}
    session.as_json({**_letter(letter), "headers": dict(letter.headers), "value": value})


async def _one(open_: session.Session, id_: str) -> DeadLetter:
    letters = await open_.store.dead_letters(None, state=None)
    found = [x for x in letters if x.id == id_ or x.id.startswith(id_)]
    if len(found) != 1:
        raise session.Stop(f"{len(found)} dead letters match {id_!r}", session.NOTHING)
    return found[0]


@click.command("replay")
@click.argument("id_", metavar="ID", required=False)
@click.option("--agent", help="All of this agent's, instead of one.")
@click.option("--reason", help="All of this reason.")
@click.option("--dry-run", is_flag=True, help="Say which, and publish nothing.")
def dlq_replay(id_: str | None, agent: str | None, reason: str | None, dry_run: bool) -> None:
    """Gives dead letters to their agent once more, under their own event ids."""
    session.run(lambda: _replay(id_, agent, reason, dry_run))


async def _replay(id_: str | None, agent: str | None, reason: str | None, dry_run: bool) -> None:
    async with session.opened(bus=not dry_run) as open_:
        if id_ is not None:
            letters = [await _one(open_, id_)]
        elif agent or reason:
            letters = await _letters(open_, agent, reason, "dead")
        else:
            raise session.Stop("name an ID, --agent or --reason", session.USAGE)
        for number, letter in enumerate(letters):
            click.echo(f"{'would replay' if dry_run else 'replaying'} {letter.id}")
            if not dry_run:
                await open_.bus.publish([_again(letter, open_.now.isoformat(), number)])
                await open_.store.settle_dead(
                    letter.id, state="replayed", note=session.who(), at=open_.now
                )
    if not letters:
        raise session.Stop("no dead letter matches", session.NOTHING)


def _again(letter: DeadLetter, now: str, number: int) -> Message:
    """The letter's message for its agent alone, under a try of its own so that it is taken."""
    doors = {"intake": "inbound.leads", "inbox": "inbound.replies"}
    topic = doors.get(letter.agent) or f"retry.{letter.agent}"
    tries = letter.attempts + 1000 + number if letter.agent not in doors else 0
    headers = {**letter.headers, "ce_attempt": str(tries)} if tries else dict(letter.headers)
    return Message(topic, letter.key, headers, letter.value)


@click.command("discard")
@click.argument("id_", metavar="ID")
@click.option("--reason", required=True, help="Why nothing is lost by it.")
def dlq_discard(id_: str, reason: str) -> None:
    """Marks a dead letter as discarded; it is kept, and no longer counted."""
    session.run(lambda: _discard(id_, reason))


async def _discard(id_: str, reason: str) -> None:
    async with session.opened() as open_:
        letter = await _one(open_, id_)
        done = await open_.store.settle_dead(
            letter.id, state="discarded", note=f"{session.who()}: {reason}", at=open_.now
        )
    if not done:
        raise session.Stop(f"{letter.id} is {letter.state} already", session.NOTHING)
    click.echo(f"discarded {letter.id}")
