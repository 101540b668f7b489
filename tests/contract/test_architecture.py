"""The shape of the code: who imports whom, who builds clients, what a function starts with."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from lectern_testing.table import REPOSITORY

LAYER = REPOSITORY / "layers" / "lectern" / "python"
FUNCTIONS = REPOSITORY / "functions"
SOURCES = ("functions", "layers/lectern", "local", "tests", "benchmarks")
MOST_LINES = 400
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}

LEVELS = {
    "domain": 0,
    "store": 1,
    "secret_store": 1,
    "executions": 1,
    "telemetry": 0,
    "webhook_intake": 1,
    "zoom": 2,
    "notify": 2,
    "sync": 3,
    "attendance": 3,
    "webhooks": 4,
    "api": 4,
    "composition": 5,
    "functions": 6,
}
"""The parts of the code; each imports only from levels below its own, or from itself."""

DOMAIN_NEEDS = {"idna", "lectern", "pydantic"}
"""What the domain imports beside Python itself."""

CLIENT_BUILDERS = {"client", "resource", "Session", "session"}

AWS, MODELS, HTTP = {"boto3", "botocore"}, {"pydantic"}, {"requests"}
NOT_IMPORTED = {
    "attendance": {"lectern.api", "lectern.sync", "email_validator", "aws_lambda_powertools"},
    "authorizer": AWS | MODELS | HTTP | {"aws_lambda_powertools", "lectern"},
    "dispatch": HTTP | {"lectern.api", "lectern.zoom", "email_validator"},
    "event_sync": {"lectern.api", "email_validator", "aws_lambda_powertools"},
    "join": HTTP | {"lectern.zoom", "lectern.sync", "aws_lambda_powertools", "email_validator"},
    "notify_lms": {"lectern.api", "lectern.zoom", "lectern.sync", "email_validator"},
    "sweep": HTTP | {"lectern.api", "lectern.zoom", "email_validator"},
    "lms_api": HTTP | {"lectern.zoom", "lectern.sync", "email_validator"},
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


def part_of(file: Path) -> str:
    """The part of the code that a file belongs to."""
    if file.is_relative_to(FUNCTIONS):
        return "functions"
    return file.relative_to(LAYER / "lectern").with_suffix("").parts[0]


def parts_imported(file: Path) -> set[str]:
    """The parts of Lectern that a file imports; the package alone, for its version, is none."""
    names = (name.split(".") for name in imported(file) if name.startswith("lectern."))
    return {parts[1] for parts in names if not parts[1].startswith("__")}


@pytest.mark.parametrize(
    "file",
    sources("functions", "layers/lectern"),
    ids=lambda file: str(file.relative_to(REPOSITORY)),
)
def test_imports_go_one_way(file: Path) -> None:
    part = part_of(file)
    if part == "__init__":
        assert parts_imported(file) == set()
        return
    for other in parts_imported(file) - {part}:
        assert LEVELS[other] < LEVELS[part], f"{part} imports {other}"


@pytest.mark.parametrize(
    "file", sources("layers/lectern/python/lectern/domain"), ids=lambda file: file.stem
)
def test_the_domain_needs_nothing_but_its_models(file: Path) -> None:
    roots = {name.partition(".")[0] for name in imported(file)}
    assert roots <= DOMAIN_NEEDS | set(sys.stdlib_module_names)
    assert parts_imported(file) <= {"domain"}


def test_only_composition_roots_build_clients() -> None:
    builders = {
        part_of(file)
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
    return {"API_KEY_HASHES": "0" * 64} if name == "authorizer" else {}
