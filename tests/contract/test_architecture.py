"""The shape of the code: who imports whom, who builds clients, what a function starts with."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from lectern_testing.table import REPOSITORY

LAYER = REPOSITORY / "layers" / "lectern" / "python"
FUNCTIONS = REPOSITORY / "functions"
SOURCES = (
    "functions",
    "layers/lectern",
    "local",
    "operations",
    "tests",
    "benchmarks",
    "zoom_simulator",
)
MOST_LINES = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}

ARCHITECTURE = REPOSITORY / "docs" / "architecture.md"
_ROW = re.compile(r"^\| `([a-z_.]+)` \| ([a-z_, ]+) \|", re.MULTILINE)

DOMAIN_NEEDS = {"idna", "lectern", "pydantic"}
"""What the domain imports beside Python itself."""

CLIENT_BUILDERS = {"client", "resource", "Session", "session"}

AWS, MODELS, HTTP = {"boto3", "botocore"}, {"pydantic"}, {"requests"}
NOT_IMPORTED = {
    "attendance": {"lectern.api", "lectern.sync", "email_validator", "aws_lambda_powertools"},
    "authorizer": AWS | MODELS | HTTP | {"aws_lambda_powertools", "lectern"},
    "console": HTTP | {"lectern.zoom", "lectern.sync", "aws_lambda_powertools", "email_validator"},
    "dispatch": HTTP | {"lectern.api", "lectern.zoom", "email_validator"},
    "event_sync": {"lectern.api", "email_validator", "aws_lambda_powertools"},
    "join": HTTP
    | {"boto3", "botocore.session", "botocore.client"}
    | {"lectern.zoom", "lectern.sync", "aws_lambda_powertools", "email_validator", "babel"},
    "notify_lms": {"lectern.api", "lectern.zoom", "lectern.sync", "email_validator"},
    "sweep": HTTP | {"lectern.api", "lectern.zoom", "email_validator"},
    "lms_api": HTTP | {"lectern.zoom", "lectern.sync", "email_validator", "babel"},
    "validation": {"lectern.api", "email_validator", "aws_lambda_powertools"},
    "webhook_events": HTTP
    | {"lectern.api", "lectern.sync", "lectern.zoom.client", "email_validator"},
    "zoom_webhook": AWS
    | MODELS
    | HTTP
    | {"aws_lambda_powertools", "lectern.store", "lectern.zoom"},
}
"""What each function does without when it starts: INIT is billed, and people wait for it."""


def sources(*folders: str) -> list[Path]:
    """The Python files of the project in these folders."""
    return [
        file
        for folder in folders
        for file in sorted((REPOSITORY / folder).rglob("*.py"))
        if ".aws-sam" not in file.parts
    ]


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), file.name)


def imported(file: Path) -> Iterator[str]:
    """The modules that a file imports anywhere, types included."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports name the whole module"
            assert node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(file: Path) -> str:
    """The module below `lectern` that a file holds, or the package that it opens."""
    parts = file.relative_to(LAYER / "lectern").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {module_of(file): file for file in sources("layers/lectern/python/lectern")}


def modules_imported(file: Path) -> set[str]:
    """The modules of Lectern that a file imports; the package alone, for its version, is none."""
    found = set()
    for name in imported(file):
        module = name.removeprefix("lectern.")
        if module != name:
            found.add(module if module in MODULES else module.rpartition(".")[0])
    return found & set(MODULES) - {""}


def drawn() -> dict[str, set[str]]:
    """The arrows that the architecture's tables have, by package or module."""
    rows = _ROW.findall(ARCHITECTURE.read_text(encoding="utf-8"))
    return {
        name: set()
        if imports == "nothing"
        else {_beside(name, other) for other in imports.split(", ")}
        for name, imports in rows
    }


def _beside(name: str, other: str) -> str:
    """A package that stands in the same package as another."""
    return ".".join([*name.split(".")[:-1], other])


def _room(module: str, within: str) -> str | None:
    """The part of a package that a module is in; of all of Lectern where it is empty."""
    rest = module.removeprefix(f"{within}.") if within else module
    if within and rest == module:
        return None
    return f"{within}." * bool(within) + rest.partition(".")[0]


