"""`leadwire config show|check`: every setting, its value, and where it came from."""

import click

from agents import wiring
from agents.cli import session
from agents.ports import SystemIds
from agents.settings import Settings


@click.command("show")
@click.option("--source", is_flag=True, help="Say where each value came from.")
@click.option("--json", "json_", is_flag=True, help="One JSON object a line.")
def show(source: bool, json_: bool) -> None:
    """Shows every setting; secrets are references, so nothing needs masking."""

    async def main() -> None:
        loaded = session.loaded()
        values = loaded.settings.model_dump(mode="json")
        found = [
            {
                "setting": name,
                "value": str(value),
                "source": loaded.sources.get(name, "default"),
                "meaning": Settings.model_fields[name].description,
            }
            for name, value in values.items()
        ]
        columns = ("setting", "value", "source") if source else ("setting", "value", "meaning")
        session.rows(found, columns, json=json_, nothing="no settings")

    session.run(main)


@click.command("check")
def check() -> None:
    """Checks settings, secrets, clock, bus and store addresses; touches no data."""

    async def main() -> None:
        loaded = session.loaded()
        wiring.installation_secret(loaded.settings)
        wiring.make_clock(loaded.settings)
        wiring.topics()
        wiring.make_store(loaded.settings, SystemIds(), consume=False)
        wiring.make_bus(loaded.settings, consume=False)
        click.echo(f"ok  settings from {loaded.file or 'environment and defaults'}")

    session.run(main)
