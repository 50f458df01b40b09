"""One-click unsubscribe (RFC 8058): POST unsubscribes at once, GET never does.

Software fetches every link, so GET shows a page with a button that POSTs. The token names the send
and proves that we made it; it is all that is asked for: no login, no address, no reason. The stop
is committed before the answer leaves.
"""

from agents.base import Commits
from agents.inbox.absorb import NAME
from agents.names import Names
from contracts import lead, registry
from contracts.ids import OPERATOR, SendId, TenantId, partition_key, stop_id
from contracts.outcome import StopReason
from statestore.base import Line, Outgoing, Send, Stop, StopAdd, Unit

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{title}</title>
<style>body{{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.2rem}}</style>
<h1>{title}</h1><p>{text}</p>{form}</html>"""
FORM = '<form method="post"><button>Stop all messages</button></form>'
ASK = ("No more messages?", "Press the button and nothing more is sent to this address.", FORM)
DONE = ("Done", "Nothing more will be sent to this address.", "")
UNKNOWN = ("This link is not ours", "Check that the address is complete.", "")


def page(title: str, text: str, form: str) -> str:
    """Returns the page as HTML; it holds nothing that a request brought."""
    return PAGE.format(title=title, text=text, form=form)


class Unsubscribe:
    """Answers for the path `/u/TOKEN`."""

    def __init__(self, commits: Commits, names: Names) -> None:
        self.commits = commits
        self.names = names

    def known(self, token: str) -> SendId | None:
        """The send of a token of ours; None for any other."""
        return self.names.read(token, "unsubscribe")

    async def post(self, token: str) -> bool:
        """Unsubscribes; True once it is durable, also when it was before. False: not ours."""
        send_id = self.known(token)
        if send_id is None:
            return False
        send = (await self.commits.store.sends(None, [send_id])).get(send_id)
        if send is None:
            return False
        await self.commits.commit([self._unit(send)])
        return True

    def _unit(self, send: Send) -> Unit:
        now = self.commits.clock.now()
        key = f"address:{send.address_hash}"
        stops = [
            self._stop(send, send.tenant, f"lead:{send.lead}"),
            self._stop(send, send.tenant, key),
            self._stop(send, OPERATOR, key),
        ]
        said = lead.Unsubscribed(
            lead_id=send.lead,
            occurred_at=now,
            channel=send.channel,
            address_hash=send.address_hash,
            source="one-click",
            send_id=send.id,
        )
        event = registry.produce(
            said,
            key=partition_key(send.tenant, send.account),
            source=f"/{NAME}",
            cause=f"one-click:{send.id}",
            mode=send.mode,
        )
        line = Line(
            tenant=send.tenant,
            account=send.account,
            lead=send.lead,
            at=now,
            agent=NAME,
            kind="message",
            code="unsubscribed_by_link",
            data={"campaign": send.campaign, "step": send.step, "send_id": send.id},
            repeat=f"one-click:{send.id}",
        )
        return Unit(
            tenant=send.tenant,
            stops=tuple(StopAdd(stop=stop) for stop in stops),
            events=(Outgoing(event=event),),
            journal=(line,),
        )

    def _stop(self, send: Send, tenant: TenantId, key: str) -> Stop:
        own = tenant != OPERATOR
        return Stop(
            id=stop_id(f"{tenant}/{key}", StopReason.UNSUBSCRIBED, send.id if own else key),
            tenant=tenant,
            key=key,
            reason=StopReason.UNSUBSCRIBED,
            at=self.commits.clock.now(),
            cause=f"one-click:{send.id}" if own else "",
            by=NAME,
        )
