"""The compose files name commands, settings, files and ports that there are, and keep to what old
and new compose both read."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, cast

import click
import pytest
import yaml
from starlette.routing import Route

from agents import wiring
from agents.deploying import placing
from agents.ports import new_secret
from agents.settings import PREFIX, Settings, load, secret
from tests.deploy.files import (
    DEPLOY,
    agents,
    command_of,
    compose,
    ours,
    seconds,
    services,
    usual,
    variables,
)

TOOLS = (["docker-compose"], ["docker", "compose"])
OUTGOING = {"sender", "inbox", "enrichment", "landing"}
SCALED = {"intake", "scoring", "orchestrator", "writer", "sender", "replies", "analytics"} | {
    "enrichment",
    "landing",
}


def test_every_agent_has_a_service_and_every_service_an_agent() -> None:
    """What is left out by default (`without`) waits for a profile."""
    said = {name for service in agents().values() for name in service["command"][1:]}
    assert said == set(wiring.MAKERS)


def test_every_command_exists_and_takes_its_arguments() -> None:
    """Parsed by the command's own rules; nothing is run."""
    for name in ("compose.yaml", "compose.demo.yaml"):
        for service in services(name).values():
            if "command" not in service or "LEADWIRE_IMAGE" not in service.get("image", ""):
                continue
            command, rest = command_of(service["command"])
            command.make_context(command.name or "", rest, resilient_parsing=False)


def test_the_check_of_commands_sees_a_wrong_one() -> None:
    """A command that is not there, and an option that is not there."""
    with pytest.raises(AssertionError):
        command_of(["migrat"])
    command, _ = command_of(["migrate"])
    with pytest.raises(click.UsageError):
        command.make_context("migrate", ["--chek"])


def test_every_setting_is_one_and_takes_its_value() -> None:
    """The environment of each of our services makes valid settings; secrets lead somewhere."""
    filled = placing.values(placing.filled((DEPLOY / ".env.example").read_text(), new_secret))
    for name, service in ours().items():
        environment = {k: expanded(v, filled) for k, v in service["environment"].items()}
        environment.pop("LEADWIRE_CONFIG")
        loaded = load(environment=environment, file=None)
        for setting, reference in loaded.settings.model_dump().items():
            if isinstance(reference, str) and reference.startswith("env:"):
                assert secret(reference, environment), (name, setting)


def expanded(text: str, values: Any) -> str:
    """A value as compose fills it in."""
    for name, defaults in variables().items():
        for form in (f"${{{name}}}", *(f"${{{name}:-{default}}}" for default in defaults)):
            text = text.replace(form, values.get(name, ""))
        start = text.find(f"${{{name}:?")
        if start >= 0:
            text = text[:start] + values[name] + text[text.index("}", start) + 1 :]
    return text


def test_no_process_is_given_more_secrets_than_it_needs() -> None:
    """The migration role's password is `migrate`'s alone; vendors' are for whom vendors know."""
    for name, service in ours().items():
        admin = any("ADMIN" in key for key in service["environment"])
        assert admin == (name == "migrate"), name
        assert ("env_file" in service) == (name in OUTGOING | {"cli"}), name
        assert "POSTGRES_PASSWORD" not in service["environment"]


