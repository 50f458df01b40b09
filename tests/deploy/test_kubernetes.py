"""The Kubernetes examples: valid by Kubernetes' own schemas, and true to the product."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from agents import wiring
from agents.settings import Settings, load
from tests.deploy.files import DEPLOY, command_of, seconds, services

FOLDER = DEPLOY / "kubernetes"
VERSION = "1.33"
OUTGOING = {"sender", "inbox", "enrichment", "landing"}
NEVER_ZERO = {"orchestrator", "inbox", "replies", "sender"}
Manifest = dict[str, Any]


def manifests(folder: Path) -> Iterator[Manifest]:
    """Every manifest of a folder as it stands in its files, kustomizations left aside."""
    for path in sorted(folder.rglob("*.yaml")):
        for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
            if document["kind"] not in {"Kustomization", "Component"}:
                yield document


def of(kind: str) -> dict[str, Manifest]:
    """Manifests of a kind, by name; the patch for all Deployments is `any`."""
    return {m["metadata"]["name"]: m for m in manifests(FOLDER) if m["kind"] == kind}


@pytest.fixture(scope="module")
def built() -> list[Manifest]:
    """The example as kustomize builds it."""
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl on this machine: its kustomize builds the example")
    command = ["kubectl", "kustomize", str(FOLDER / "example")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return list(yaml.safe_load_all(done.stdout))


def container(deployment: Manifest) -> Manifest:
    """Its one container."""
    (found,) = deployment["spec"]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


def test_every_file_is_valid_by_itself() -> None:
    """Strictly: an unknown field is an error. KEDA's own kinds are looked at below."""
    checked = 0
    for manifest in manifests(FOLDER):
        if manifest["apiVersion"].startswith("keda.sh"):
            continue
        if manifest["metadata"]["name"] != "any":
            kubernetes_validate.validate(manifest, VERSION, strict=True)
            checked += 1
    assert checked > 20


def test_the_schemas_see_a_wrong_field() -> None:
    """Else the test above would say nothing."""
    wrong = of("Deployment")["sender"]
    wrong["spec"]["template"]["spec"]["containers"][0]["comand"] = []
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_what_is_built_is_valid(built: list[Manifest]) -> None:
    """Base, patches, scaling and the example together."""
    for manifest in built:
        if not manifest["apiVersion"].startswith("keda.sh"):
            kubernetes_validate.validate(manifest, VERSION, strict=True)
    assert {m["metadata"]["namespace"] for m in built} == {"leadwire"}


def test_every_agent_has_a_deployment_that_runs_it() -> None:
    """Those that are left out by default need none."""
    deployments = {k: v for k, v in of("Deployment").items() if k != "any"}
    left_out = set(Settings().without.split(","))
    assert set(wiring.MAKERS) - left_out <= set(deployments) <= set(wiring.MAKERS)
    for name, deployment in deployments.items():
        assert container(deployment)["args"] == ["run", name]
        assert name in of("PodDisruptionBudget")


def test_jobs_give_commands_that_there_are() -> None:
    """Schema and topics."""
    assert set(of("Job")) == {"migrate", "topics"}
    for job in of("Job").values():
        command, rest = command_of(container(job)["args"])
        command.make_context(command.name or "", rest)


def test_settings_are_settings() -> None:
    """And their secrets come from the Secret that the example describes."""
    data = of("ConfigMap")["leadwire-settings"]["data"]
    loaded = load(environment=data)
    keys = set(of("Secret")["leadwire"]["stringData"])
    for reference in (loaded.settings.secret, loaded.settings.store_password):
        assert reference.removeprefix("env:") in keys
    assert loaded.settings.base_url.startswith("https://")


def test_only_migrate_has_the_migration_role(built: list[Manifest]) -> None:
    """And only those who call somebody the vendors' secrets."""
    for manifest in built:
        if manifest["kind"] not in {"Deployment", "Job"}:
            continue
        name, text = manifest["metadata"]["name"], yaml.safe_dump(container(manifest))
        assert ("STORE_ADMIN_PASSWORD" in text) == (name == "migrate")
        assert ("leadwire-vendors" in text) == (name in OUTGOING)


