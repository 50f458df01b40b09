"""What is asked of the world, over real sockets on this machine."""

import socket
import threading
from collections.abc import Iterator, Mapping

import dns.flags
import dns.message
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from agents.doctoring import outside
from agents.inbox import unsubscribe
from tests.agents.doctoring.serving import served

RECORDS: Mapping[str, tuple[str, ...]] = {
    "good.example.": ("v=spf1 mx -all", "some-site-verification=1"),
    "_dmarc.good.example.": ("v=DMARC1; p=reject",),
    "s1._domainkey.good.example.": ("v=DKIM1; k=rsa; p=MIGf",),
    "gone._domainkey.good.example.": ("v=DKIM1; p=",),
    "silent.example.": (),
}
REFUSED = "broken.example."


class Names(threading.Thread):
    """A name server on a free port that answers for `RECORDS` alone."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                query, sender = self.socket.recvfrom(4096)
            except OSError:
                return
            self.socket.sendto(self.answer(dns.message.from_wire(query)).to_wire(), sender)

    def answer(self, query: dns.message.Message) -> dns.message.Message:
        """TXT records, none, no such name, or a refusal."""
        name = query.question[0].name.to_text()
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name == REFUSED:
            answer.set_rcode(dns.rcode.REFUSED)
        elif name not in RECORDS:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif RECORDS[name]:
            texts = [f'"{text}"' for text in RECORDS[name]]
            answer.answer.append(
                dns.rrset.from_text_list(query.question[0].name, 60, "IN", "TXT", texts)
            )
        return answer


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The system's resolver is ours meanwhile."""
    server = Names()
    server.start()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    monkeypatch.setattr(dns.resolver, "default_resolver", resolver)
    yield
    server.socket.close()


@pytest.mark.usefixtures("names")
async def test_records_of_a_domain() -> None:
    """Others' TXT records are left aside; a revoked key is none."""
    seen = await outside.published("good.example", ["s1", "gone", "never"])
    assert seen.problem is None
    assert (seen.spf, seen.dmarc) == (("v=spf1 mx -all",), ("v=DMARC1; p=reject",))
    assert seen.dkim == {"s1": True, "gone": False, "never": False}


@pytest.mark.usefixtures("names")
async def test_a_domain_without_records_and_one_without_an_answer() -> None:
    """Nothing published is a fact; no answer is a problem, and says so."""
    silent = await outside.published("silent.example", [])
    assert (silent.spf, silent.dmarc, silent.problem) == ((), (), None)
    assert (await outside.published("broken.example", [])).problem


async def test_the_unsubscribe_port_is_told_from_another() -> None:
    """Ours answers an unknown token with its page; anything else is named."""

    async def ours(request: object) -> Response:
        return HTMLResponse(unsubscribe.page(*unsubscribe.UNKNOWN), 404)

    async def another(request: object) -> Response:
        return PlainTextResponse("Bad gateway", 502)

    app = Starlette(routes=[Route("/u/{token}", ours), Route("/wrong/u/{token}", another)])
    async with served(app) as port:
        assert await outside.link_problem(f"http://127.0.0.1:{port}") is None
        assert await outside.link_problem(f"http://127.0.0.1:{port}/") is None
        assert "502" in (await outside.link_problem(f"http://127.0.0.1:{port}/wrong") or "")
    assert "does not answer" in (await outside.link_problem(f"http://127.0.0.1:{port}") or "")
    assert await outside.link_problem("nonsense") == "is no address"
