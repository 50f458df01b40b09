"""The command line: `leadwire COMMAND`. This module names the commands; each loads when called.

Nothing here imports a command's module, so that `leadwire --help` stays far under half a second
and pulls in no client library. A command is a row in `COMMANDS`: its name, the module and object
that hold it, and the one line that `--help` shows.

What the help of each ends with, exit codes among it, stands in `examples.py`.
"""

from agents.cli.examples import FIRST
from agents.cli.lazy import LazyGroup, Row

INSPECT = LazyGroup(
    name="inspect",
    help="What would Leadwire make of this? Reads values, touches no store and no bus.",
    rows=[
        Row("mail", "agents.cli.inspect_mail:mail", "bounces, replies, absences, complaints"),
        Row("text", "agents.cli.inspect_text:text", "opt-out, intent and sentiment of short texts"),
        Row("phone", "agents.cli.inspect_identity:phone", "E.164, type and zones of numbers"),
        Row("address", "agents.cli.inspect_identity:address", "verdict on e-mail addresses"),
        Row("title", "agents.cli.inspect_identity:title", "priority, role, seniority of titles"),
        Row("company", "agents.cli.inspect_identity:company", "base name and legal form"),
        Row("leads", "agents.cli.inspect_identity:leads", "normalised leads and clusters"),
        Row("calendar", "agents.cli.inspect_identity:calendar", "public holidays of a region"),
    ],
)

LEADS = LazyGroup(
    name="leads",
    help="Leads: publish, import, list, show, score.",
    rows=[
        Row("list", "agents.cli.leads:list_", "leads, their status and what comes next"),
        Row("show", "agents.cli.leads:explain", "one lead's whole story (as `explain`)"),
        Row("rejected", "agents.cli.leads:rejected", "what the door refused, and where it is kept"),
        Row("erase", "agents.cli.leads:erase", "blank what identifies a lead's people"),
        Row("score", "agents.cli.leads_score:score", "score a file, without bus or store"),
        Row("publish", "agents.cli.leads_import:publish", "publish a file or stdin at the door"),
        Row("import", "agents.cli.leads_import:import_", "check a file whole, then publish it"),
    ],
)
PAGES = LazyGroup(
    name="pages",
    help="Landing pages: build from a file, look at them, check them, publish, remove.",
    rows=[
        Row("build", "agents.cli.pages:build", "make the pages of a file of leads in a folder"),
        Row("serve", "agents.cli.pages:serve", "look at a folder of pages in a browser"),
        Row("check", "agents.cli.pages_check:check", "links, size, contrast, data, leftovers"),
        Row("publish", "agents.cli.pages_publish:publish", "have pages made anew by the agent"),
        Row("remove", "agents.cli.pages_publish:remove", "take a lead's page down, for good"),
    ],
)
DRAFTS = LazyGroup(
    name="drafts",
    help="Drafts that wait for a person, in co-pilot and manual mode.",
    rows=[
        Row("list", "agents.cli.drafts:list_", "all of them, and why they wait"),
        Row("show", "agents.cli.drafts:show", "one, as it would go out"),
        Row("approve", "agents.cli.drafts:approve", "approve this very content"),
        Row("decline", "agents.cli.drafts:decline", "decline this very content"),
    ],
)
REVIEW = LazyGroup(
    name="review",
    help="Leads whose findings wait for a person.",
    rows=[
        Row("list", "agents.cli.review:list_", "all of them, and what is doubtful"),
        Row("show", "agents.cli.review:show", "one, with the words that each finding rests on"),
        Row("accept", "agents.cli.review:accept", "take the doubtful findings as they are"),
        Row("correct", "agents.cli.review:correct", "put other values in their place"),
        Row("drop", "agents.cli.review:drop", "go on without the doubtful findings"),
    ],
)
UNKNOWNS = LazyGroup(
    name="unknowns",
    help="Sends of which nobody can say whether they arrived.",
    rows=[
        Row("list", "agents.cli.controlling:unknowns_list", "all of them, by name"),
        Row("settle", "agents.cli.controlling:unknowns_settle", "settle one by a person's word"),
    ],
)
DLQ = LazyGroup(
    name="dlq",
    help="Dead letters: what no agent could take.",
    rows=[
        Row("list", "agents.cli.controlling:dlq_list", "all of them, with reason and origin"),
        Row("show", "agents.cli.controlling:dlq_show", "one, whole"),
        Row("replay", "agents.cli.controlling:dlq_replay", "give them to their agent again"),
        Row("discard", "agents.cli.controlling:dlq_discard", "mark one as discarded"),
    ],
)
CONFIG = LazyGroup(
    name="config",
    help="Settings: what they are, and where they came from.",
    rows=[
        Row("show", "agents.cli.configuration:show", "every setting with its source"),
        Row("check", "agents.cli.configuration:check", "names what is wrong, and what to write"),
    ],
)
SCHEMA = LazyGroup(
    name="schema",
    help="What every event says: JSON Schemas, AsyncAPI, a page for people.",
    rows=[
        Row("export", "agents.cli.schema:export", "write them to a folder"),
        Row("check", "agents.cli.schema:check", "what would break producers or consumers"),
        Row("asyncapi", "agents.cli.schema:asyncapi", "the AsyncAPI 3 document of all topics"),
        Row("page", "agents.cli.schema:page", "the catalogue as one HTML page"),
    ],
)
EVENTS = LazyGroup(
    name="events",
    help="Events: validate a file of them.",
    rows=[Row("validate", "agents.cli.events:validate", "a verdict a line, with JSON pointer")],
)

TOPICS = LazyGroup(
    name="topics",
    help="The bus's topics in Kafka: partitions, retention, copies.",
    rows=[
        Row("plan", "agents.cli.topics:plan", "what is missing, wrong or unknown"),
        Row("apply", "agents.cli.topics:apply", "make and correct them; repeatable"),
    ],
)

COMMANDS = LazyGroup(
    name="leadwire",
    help="Leadwire: finds out about leads, scores them, reaches out, and can say why.",
    rows=[
        Row("demo", "agents.cli.demo:demo", "a three-week campaign in under a minute"),
        Row("run", "agents.cli.running:run", "start agents: all, or those named"),
        Row("init", "agents.cli.init:init", "a folder for docker compose, secrets drawn"),
        Row("doctor", "agents.cli.doctor:doctor", "what is wrong, and which command mends it"),
        Row("mailbox", "agents.cli.mailbox:mailbox", "a mail server that delivers nothing"),
        Row("apply", "agents.cli.applying:apply", "declare clients, resources, campaigns"),
        Row("explain", "agents.cli.leads:explain", "a lead's whole story, and what comes next"),
        Row("summary", "agents.cli.leads:summary", "what happened, by day and campaign"),
        Row(
            "pipeline", "agents.cli.pipeline:pipeline", "a file through every stage, without a bus"
        ),
        Row("pause", "agents.cli.controlling:pause", "stop sending in a scope"),
        Row("resume", "agents.cli.controlling:resume", "let a scope go on"),
        Row("migrate", "agents.cli.store:migrate", "bring the store to this version's schema"),
        Row("backup", "agents.cli.store:backup", "one consistent copy, and the stops as CSV"),
        Row("restore", "agents.cli.store:restore", "put a copy in place, closed until settled"),
    ],
    root=True,
    epilog=FIRST,
    groups=[INSPECT, LEADS, PAGES, DRAFTS, REVIEW, UNKNOWNS, DLQ, CONFIG, SCHEMA, EVENTS, TOPICS],
)


def main() -> None:
    """Runs the command line; the console script of the package."""
    COMMANDS.main(prog_name="leadwire")
