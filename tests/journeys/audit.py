"""Turns a campaign's folder into counts that the product has no hand in: nothing of it is imported.

Reads two things that outlive the process: the mails as the receiving server kept them (`sent/new`,
behind its own headers X-Envelope-To and X-Received-At) and the exported events
(`events/<topic>/<day>.jsonl`, pseudonymous). Prints one JSON object; exit 1 where a mail was sent
twice, is lost, or went after a stop. Run it as a module or as a file, with the folder's path.

What is counted
- *double*: a mail whose Message-ID came before, or whose (recipient, campaign, round, step) did.
- *loss*: a `lead.contacted` whose mail is not there, or a mail that no `lead.contacted` and no
  `lead.send_unknown` speaks of. A `lead.send_unknown` without a mail is no loss: it is named.
- *send after a stop*: a mail that the server took more than 3 s (business time) after the fact that
  stops it was recorded, and before what lifts the stop. Time of a mail: X-Received-At, the server's
  word and not the sender's; on a stepped clock a call does not last. Time of a stop: `recordedtime`
  (an opt-out counts once we can know it), not `time`, which is when the person acted. The mail's
  lead, account, address, campaign, resource and client are those of its command.
- Stops: opt-out, complaint and hard bounce for ever; an answer until `lead.reply_classified` calls
  it automatic or a person resumes its account; an absence until its day of return; the kill switch
  and pauses until `control.resumed` of the same scope. An answer of ours (purpose `answer`) may
  pass the stop that a person's message put, and no other.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

GRACE = timedelta(seconds=3)
FOR_EVER = datetime.max.replace(tzinfo=UTC)
AUTOMATIC = ("out_of_office", "bounce")
Fact = Mapping[str, Any]


@dataclass(frozen=True)
class Mail:
    """A mail as the server took it."""

    file: str
    recipient: str
    at: datetime
    message_id: str
    references: int
    unsubscribe: str

    @property
    def send_id(self) -> str:
        """Our own name of the send, which stands before the @."""
        return self.message_id.partition("@")[0]


@dataclass(frozen=True)
class Stop:
    """Under `key` nothing may start from `since` + 3 s to `until`."""

    key: str
    since: datetime
    why: str
    fact: str
    until: datetime = FOR_EVER

    def forbids(self, moment: datetime) -> bool:
        """Says whether a call may not start at a moment."""
        return self.since + GRACE < moment < self.until


# ── reading ───────────────────────────────────────────────────────────────────────────────────


def mails(folder: Path) -> list[Mail]:
    """Every mail that the server acknowledged, in order of arrival."""
    return [_mail(path) for path in sorted((folder / "sent" / "new").glob("*"))]


def _mail(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes())
    return Mail(
        file=path.name,
        recipient=str(message["X-Envelope-To"]).strip().lower(),
        at=datetime.fromisoformat(str(message["X-Received-At"]).strip()),
        message_id=str(message["Message-ID"] or f"none:{path.name}").strip().strip("<>"),
        references=len(str(message["References"] or "").split()),
        unsubscribe=str(message["List-Unsubscribe"] or ""),
    )


class Events:
    """The exported events by topic; a line that was written twice counts once, half a line at the
    end of a file not at all (its writer died, and writes it again)."""

    def __init__(self, folder: Path) -> None:
        self._topics: dict[str, dict[tuple[str, str], Fact]] = defaultdict(dict)
        for path in sorted((folder / "events").glob("*/*.jsonl")):
            for line in path.read_bytes().rpartition(b"\n")[0].splitlines():
                event = json.loads(line)
                self._topics[path.parent.name][event["source"], event["id"]] = event

    def __getitem__(self, topic: str) -> list[Fact]:
        return list(self._topics[topic].values())

    def sends(self, topic: str) -> set[str]:
        """The sends that a topic speaks of."""
        return {event["data"]["send_id"] for event in self[topic]}

    def commands(self) -> dict[str, Fact]:
        """What was commanded, by send; a send that was commanded again is the same send."""
        return {event["data"]["send_id"]: event for event in self["outreach.email.send"]}


def recorded(event: Fact) -> datetime:
    """When we could know of it."""
    return datetime.fromisoformat(event["recordedtime"] or event["time"])


# ── doubles and losses ────────────────────────────────────────────────────────────────────────


def doubles(sent: Iterable[Mail], commands: Mapping[str, Fact]) -> list[str]:
    """Mails that came before, by Message-ID or by recipient and step."""
    seen: set[object] = set()
    found = []
    for mail in sent:
        names = {("id", mail.message_id), ("touch", *touch_of(mail, commands))}
        if names & seen:
            found.append(f"{mail.file} {mail.message_id} to {mail.recipient}")
        seen |= names
    return found


def touch_of(mail: Mail, commands: Mapping[str, Fact]) -> tuple[object, ...]:
    """Recipient and step: as commanded; without a command by how much the mail refers to. An answer
    of ours is no step of the cadence, and a touch of its own."""
    command = commands.get(mail.send_id)
    if command is None:
        return (mail.recipient, mail.references + 1)
    data = command["data"]
    if data.get("purpose", "cadence") != "cadence":
        return (mail.recipient, mail.send_id)
    return (mail.recipient, data["campaign_id"], data["round"], data["step"])


def lost_mails(sent: Iterable[Mail], events: Events) -> list[str]:
    """Sends that we say were taken, of which the server has no mail."""
    there = {mail.send_id for mail in sent}
    return sorted(events.sends("lead.contacted") - there)


def lost_facts(sent: Iterable[Mail], events: Events) -> list[str]:
    """Mails that the server has, of which we say nothing."""
    told = events.sends("lead.contacted") | events.sends("lead.send_unknown")
    return sorted({mail.send_id for mail in sent} - told)


# ── stops ─────────────────────────────────────────────────────────────────────────────────────


def stops(events: Events) -> list[Stop]:
    """Every stop that the facts speak of, with its end where a fact tells one."""
    found = [*_opt_outs(events), *_bounces(events), *_answers(events), *_switches(events)]
    return [_resumed(stop, events) for stop in found]


def _opt_outs(events: Events) -> Iterator[Stop]:
    for topic, why in (("lead.unsubscribed", "unsubscribed"), ("lead.complained", "complained")):
        for event in events[topic]:
            yield Stop(f"lead:{event['data']['lead_id']}", recorded(event), why, event["id"])
            address = event["data"].get("address_hash")
            if address:
                yield Stop(f"address:{address}", recorded(event), why, event["id"])
    for event in events["lead.reply_classified"]:
        if event["data"].get("opt_out") == "yes" or event["data"]["label"] == "negative":
            why = "asked to be left alone"
            yield Stop(f"lead:{event['data']['lead_id']}", recorded(event), why, event["id"])


def _bounces(events: Events) -> Iterator[Stop]:
    for event in events["lead.bounced"]:
        data = event["data"]
        if is_hard(data) and data.get("address_hash"):
            key = f"address:{data['address_hash']}"
            yield Stop(key, recorded(event), "hard bounce", event["id"])


def is_hard(data: Fact) -> bool:
    """Says whether a bounce closes its address: it is lasting, and not about the sender."""
    return (data["kind"], data.get("about", "recipient")) == ("hard", "recipient")


def _answers(events: Events) -> Iterator[Stop]:
    classes = {e["data"]["message_id"]: e for e in events["lead.reply_classified"]}
    for event in events["lead.responded"]:
        data = event["data"]
        if data.get("automatic"):
            yield from _absences(event, data)
            continue
        class_ = classes.get(data.get("message_id"))
        automatic = class_ is not None and class_["data"]["label"] in AUTOMATIC
        until = recorded(class_) if class_ is not None and automatic else FOR_EVER
        key = f"account:{event['account']}"
        yield Stop(key, recorded(event), "answered", event["id"], until)


def _absences(event: Fact, data: Fact) -> Iterator[Stop]:
    if data.get("return_date"):
        until = datetime.fromisoformat(data["return_date"])
        yield Stop(f"lead:{data['lead_id']}", recorded(event), "absent", event["id"], until)


def _switches(events: Events) -> Iterator[Stop]:
    for event in events["control.killed"]:
        key = event["data"]["scope"]
        yield Stop(key, recorded(event), "kill switch or pause", event["id"])


def _resumed(stop: Stop, events: Events) -> Stop:
    """The stop until a person lifted what may be lifted: never an opt-out or a dead address."""
    if stop.why not in {"answered", "absent", "kill switch or pause"}:
        return stop
    moments = [recorded(e) for e in events["control.resumed"] if e["data"]["scope"] == stop.key]
    ends = [moment for moment in moments if moment >= stop.since]
    return replace(stop, until=min([stop.until, *ends]))


def after_stops(
    sent: Iterable[Mail], commands: Mapping[str, Fact], found: Iterable[Stop]
) -> list[str]:
    """Mails that started while a stop of theirs held."""
    by_key: dict[str, list[Stop]] = defaultdict(list)
    for stop in found:
        by_key[stop.key].append(stop)
    late = []
    for mail in sent:
        command = commands.get(mail.send_id)
        broken = [s for key in keys_of(command) for s in by_key[key] if s.forbids(mail.at)]
        broken = [s for s in broken if not (is_answer(command) and s.why == "answered")]
        if broken:
            stop = min(broken, key=lambda s: s.since)
            late.append(f"{mail.send_id} at {mail.at} after {stop.why} of {stop.key} {stop.since}")
    return late


def is_answer(command: Fact | None) -> bool:
    """Says whether a mail answers a person's message (and is no step of a cadence)."""
    return command is not None and command["data"].get("purpose", "cadence") == "answer"


