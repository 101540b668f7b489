"""`template.yaml` as tests look at it: its text, what it says, and what becomes of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from local.template import load
from local.yaml_files import read_yaml

ROOT = Path(__file__).parents[2]
SOURCE = (ROOT / "template.yaml").read_text(encoding="utf-8")
TEMPLATE = read_yaml(SOURCE)
STACK = load({"ApiKeyHashes": "0" * 64}, "http://aws")
FUNCTIONS = STACK.of_type("AWS::Lambda::Function")
RUNTIME_VARIABLES = re.compile("POWERTOOLS_.*|AWS_.*")
"""Read by Powertools itself, where it is loaded; given by Lambda, or meant for every AWS client."""
LOCAL_VARIABLES = {"LECTERN_LOCAL"}
"""Set by the local cloud alone, which is not described by the template."""


def code() -> str:
    """All Python that runs in Lambda."""
    folders = (ROOT / "functions", ROOT / "layers" / "lectern" / "python")
    return "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py"))


def policies() -> list[tuple[str, dict[str, Any]]]:
    """Every statement that the template itself writes, with the role that has it."""
    return [
        (role, statement)
        for role, properties in STACK.of_type("AWS::IAM::Role").items()
        for policy in properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def many(value: str | list[str]) -> list[str]:
    """What stands in a statement alone or in a list."""
    return [value] if isinstance(value, str) else value
