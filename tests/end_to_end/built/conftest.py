"""Lectern as it is built: the functions are started from what would be deployed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lectern_testing.artefacts.build import Artefacts
from local.cloud import LocalCloud
from local.functions import Function
from local.template import load

PARAMETERS = {"FoldSeconds": "1", "AttendanceDelaySeconds": "2"}


@pytest.fixture(scope="package")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> Artefacts:
    return Artefacts.make(tmp_path_factory.mktemp("artefacts"))


@pytest.fixture(scope="package")
def built_cloud(artefacts: Artefacts) -> Iterator[LocalCloud]:
    with LocalCloud(
        parameters=PARAMETERS, template=artefacts.template, runtime=artefacts.runtime, shards=4
    ) as cloud:
        yield cloud


@pytest.fixture(scope="package")
def functions(artefacts: Artefacts) -> list[Function]:
    """The functions of what was built."""
    stack = load({"ApiKeyHashes": "0" * 64}, "http://aws", artefacts.template)
    found = stack.of_type("AWS::Lambda::Function")
    return [Function.of(name, properties) for name, properties in found.items()]