def keys_of(command: Fact | None) -> list[str]:
    """Under which keys a mail may be stopped; a mail that nobody commanded only by the switch."""
    if command is None:
        return ["global"]
    data = command["data"]
    return [
        "global",
        f"client:{command['tenant']}",
        f"campaign:{data['campaign_id']}",
        f"channel:{data['channel']}",
        f"resource:{data['resource_id']}",
        f"account:{data['account_id']}",
        f"lead:{data['lead_id']}",
        f"address:{data['address_hash']}",
    ]


# ── where leads stand ─────────────────────────────────────────────────────────────────────────


def end_states(events: Events) -> dict[str, str]:
    """Each lead's state, as its facts alone tell it; the first row that fits wins (spec 2.1)."""
    facts: dict[str, list[tuple[str, Fact]]] = defaultdict(list)
    for topic in TOLD:
        for event in events[topic]:
            facts[event["data"]["lead_id"]].append((topic, event["data"]))
    leads = {event["data"]["lead_id"] for event in events["lead.routed"]}
    return {lead: state_of(facts[lead]) for lead in sorted(leads)}


TOLD = (
    "lead.enrolled", "lead.no_response", "lead.responded", "lead.engaged", "lead.meeting_booked",
    "lead.closed", "lead.converted", "lead.bounced", "lead.complained", "lead.reply_classified",
    "lead.unsubscribed",
)  # fmt: skip


