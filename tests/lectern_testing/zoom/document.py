"""Zoom's own OpenAPI documents, and the errors that they list for each operation.

The documents are Zoom's and are not part of this repository. They are looked for beside the
repository, or where ``LECTERN_ZOOM_SPEC`` points; tests that need them are skipped where they are
absent.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lectern.zoom.operations import OPERATIONS, Operation
from lectern_testing.table import REPOSITORY

DOCUMENTS = Path(os.environ.get("LECTERN_ZOOM_SPEC", REPOSITORY.parent / "shared" / "zoom"))
FILE_NAME = "meetings-users.openapi.json"

_ERROR = re.compile(r"Error Code:\*\* ?`(\d+)`(.*?)(?=\*\*Error Code|\Z)", re.DOTALL)
_BREAK = re.compile(r"<br ?/?>")
_PARAMETER = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class DocumentedError:
    """An error that Zoom documents for an operation: HTTP status, Zoom's own code, its words."""

    status: int
    code: int
    words: str

    @property
    def message(self) -> str:
        """The words as they are sent, with a number where the document has a parameter."""
        return _PARAMETER.sub("81234567890", self.words)


@cache
def document(name: str = FILE_NAME) -> dict[str, Any]:
    """One of Zoom's documents, if it is there; skips the test otherwise."""
    file = DOCUMENTS / name
    if not file.is_file():
        pytest.skip("Zoom's OpenAPI document is not here; LECTERN_ZOOM_SPEC may name its folder")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def documented_errors(operation_name: str) -> list[DocumentedError]:
    """The errors that Zoom documents for one of our operations, with each text that a code has."""
    operation = next(each for each in OPERATIONS if each.name == operation_name)
    responses = _operation(operation).get("responses", {})
    errors = (
        DocumentedError(int(status), int(code), " ".join(_BREAK.sub(" ", words).split()))
        for status, response in responses.items()
        for code, words in _ERROR.findall(response["description"])
    )
    return list(dict.fromkeys(errors))


def _operation(operation: Operation) -> dict[str, Any]:
    """What the document says of an operation; nothing of one that is not public."""
    for path, operations in document()["paths"].items():
        if _PARAMETER.sub("{}", path) == _PARAMETER.sub("{}", operation.path):
            found: dict[str, Any] = operations.get(operation.method.lower(), {})
            return found
    return {}
