"""The demo: 320 real businesses, two campaigns of three weeks, in under a minute of real time.

Real: every agent, gate and rule, the stores, SMTP and HTTP over sockets, the mailboxes on disk.
Made: business time (a stepped clock), addresses (all end in `.example`), the people and their
words. It says so when it starts. Numbers are read from the store and the mail files, not counted
along the way.
"""

import asyncio
import csv
import shutil
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from agents import controls, declaring
from agents.ports import SystemIds
from agents.simulator.campaign import Stage, maildir, stage
from contracts.ids import TenantId
from contracts.outcome import Mode, SendState, Status
from statestore.base import Row

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
"""A Monday; both countries change to summer time within the three weeks."""
DAYS = 21
KILL, RESUME = START + timedelta(days=7, hours=6), START + timedelta(days=8, hours=6)
TENANT = TenantId("harbour")
BOXES = ("mira", "jonas", "ada", "pavel")
PER_DAY = 30
SECRET = "demo-only-not-a-secret-0123456789"  # noqa: S105  # of a demo that never leaves the machine

DECLARED = """\
# The demo's declaration: a client, four mailboxes, two campaigns. `leadwire apply` reads it.
[settings]
mode = "demo"
store = "sqlite:{folder}/store.db"
bus = "sqlite:{folder}/bus.db"
clock = "stepped:{folder}/clock"
secret = "file:{folder}/secret"
analytics_dir = "{folder}/events"

[[client]]
id = "harbour"
name = "Harbour Web Studio"
active_since = 2025-11-03T00:00:00Z    # e-mail needs 14 days of warm-up
credits = 5000
country = "US"
zone = "America/Chicago"
categories = ["childcare", "restaurant"]
value_proposition = "Websites that parents and guests find, and that load in a second."

[client.sender]
name = "Mira Holm"
company = "Harbour Web Studio"
postal_address = "Harbour Web Studio, 12 Quay Street, Portsea"
{resources}
[[campaign]]
id = "childcare-spring"
client = "harbour"
offer = "a free look at your site"
mode = "autopilot"
entry = {{ categories = ["childcare"] }}
sequence = [{{ template = "hello-care" }}, {{ template = "follow-up" }}, {{ template = "last" }}]
resources = ["mira", "jonas"]

[[campaign.templates]]
id = "hello-care"
subject = "A question about {{{{ business.name }}}}"
body = '''
Hello,

parents near {{{{ business.address }}}} look for childcare on their phones first. We build small,
fast sites for centres like {{{{ business.name }}}} and would gladly take {{{{ campaign.offer }}}}.

Is that worth ten minutes next week?
'''

[[campaign.templates]]
id = "follow-up"
body = '''
Hello again,

my note about {{{{ business.name }}}} may have drowned. Shall I send three concrete things
that we would change on your site first?
'''

[[campaign.templates]]
id = "last"
body = '''
Hello,

this is my last note: if a better site for {{{{ business.name }}}} is of use one day,
one line is enough.
'''

[[campaign]]
id = "restaurants-spring"
client = "harbour"
offer = "a free look at your menu page"
mode = "autopilot"
entry = {{ categories = ["restaurant"] }}
sequence = [{{ template = "hello-food" }}, {{ template = "nudge" }}, {{ template = "bye" }}]
resources = ["ada", "pavel"]

[[campaign.templates]]
id = "hello-food"
subject = "Guests looking for {{{{ business.name }}}}"
body = '''
Hello,

guests in {{{{ business.city }}}} decide by the menu that they see on a phone. We make
menu pages that load at once, and offer {{{{ campaign.offer }}}} for {{{{ business.name }}}}.

May I send you two examples?
'''

[[campaign.templates]]
id = "nudge"
body = "Hello again,\\n\\nwould two example pages for {{{{ business.name }}}} be of use?"

[[campaign.templates]]
id = "bye"
body = "Hello,\\n\\nmy last note. One line is enough if {{{{ business.name }}}} wants a look."
"""
RESOURCE = """
[[resource]]
id = "{name}"
client = "harbour"
address = "{address}"
per_day = {per_day}                           # the quota that binds
inbox = {{ kind = "read", maildir = "{maildir}" }}
settings = {{ host = "{host}", port = {port}, security = "none" }}
"""


