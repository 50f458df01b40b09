"""The image's recipe: what a linter of Dockerfiles would say, and what the locks hold."""

import re
import tomllib

import pytest
import yaml

from agents.deploying import placing
from tests.deploy.files import DEPLOY, ROOT

TEXT = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = [
    (match[1], match[2])
    for match in re.finditer(
        r"^([A-Z]+)\s+((?:.*\\\n)*.*)$",
        "\n".join(line for line in TEXT.splitlines() if not line.startswith("#")),
        flags=re.MULTILINE,
    )
]


def of(name: str) -> list[str]:
    """The arguments of an instruction, in order."""
    return [rest for instruction, rest in INSTRUCTIONS if instruction == name]


def test_two_stages_from_one_base_that_can_be_replaced() -> None:
    """Tools that build stay in the first; the second has the finished environment."""
    assert re.search(r"^ARG BASE_IMAGE=\S+:\S+$", TEXT, flags=re.MULTILINE)
    assert [rest.split()[0] for rest in of("FROM")] == ["${BASE_IMAGE}"] * 2
    assert "--from=build /opt/leadwire /opt/leadwire" in of("COPY")


def test_it_runs_as_nobody_in_particular() -> None:
    """By number, so that Kubernetes can see that it is not root."""
    assert of("USER") == ["10001:10001"]
    assert INSTRUCTIONS.index(("USER", "10001:10001")) > max(
        number for number, (name, _) in enumerate(INSTRUCTIONS) if name == "RUN"
    )


def test_words_are_lists_so_that_signals_arrive() -> None:
    """A shell in between would swallow SIGTERM, and nothing would drain."""
    assert of("ENTRYPOINT") == ['["leadwire"]']
    assert of("STOPSIGNAL") == ["SIGTERM"]
    assert of("CMD")[0].startswith("[")
    assert "CMD [" in of("HEALTHCHECK")[0]


def test_every_library_is_installed_by_its_hash() -> None:
    """From locks; our own wheel is built and installed without asking anybody."""
    for run in of("RUN"):
        for install in re.findall(r"pip install[^\n]*", run):
            assert "--require-hashes" in install or "--no-index" in install, install
    assert "--no-build-isolation" in TEXT


@pytest.mark.parametrize("name", ["requirements-image.lock", "requirements-build.lock"])
def test_the_locks_name_hashes_and_no_registry(name: str) -> None:
    """Each pinned line has at least one."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+", text, flags=re.MULTILINE)
    assert pinned
    assert len(re.findall(r"^\S.*\\\n    --hash=sha256:", text, flags=re.MULTILINE)) == len(pinned)
    assert "http" not in text.replace("httpx", "").replace("httpcore", "").replace("httptools", "")


def test_the_images_lock_agrees_with_the_others() -> None:
    """What runs in the image is what the tests ran with: one version of each library."""
    image, plain, dev = (
        pins(name)
        for name in ("requirements-image.lock", "requirements.lock", "requirements-dev.lock")
    )
    assert set(plain) <= set(image) <= set(dev)
    assert image == {name: dev[name] for name in image}


def pins(name: str) -> dict[str, str]:
    """Library → version, of a lock."""
    text = (DEPLOY / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==([^\s;]+)", text, flags=re.MULTILINE))


def test_the_image_has_the_extras_that_the_compose_file_needs() -> None:
    """Kafka and Postgres."""
    found = pins("requirements-image.lock")
    assert {"aiokafka", "faststream", "asyncpg"} <= set(found)
    assert "pytest" not in found


def test_the_context_holds_what_is_copied_and_no_more() -> None:
    """No secret, no checkout's history, no environment goes to the engine."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert lines[1] == "*"
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(document["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert allowed == packages | {"deploy", "pyproject.toml", "README.md", "LICENSE"}


def test_every_file_names_this_version() -> None:
    """The image that is built, run by compose, and shown for Kubernetes is one."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "version"
    ]
    example = placing.values((DEPLOY / ".env.example").read_text(encoding="utf-8"))
    shown = yaml.safe_load((DEPLOY / "kubernetes/example/kustomization.yaml").read_text())
    assert example["LEADWIRE_IMAGE"] == f"leadwire:{version}"
    assert [image["newTag"] for image in shown["images"]] == [version]
    assert f"-t leadwire:{version} " in TEXT