def state_of(facts: Iterable[tuple[str, Fact]]) -> str:
    """One lead's state: what its strongest fact says. Of an answer and a silent end the later one
    counts: an answer reopens a lead, a quiet time that is over closes it."""
    latest: dict[str, str] = {}
    for topic, data in facts:
        state = says(topic, data)
        if state:
            latest[state] = max(latest.get(state, ""), data["occurred_at"])
    if latest.get("responded", "") > latest.get("no_response", "9999"):
        del latest["no_response"]
    return next((state for state in PRECEDENCE if state in latest), "new")


PRECEDENCE = (
    "unsubscribed", "do_not_contact", "bounced", "converted", "failed", "closed", "engaged",
    "no_response", "responded", "in_sequence",
)  # fmt: skip


def says(topic: str, data: Fact) -> str | None:
    """What one fact says about a lead's state; None: nothing."""
    if topic == "lead.reply_classified":
        if data.get("opt_out") == "yes":
            return "unsubscribed"
        return {"negative": "do_not_contact", "positive": "engaged"}.get(data["label"])
    if topic == "lead.bounced":
        return "bounced" if is_hard(data) else None
    if topic == "lead.responded":
        return None if data.get("automatic") else "responded"
    if topic == "lead.closed":
        return "failed" if data["reason"].startswith("could not be sent") else None
    return PLAIN[topic]


PLAIN = {
    "lead.enrolled": "in_sequence",
    "lead.no_response": "no_response",
    "lead.engaged": "engaged",
    "lead.meeting_booked": "engaged",
    "lead.converted": "converted",
    "lead.complained": "do_not_contact",
    "lead.unsubscribed": "unsubscribed",
}


# ── the whole ─────────────────────────────────────────────────────────────────────────────────


def audit(folder: Path) -> dict[str, Any]:
    """Counts everything of a folder; lists hold at most twenty names each."""
    sent, events = mails(folder), Events(folder)
    commands = events.commands()
    twice = doubles(sent, commands)
    missing, silent = lost_mails(sent, events), lost_facts(sent, events)
    late = after_stops(sent, commands, stops(events))
    states = end_states(events)
    unknown = events.sends("lead.send_unknown") - events.sends("lead.contacted")
    return {
        "leads_in": len(states),
        "end_states": dict(sorted(Counter(states.values()).items())),
        "sent": len(events.sends("lead.contacted")),
        "mails_in_mailbox": len(sent),
        "doubles": len(twice),
        "sends_after_stop": len(late),
        "losses": len(missing) + len(silent),
        "unknown": len(unknown),
        "unknown_in_mailbox": len(unknown & {mail.send_id for mail in sent}),
        "without_unsubscribe": sum(not mail.unsubscribe for mail in sent),
        "held": dict(sorted(Counter(e["data"]["code"] for e in events["lead.send_held"]).items())),
        "named": {
            "doubles": twice[:20],
            "contacted_without_mail": missing[:20],
            "mail_without_fact": silent[:20],
            "after_stop": late[:20],
            "unknown": sorted(unknown)[:200],
        },
    }


def main(arguments: list[str]) -> int:
    """Prints the counts of a folder; 1 where something is wrong, 2 where nothing can be read."""
    if len(arguments) != 1 or not (Path(arguments[0]) / "sent" / "new").is_dir():
        print("usage: audit.py FOLDER, which holds sent/new and events", file=sys.stderr)
        return 2
    counts = audit(Path(arguments[0]))
    print(json.dumps(counts))
    wrong = counts["doubles"] or counts["losses"] or counts["sends_after_stop"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