@pytest.mark.parametrize("within", ["", "api", "sync"])
def test_imports_go_as_the_architecture_says(within: str) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for module, file in MODULES.items():
        room = _room(module, within)
        if room is None or not module:
            continue
        others = {_room(other, within) for other in modules_imported(file)}
        found[room] |= {other for other in others if other} - {room}

    said = {name: imports for name, imports in drawn().items() if _room(name, within) == name}

    assert found == said


def test_no_circle_is_in_the_architecture() -> None:
    TopologicalSorter(drawn()).prepare()


def test_every_module_of_the_functions_imports_lectern_alone() -> None:
    own = {name for file in sources("functions") for name in imported(file)}
    assert {name.partition(".")[0] for name in own} & {"local", "zoom_simulator", "tests"} == set()


@pytest.mark.parametrize("file", sources("layers/lectern"), ids=module_of)
def test_lectern_knows_nothing_of_what_it_is_tested_with(file: Path) -> None:
    roots = {name.partition(".")[0] for name in imported(file)}
    assert roots & {"local", "zoom_simulator", "lectern_testing", "moto"} == set()


@pytest.mark.parametrize(
    "file", sources("layers/lectern/python/lectern/domain"), ids=lambda file: file.stem
)
def test_the_domain_needs_nothing_but_its_models(file: Path) -> None:
    roots = {name.partition(".")[0] for name in imported(file)}
    assert roots <= DOMAIN_NEEDS | set(sys.stdlib_module_names)
    assert {name.partition(".")[0] for name in modules_imported(file)} <= {"domain"}


def test_only_composition_roots_build_clients() -> None:
    builders = {
        "functions" if file.is_relative_to(FUNCTIONS) else module_of(file).partition(".")[0]
        for file in sources("functions", "layers/lectern")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute)
        and node.attr in CLIENT_BUILDERS
        and isinstance(node.value, ast.Name)
        and node.value.id == "boto3"
    }
    assert builders == {"composition"}


def test_nothing_imports_parts_of_boto3_that_build_clients() -> None:
    names = {name for file in sources("functions", "layers/lectern") for name in imported(file)}
    of_boto3 = {name for name in names if name.startswith("boto3.")}
    assert all(name.startswith("boto3.dynamodb.types.") for name in of_boto3)


def test_names_say_what_is_in_a_module() -> None:
    named = {file.stem for file in sources(*SOURCES)} | {
        file.parent.name for file in sources(*SOURCES)
    }
    assert named & NAMES_THAT_SAY_NOTHING == set()


def test_names_of_test_modules_are_unique() -> None:
    """pytest imports them by their names alone."""
    names = Counter(file.name for file in sources("tests") if file.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []


def test_no_file_is_so_long_that_it_is_two() -> None:
    lines = {
        str(file.relative_to(REPOSITORY)): len(file.read_text(encoding="utf-8").splitlines())
        for file in sources(*SOURCES)
    }
    assert {file: count for file, count in lines.items() if count > MOST_LINES} == {}


@pytest.mark.parametrize(
    "name", sorted(folder.parent.name for folder in FUNCTIONS.glob("*/app.py"))
)
def test_a_function_starts_without_what_it_does_not_need(name: str) -> None:
    assert name in NOT_IMPORTED, "say here what the function starts without"
    script = "import app, json, sys; print(json.dumps(sorted(sys.modules)))"
    started = subprocess.run(
        [sys.executable, "-c", script],
        cwd=FUNCTIONS / name,
        env={**os.environ, **_environment(name), "PYTHONPATH": str(LAYER)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    modules = set(json.loads(started.stdout))
    assert modules & NOT_IMPORTED[name] == set()
    assert "app" in modules


def _environment(name: str) -> dict[str, str]:
    """What a function reads when it is imported."""
    hashes = {"API_KEY_HASHES": "0" * 64, "LMS_KEY_HASHES": "", "READ_KEY_HASHES": ""}
    return hashes if name == "authorizer" else {}
