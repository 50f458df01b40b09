"""The process's one port: health, metrics, and the unsubscribe links.

`/livez` says that the loop turns, `/readyz` that bus and store answer (503 names the part that does
not, and while draining), `/metrics` is Prometheus text, `/u/TOKEN` the one-click link,
`/webhooks/RESOURCE` where a vendor's words arrive, `/catalogue` and `/asyncapi.json` say what every
event means.
"""

import asyncio
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from agents import metrics
from agents.inbox import unsubscribe
from agents.inbox.unsubscribe import Unsubscribe
from agents.inbox.webhook import Webhooks
from agents.settings import SettingsError
from bus.errors import BusError
from statestore.errors import StoreError

if TYPE_CHECKING:
    from agents.wiring import System

log = structlog.get_logger()

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


UNFRAMED = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}


@cache
def _catalogue(brokers: tuple[str, ...]) -> tuple[str, str]:
    """The page and its policy; made at the first request, since nothing of it changes."""
    from agents import subscribing
    from agents.catalogue import page

    broker = ",".join(brokers) or page.BROKER
    return page.page(subscribing.groups(), version("leadwire"), broker), page.policy()


@cache
def _asyncapi(brokers: tuple[str, ...], prefix: str) -> str:
    from agents import subscribing
    from contracts import asyncapi

    groups = subscribing.groups()
    return asyncapi.text(asyncapi.document(groups, version("leadwire"), brokers, prefix))


class Web:
    """The port of a system; a source like any other."""

    def __init__(self, system: "System") -> None:
        self.system = system
        self.readings = metrics.Readings(system)
        self.links = Unsubscribe(system.commits, system.names)
        self.webhooks = Webhooks(system.commits, system.webhook_reader)
        self.port = system.settings.http_port
        self.started = asyncio.Event()

    def app(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/livez", self.livez),
                Route("/readyz", self.readyz),
                Route("/metrics", self.metrics),
                Route("/version", self.version),
                Route("/u/{token}", self.link, methods=["GET", "HEAD", "POST"]),
                Route("/webhooks/{resource}", self.webhook, methods=["POST"]),
                Route("/catalogue", self.catalogue),
                Route("/asyncapi.json", self.asyncapi),
            ]
        )

    async def run(self) -> None:
        """Serves until cancelled."""
        settings = self.system.settings
        config = uvicorn.Config(
            self.app(),
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
        )
        server = _Server(config, self)
        try:
            await server.serve()
        finally:
            server.should_exit = True
            if server.started:
                await server.shutdown()

    async def livez(self, request: Request) -> Response:
        return JSONResponse({"live": True})

    async def version(self, request: Request) -> Response:
        return JSONResponse({"leadwire": version("leadwire")})

    async def readyz(self, request: Request) -> Response:
        problems = await self.problems()
        body = {"ready": not problems, "problems": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def problems(self) -> dict[str, str]:
        """What is not ready, by part."""
        found: dict[str, str] = {}
        if self.system.draining:
            found["process"] = "draining"
        failed = self.system.failed()
        if failed:
            found["loop"] = failed
        try:
            info = await self.system.store.info()
            if info.closed:
                found["sending"] = info.closed
        except StoreError as error:
            found["store"] = str(error)
        try:
            health = await self.system.bus.health()
            if not health.ready:
                found["bus"] = health.detail or "not ready"
        except BusError as error:
            found["bus"] = str(error)
        return found

    async def metrics(self, request: Request) -> Response:
        text = await self.readings.text()
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    async def catalogue(self, request: Request) -> Response:
        text, policy = await asyncio.to_thread(_catalogue, self._brokers())
        headers = {"Content-Security-Policy": policy, **UNFRAMED}
        return HTMLResponse(text, headers=headers)

    async def asyncapi(self, request: Request) -> Response:
        prefix = self.system.settings.bus_prefix
        text = await asyncio.to_thread(_asyncapi, self._brokers(), prefix)
        return Response(text, media_type="application/json", headers=UNFRAMED)

    def _brokers(self) -> tuple[str, ...]:
        """Where the bus can be reached by strangers, where that is a broker."""
        kind, _, hosts = self.system.settings.bus.partition(":")
        return tuple(hosts.split(",")) if kind == "kafka" else ()

    async def webhook(self, request: Request) -> Response:
        try:
            answer = await self.webhooks.take(
                request.path_params["resource"], dict(request.headers), await request.body()
            )
        except StoreError as error:
            log.error("webhook_waits", error=str(error))
            return PlainTextResponse("try again", 503, headers={"Retry-After": "5"})
        return PlainTextResponse(answer.words, answer.status)

    async def link(self, request: Request) -> Response:
        token = request.path_params["token"]
        if request.method != "POST":
            known = self.links.known(token) is not None
            words = unsubscribe.ASK if known else unsubscribe.UNKNOWN
            return HTMLResponse(unsubscribe.page(*words), 200 if known else 404, headers=SAFE)
        try:
            done = await self.links.post(token)
        except StoreError as error:
            log.error("unsubscribe_waits", error=str(error))
            return PlainTextResponse("Try again in a moment.", 503, headers={"Retry-After": "5"})
        words = unsubscribe.DONE if done else unsubscribe.UNKNOWN
        return HTMLResponse(unsubscribe.page(*words), 200 if done else 404, headers=SAFE)


class _Server(uvicorn.Server):
    """Leaves signals to the process, and tells the port that it got."""

    def __init__(self, config: uvicorn.Config, web: Web) -> None:
        super().__init__(config)
        self._web = web

    def install_signal_handlers(self) -> None:
        return

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        try:
            await super().startup(sockets=None)
        except SystemExit as error:  # uvicorn would end the process without a word of ours
            raise SettingsError(
                f"{self.config.host}:{self.config.port} cannot be listened on "
                f"({error.__context__}); set LEADWIRE_HTTP_PORT (0 picks a free one) and "
                "LEADWIRE_HTTP_HOST, or end the process that has it"
            ) from error
        for server in self.servers:
            for socket in server.sockets:
                self._web.port = socket.getsockname()[1]
        self._web.started.set()
