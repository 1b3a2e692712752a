"""What the container rule says of testcontainers is what testcontainers and Docker's client say."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import pytest

from dblint.facts.resources_containers import CONTAINERS

pytest.importorskip("testcontainers")

MODULES = {
    "PostgresContainer": "postgres",
    "MySqlContainer": "mysql",
    "SqlServerContainer": "mssql",
}


@pytest.mark.parametrize("name", MODULES)
def test_the_class_has_what_is_meant_and_not_what_is_misspelt(name: str) -> None:
    made: Any = getattr(import_module(f"testcontainers.{MODULES[name]}"), name)
    keywords = inspect.signature(made.__init__).parameters.keys()
    assert set(CONTAINERS[name].meant.values()) <= keywords
    assert not CONTAINERS[name].meant.keys() & keywords
    assert inspect.signature(made.__init__).parameters["port"].default == CONTAINERS[name].port


@pytest.mark.parametrize("keyword", sorted({one for kind in CONTAINERS.values() for one in kind.meant}))
def test_docker_refuses_what_is_misspelt(keyword: str) -> None:
    containers: Any = pytest.importorskip("docker.models.containers")
    with pytest.raises(TypeError, match=keyword):
        containers._create_container_args({"image": "postgres", "version": "1.44", keyword: "x"})


def test_docker_takes_its_own() -> None:
    containers: Any = pytest.importorskip("docker.models.containers")
    assert containers._create_container_args({"image": "postgres", "version": "1.44", "shm_size": "1g"})


def test_the_first_port_is_the_containers() -> None:
    core: Any = import_module("testcontainers.core.container")
    assert list(inspect.signature(core.DockerContainer.with_bind_ports).parameters)[1:] == ["container", "host"]