@dataclass
class Switch:
    """The operator of the story: stops everything once, and lets it go on a day later."""

    stage: Stage
    due: list[tuple[datetime, bool]] = field(
        default_factory=lambda: [(KILL, True), (RESUME, False)]
    )

    def next_due(self) -> datetime | None:
        """When the switch is flipped next."""
        return self.due[0][0] if self.due else None

    async def act(self, now: datetime) -> None:
        """Flips it."""
        while self.due and self.due[0][0] <= now:
            _, stop = self.due.pop(0)
            commits = self.stage.system.commits
            scope = await controls.scope_of("all", commits.store, None)
            words = {"reason": "trying the kill switch", "by": "demo", "mode": Mode.DEMO}
            if stop:
                await controls.pause(commits, scope, kill=True, **words)  # type: ignore[arg-type]
            else:
                await controls.resume(commits, scope, **words)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Report:
    """What the demo came to; `as_dict` is what `--json` prints."""

    leads_in: int
    end_states: Mapping[str, int]
    sent: int
    mails_in_mailbox: int
    doubles: int
    sends_after_stop: int
    held: Mapping[str, int]
    waited: int
    unknown: int
    dead_letters: int
    folder: Path
    examples: Mapping[str, str]
    people: Mapping[str, int]
    steps: int

    def as_dict(self) -> dict[str, Any]:
        """JSON values."""
        return {
            "leads_in": self.leads_in,
            "end_states": dict(self.end_states),
            "sent": self.sent,
            "mails_in_mailbox": self.mails_in_mailbox,
            "doubles": self.doubles,
            "sends_after_stop": self.sends_after_stop,
            "held": dict(self.held),
            "waited_for_quota": self.waited,
            "unknown": self.unknown,
            "dead_letters": self.dead_letters,
            "folder": str(self.folder),
            "examples": dict(self.examples),
        }


Say = Callable[[str], None]