def test_every_variable_stands_in_the_example_and_every_line_is_asked_for() -> None:
    """And a default in the compose file is the example's own."""
    example = placing.values((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    asked = {*variables(), *variables("compose.demo.yaml")}
    assert asked | {"COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES"} == set(example)
    for name, defaults in variables().items():
        if defaults and name != "LEADWIRE_SOURCE":
            assert defaults == {example[name]}, name


def test_settings_in_the_example_are_settings() -> None:
    """A name with our prefix is a setting, or one that only the compose file reads."""
    read_by_compose = {"LEADWIRE_PORT", "LEADWIRE_IMAGE", "LEADWIRE_SOURCE"}
    names = placing.values((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    ours_ = {name for name in names if name.startswith(PREFIX)} - read_by_compose
    assert {name.removeprefix(PREFIX).lower() for name in ours_} <= set(Settings.model_fields)


def test_what_scales_has_no_name_and_no_port() -> None:
    """A fixed port or name would let the second container fail."""
    for name, service in services().items():
        assert "container_name" not in service
        if name in SCALED:
            assert "ports" not in service, name
    assert set(agents()) - SCALED == {"inbox"}


def test_ports_are_this_machines_own() -> None:
    """Nothing is open to the network unless somebody says so."""
    for service in services().values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_draining_ends_before_the_engine_loses_patience() -> None:
    """Bus and calls are waited for one after the other, so the grace is twice the setting."""
    for name, service in agents().items():
        shutdown = float(service["environment"]["LEADWIRE_SHUTDOWN_SECONDS"])
        assert seconds(service["stop_grace_period"]) > 2 * shutdown, name


def test_health_is_asked_of_endpoints_that_there_are() -> None:
    """Agents by readiness; init jobs and commands by their exit code alone."""
    from agents.web import Web

    app = Web.app(cast(Any, _Web()))
    routes = {route.path for route in app.routes if isinstance(route, Route)}
    for name, service in agents().items():
        test = service["healthcheck"]["test"]
        assert f"/{test[-1]}" in routes, name
        assert seconds(service["healthcheck"]["timeout"]) > 4, name
    for name in ("migrate", "topics"):
        assert services()[name]["healthcheck"] == {"disable": True}
    for name in ("kafka", "postgres"):
        assert services()[name]["healthcheck"]["retries"] >= 10


class _Web:
    """Stands in for what the routes are bound to."""

    def __getattr__(self, name: str) -> Any:
        async def endpoint(request: Any) -> None: ...

        return endpoint


def test_init_jobs_come_first_and_engines_before_them() -> None:
    """By conditions, never by waiting some time."""
    first = {"condition": "service_completed_successfully"}
    healthy = {"condition": "service_healthy"}
    for service in agents().values():
        assert service["depends_on"] == {"migrate": first, "topics": first}
    assert services()["migrate"]["depends_on"] == {"postgres": healthy}
    assert services()["topics"]["depends_on"] == {"kafka": healthy}
    assert all(services()[name]["restart"] == "no" for name in ("migrate", "topics", "cli"))


def test_logs_rotate_and_volumes_are_named() -> None:
    """A full disk and a lost volume are what operators find at night."""
    named = set(compose()["volumes"])
    for name, service in services().items():
        assert service["logging"]["options"]["max-size"], name
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            assert source in named or (source.startswith(".") and volume.endswith(":ro")), volume


def test_mounted_files_are_placed() -> None:
    """What is mounted from beside the compose file is among what `init` writes."""
    placed = {*placing.OURS, *placing.THEIRS, placing.ENVIRONMENT}
    for service in services().values():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0].removeprefix("./")
            if volume.startswith("./"):
                assert any(name == source or name.startswith(f"{source}/") for name in placed)


def test_images_are_pinned() -> None:
    """A tag that moves by major versions is none."""
    example = placing.values((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    for name, image in example.items():
        if name.endswith("_IMAGE"):
            _, _, tag = image.partition(":")
            assert tag not in {"", "latest"}, name


def test_only_what_old_and_new_compose_both_read() -> None:
    """1.29 refuses a top-level `name`; both warn of `version`; profiles are as documented."""
    assert not {"name", "version"} & set(compose())
    profiles = {name: service.get("profiles") for name, service in services().items()}
    assert profiles["mailbox"] == ["mail"]
    assert profiles["prometheus"] == profiles["grafana"] == ["observability"]
    assert profiles["cli"] == ["cli"]
    assert profiles["landing"] == ["landing"]
    assert set(usual()) == {name for name in agents() if name not in Settings().without.split(",")}


def test_the_demo_plays_with_every_agent() -> None:
    """Each takes the stepped clock, and no mode in which anything could leave."""
    demo = services("compose.demo.yaml")
    for name in agents():
        assert demo[name]["environment"]["LEADWIRE_MODE"] == "demo"
        assert demo[name]["environment"]["LEADWIRE_CLOCK"].startswith("stepped:")
    assert set(demo) - set(services()) == {"clock", "demo"}


def test_prometheus_asks_every_agent() -> None:
    """By its service's name, so that scaled ones are found."""
    document = yaml.safe_load((DEPLOY / "observability/prometheus.yml").read_text())
    names = document["scrape_configs"][0]["dns_sd_configs"][0]["names"]
    assert set(names) == set(agents())


@pytest.fixture
def placed(tmp_path: Path) -> Path:
    """A folder as `leadwire init` makes it."""
    from agents.cli.init import write

    write(tmp_path, placing.plan(tmp_path, new_secret))
    return tmp_path


@pytest.mark.parametrize("tool", TOOLS, ids=["docker-compose", "docker compose"])
@pytest.mark.parametrize("demo", [False, True], ids=["live", "demo"])
def test_compose_reads_its_files(tool: list[str], demo: bool, placed: Path) -> None:
    """`config` is clean: it ends well and says nothing beside. Needs no engine."""
    if shutil.which(tool[0]) is None:
        pytest.skip(f"no {tool[0]} on this machine")
    environment = {"PATH": os.environ["PATH"], "HOME": str(placed)}
    if subprocess.run([*tool, "version"], capture_output=True, env=environment).returncode:
        pytest.skip(f"{' '.join(tool)} is not there")
    files = ["-f", "compose.yaml", *(["-f", "compose.demo.yaml"] if demo else [])]
    profiles = [
        word
        for name in ("mail", "observability", "cli", "demo", "landing")
        for word in ("--profile", name)
    ]
    done = subprocess.run(
        [*tool, *files, *profiles, "config"],
        cwd=placed,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = yaml.safe_load(done.stdout)["services"]
    assert set(agents()) <= set(said)
    assert ("demo" in said) == demo
