"""Answers of an API in a test: taken if they are good, and shown where they are not."""

from __future__ import annotations

import json
from typing import Any

import requests


def accepted(answer: requests.Response) -> requests.Response:
    """An answer of Lectern, which did not refuse.

    Raises:
        AssertionError: It did.
    """
    assert answer.ok, f"{answer.status_code}: {answer.text}"
    return answer


def shown(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)