def listings() -> list[dict[str, str]]:
    """The shipped businesses; their addresses are made up and end in `.example`."""
    text = files("agents.simulator").joinpath("data/listings.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def lead_of(number: int, row: Mapping[str, str]) -> dict[str, Any]:
    """A listing as the upstream search pipeline publishes it. Some are no targets, some have no
    address: such leads are held, and shown as held."""
    slug = "".join(c for c in row["name"].lower() if c.isascii() and c.isalnum())[:24] or "place"
    lead: dict[str, Any] = {
        "dedup_key": f"demo-{number:04d}",
        "route": "NURTURE" if number % 80 == 79 else "TARGET",
        "business_name": row["name"],
        "category": row["category"],
        "address": row["address"],
        "city": row["city"],
        "postcode": row["postcode"],
        "country": row["country"],
        "region": row["region"] or None,
        "source_list": row["source"],
    }
    if number % 64 != 63:
        lead["email"] = f"desk@{slug}-{number:03d}.example"
    return {key: value for key, value in lead.items() if value}


MALFORMED: tuple[dict[str, Any], ...] = (
    {"dedup_key": "demo-bad-1", "business_name": ["Two", "names"], "email": "x@demo.example"},
    {"dedup_key": "demo-bad-2", "category": "restaurant"},
)
"""Two records that are refused, named and kept."""


async def run(folder: Path, say: Say, *, days: int = DAYS, count: int | None = None) -> Report:
    """Runs the demo in a folder, which is emptied first; returns what it came to."""
    prepare(folder)
    settings = {
        "store": f"sqlite:{folder / 'store.db'}",
        "bus": f"sqlite:{folder / 'bus.db'}",
        "secret": f"file:{folder / 'secret'}",
        "analytics_dir": str(folder / "events"),
        "http_port": 0,
    }
    addresses = {name: f"{name}@harbour.example" for name in BOXES}
    clicks = Clicks()
    async with stage(
        folder,
        start=START,
        settings=settings,
        mailboxes=list(addresses.values()),
        click=clicks.follow,
        ids=SystemIds(),
    ) as on:
        await on.system.web.started.wait()
        clicks.port = on.system.web.port
        declaration = declared(folder, addresses, on.mailbox.port)
        return await play(on, folder, declaration, say, days=days, count=count)


async def play(
    on: Stage,
    folder: Path,
    declaration: Mapping[str, Any],
    say: Say,
    *,
    days: int = DAYS,
    count: int | None = None,
    patience: float = 60.0,
) -> Report:
    """Declares, publishes the leads (`count` of them), and steps through the days; returns what it
    came to. Raises Stuck where something is under way for more machine seconds than `patience`."""
    await on.declare(declaring.parse(declaration))
    leads = [lead_of(number, row) for number, row in enumerate(listings()[:count])]
    await on.publish([*leads, *MALFORMED])
    on.worlds.append(Switch(on))
    diary = Diary(on, say)
    driver = on.driver(START + timedelta(days=days), diary.step)
    driver.patience = patience
    await driver.run()
    await diary.finish()
    return await report(on, folder, driver.steps)


def prepare(folder: Path) -> None:
    """Empties a demo's folder; refuses one that holds anything else."""
    if folder.exists():
        known = (folder / "secret").exists() and (folder / "clock").exists()
        if any(folder.iterdir()) and not known:
            raise FileExistsError(f"{folder} holds something that is no demo; name another folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "secret").write_text(SECRET, encoding="utf-8")


def declared(
    folder: Path, addresses: Mapping[str, str], port: int, host: str = "127.0.0.1"
) -> dict[str, Any]:
    """Writes the demo's declaration beside its data, and returns it parsed."""
    resources = "".join(
        RESOURCE.format(
            name=name,
            address=address,
            per_day=PER_DAY,
            maildir=maildir(folder, address),
            host=host,
            port=port,
        )
        for name, address in addresses.items()
    )
    text = DECLARED.format(folder=folder, resources=resources)
    (folder / "leadwire.toml").write_text(text, encoding="utf-8")
    return tomllib.loads(text)


class Clicks:
    """Follows unsubscribe links over HTTP, as a mail client's one-click button does. With a `port`
    it goes to this machine's, whatever the link says; without, to where the link leads."""

    def __init__(self) -> None:
        self.port = 0

    async def follow(self, link: str) -> None:
        """POSTs to a link of ours (RFC 8058)."""
        there = urlsplit(link)
        host, port = ("127.0.0.1", self.port) if self.port else (there.hostname, there.port)
        path, body = there.path, b"List-Unsubscribe=One-Click"
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        answer = await reader.read()
        writer.close()
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"unsubscribe link answered {answer[:60]!r}")


class Diary:
    """Tells the story day by day, from the journal."""

    def __init__(self, on: Stage, say: Say) -> None:
        self.on = on
        self.say = say
        self.day = START.date()
        self._told: list[asyncio.Task[None]] = []

    def step(self, now: datetime) -> None:
        """Tells every day that has ended."""
        while now.date() > self.day:
            self._told.append(asyncio.ensure_future(self.tell(self.day)))
            self.day += timedelta(days=1)

    async def finish(self) -> None:
        """Tells the last day."""
        await asyncio.gather(*self._told)
        await self.tell(self.day)

    async def tell(self, day: Any) -> None:
        """Prints one day's line."""
        since = datetime.combine(day, time(), UTC)
        tally = await self.on.system.store.tally(None, since, since + timedelta(days=1))
        counts: Counter[tuple[str, str]] = Counter()
        for (_, kind, code), count in tally.items():
            counts[kind, code] += count
        self.say(day_line(day, (since - START.replace(hour=0)).days + 1, counts))


def day_line(day: Any, number: int, counts: Mapping[tuple[str, str], int]) -> str:
    """One day in words."""

    def all_of(kind: str, *codes: str) -> int:
        return sum(n for (k, c), n in counts.items() if k == kind and c in codes)

    shown = {
        "came in": all_of("fact", "received"),
        "sent": all_of("outcome", "contacted"),
        "wait for a slot": sum(
            n for (k, c), n in counts.items() if k == "hold" and c.startswith("rate_limit")
        ),
        "answered": all_of("message", "reply"),
        "away": all_of("message", "out_of_office"),
        "bounced": all_of("message", "bounce"),
        "opted out": all_of("fact", "unsubscribed"),
        "held by the kill switch": all_of("hold", "killed_global")
        + all_of("verdict", "killed_global"),
        "ended": sum(n for (k, _), n in counts.items() if k == "end"),
    }
    words = ", ".join(f"{n} {name}" for name, n in shown.items() if n) or "quiet"
    note = {KILL.date(): "  << kill switch on", RESUME.date(): "  << kill switch off"}.get(day, "")
    return f"  day {number:>2}  {day:%a %d %b}  {words}{note}"


# ── what it came to ───────────────────────────────────────────────────────────────────────────


async def report(on: Stage, folder: Path, steps: int) -> Report:
    """Reads the result from the store and the mail files."""
    store = on.system.store
    rows = await store.scan(None, "lead", limit=10_000)
    sent = await store.sends_in(SendState.SENT, limit=100_000)
    mails = [_mail(path) for path in on.mailbox.files()]
    stops = await store.stops_of(TENANT)
    by_address = {stop.key: stop.at for stop in stops if stop.key.startswith("address:")}
    late = 0
    for _, recipient, at in mails:
        stopped = by_address.get(f"address:{on.system.names.address('email', recipient)}")
        late += stopped is not None and at > stopped + timedelta(seconds=3)
    held = Counter(str(row.data["hold"]["code"]) for row in rows if row.data.get("hold"))
    tally = await store.tally(None, START, START + timedelta(days=DAYS + 1))
    waited = sum(n for (_, k, c), n in tally.items() if k == "hold" and c.startswith("rate_limit"))
    return Report(
        leads_in=len(rows),
        end_states=Counter(row.status for row in rows),
        sent=len(sent),
        mails_in_mailbox=len(mails),
        doubles=len(mails) - len({message_id for message_id, _, _ in mails}),
        sends_after_stop=late,
        held=_verdicts(tally, held),
        waited=waited,
        unknown=len(await store.sends_in(SendState.UNKNOWN)),
        dead_letters=len(await store.dead_letters(None)),
        folder=folder,
        examples=_examples(rows),
        people=dict(on.people.did),
        steps=steps,
    )


def _verdicts(tally: Mapping[tuple[str, str, str], int], held: Counter[str]) -> dict[str, int]:
    """Refusals and holds by gate code, over the whole campaign and as they stand."""
    counts: Counter[str] = Counter()
    for (_, kind, code), count in tally.items():
        if kind in {"verdict", "hold"}:
            counts[code] += count
    return dict(sorted((counts | held).items()))


def _mail(path: Path) -> tuple[str, str, datetime]:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    at = datetime.fromisoformat(str(message["X-Received-At"]))
    return str(message["Message-ID"]), str(message["To"]), at


def _examples(rows: list[Row]) -> dict[str, str]:
    """A lead of each kind to look at next."""
    wanted: dict[str, Callable[[Row], bool]] = {
        "held": lambda row: bool(row.data.get("hold")) and row.status != Status.RESPONDED,
        "replied": lambda row: row.status in {Status.ENGAGED, Status.RESPONDED},
        "unsubscribed": lambda row: row.status == Status.UNSUBSCRIBED,
        "waited": lambda row: row.status == Status.NO_RESPONSE,
    }
    return {
        name: next((row.ref.key for row in rows if fits(row)), "") for name, fits in wanted.items()
    }
