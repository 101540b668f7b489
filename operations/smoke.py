"""Looks whether a deployed Lectern answers as it has to: `make smoke URL=https://… KEY=…`.

It reads and changes nothing, so it can be run at any time. With a key of any role it also looks at
the connections to Zoom; without one, only at what anybody sees.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import requests

from lectern import __version__

_SECONDS = 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        title: What has to be so.
        fault: What is the case instead; nothing if it is so.
    """

    title: str
    fault: str | None


@dataclass(frozen=True)
class Smoke:
    """A look at a deployed API.

    Attributes:
        url: Its address, the output `ApiUrl`.
        key: An API key; nothing for none.
        get: Sends a GET.
    """

    url: str
    key: str | None
    get: Callable[..., requests.Response] = requests.get

    def findings(self) -> Iterator[Finding]:
        """Looks at one thing after the other."""
        health = self._get("/health")
        yield _finding("it answers", health.status_code == requests.codes.ok, health)
        version = _said(health, "version")
        yield Finding(
            "it has the version of this checkout",
            None if version == __version__ else f"it has {version}, and this is {__version__}",
        )
        yield self._status("the API's document is there", "/openapi.json", 200)
        yield self._status("nothing is told without a key", "/v1/events", 401)
        yield self._status("a wrong key is refused", "/v1/events", 401, key="wrong")
        yield self._status("a path of nothing is a 404", "/nowhere", 404, key="wrong")
        yield self._status("a forged join link is refused", "/join/forged", 401)
        if self.key:
            yield self._status("the key is taken", "/v1/events?limit=1", 200, key=self.key)
            yield from self._connections()

    def _connections(self) -> Iterator[Finding]:
        listed = self._get("/v1/connections", self.key)
        for connection in _said(listed, "items") or []:
            state = (connection.get("health") or {}).get("state")
            title = f"the credentials of {connection['connection_id']} work"
            # Not known before the first sweep has asked.
            yield Finding(title, "Zoom refuses them" if state == "failing" else None)

    def _status(self, title: str, path: str, status: int, key: str | None = None) -> Finding:
        answer = self._get(path, key)
        return _finding(title, answer.status_code == status, answer)

    def _get(self, path: str, key: str | None = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = self.url.rstrip("/") + path
        return self.get(address, headers=headers, timeout=_SECONDS, allow_redirects=False)


def _finding(title: str, is_so: bool, answer: requests.Response) -> Finding:  # noqa: FBT001
    return Finding(title, None if is_so else f"HTTP {answer.status_code}: {answer.text[:200]}")


def _said(answer: requests.Response, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    try:
        return answer.json().get(name)
    except (ValueError, AttributeError):
        return None


def main(arguments: Sequence[str]) -> int:
    """Prints what was found; 1 if anything is not as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the output ApiUrl")
    given = parser.parse_args(arguments)
    try:
        findings = list(Smoke(given.url, os.environ.get("KEY") or None).findings())
    except requests.RequestException as error:
        print(f"not reached: {type(error).__name__}", file=sys.stderr)
        return 1
    for finding in findings:
        print(f"{'FAILED' if finding.fault else 'ok':7}{finding.title}")
        if finding.fault:
            print(f"{'':7}{finding.fault}")
    return 1 if any(finding.fault for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