def test_probes_ask_what_they_should(built: list[Manifest]) -> None:
    """Liveness never asks for bus and store: a restart would mend neither."""
    for manifest in built:
        if manifest["kind"] == "Deployment":
            asked = container(manifest)
            assert asked["livenessProbe"]["httpGet"]["path"] == "/livez"
            assert asked["startupProbe"]["httpGet"]["path"] == "/livez"
            assert asked["readinessProbe"]["httpGet"]["path"] == "/readyz"
            assert asked["image"].endswith(":0.1.0")


def test_draining_ends_before_kubernetes_loses_patience(built: list[Manifest]) -> None:
    """The same grace as in compose."""
    shutdown = float(of("ConfigMap")["leadwire-settings"]["data"]["LEADWIRE_SHUTDOWN_SECONDS"])
    for manifest in built:
        if manifest["kind"] == "Deployment":
            grace = manifest["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
            assert grace > 2 * shutdown
            assert grace == seconds(services()["sender"]["stop_grace_period"])


def test_nobody_is_root_and_nothing_is_written(built: list[Manifest]) -> None:
    """By the number that the image has."""
    for manifest in built:
        if manifest["kind"] in {"Deployment", "Job"}:
            pod = manifest["spec"]["template"]["spec"]
            assert (
                pod["securityContext"]["runAsNonRoot"],
                pod["securityContext"]["runAsUser"],
            ) == (
                True,
                10001,
            )
            assert container(manifest)["securityContext"]["readOnlyRootFilesystem"] is True


def test_lag_scales_within_the_partitions() -> None:
    """More than partitions would idle; some are never zero; a volume of its own allows one."""
    partitions = load(environment=of("ConfigMap")["leadwire-settings"]["data"]).settings.partitions
    scaled = of("ScaledObject")
    for name, deployment in of("Deployment").items():
        if name in {"any", "inbox"} or not deployment["spec"]["replicas"]:
            assert name not in scaled
            continue
        spec = scaled[name]["spec"]
        (trigger,) = spec["triggers"]
        most = 1 if "volumes" in deployment["spec"]["template"]["spec"] else partitions
        assert spec["scaleTargetRef"] == {"name": name}
        assert spec["maxReplicaCount"] == most, name
        assert spec["minReplicaCount"] >= (name in NEVER_ZERO), name
        assert trigger["type"] == "kafka"
        assert trigger["metadata"]["consumerGroup"] == name
        assert trigger["metadata"]["limitToPartitionsWithLag"] == "true"


async def test_groups_are_named_as_agents_are(tmp_path: Path) -> None:
    """KEDA asks the broker by these names."""
    settings = Settings(secret="env:PATH", analytics_dir=str(tmp_path / "events"))
    groups = await wiring.readers(settings)
    assert set(of("ScaledObject")) | {"inbox"} == set(groups)


def test_what_is_left_out_has_no_process() -> None:
    """Scoring reads what intake publishes where nobody enriches: both must say the same."""
    without = set(of("ConfigMap")["leadwire-settings"]["data"]["LEADWIRE_WITHOUT"].split(","))
    deployments = {k: v for k, v in of("Deployment").items() if k != "any"}
    none = {name for name, one in deployments.items() if not one["spec"]["replicas"]}
    assert none == without & set(deployments)


def test_the_world_reaches_links_and_webhooks_alone() -> None:
    """Health, metrics and whatever comes later stay inside."""
    (rule,) = of("Ingress")["inbox"]["spec"]["rules"]
    assert [path["path"] for path in rule["http"]["paths"]] == ["/u/", "/webhooks/"]
    assert of("Service")["inbox"]["spec"]["selector"] == {"app.kubernetes.io/name": "inbox"}
