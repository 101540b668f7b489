"""What becomes of Zoom's good answers on their way: odd values, a half, nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from flask import Response

from zoom_simulator.faults.injection import Fault, FaultKind
from zoom_simulator.faults.json_paths import put, take_out

SAME_PAGE = "the-same-page-again"
"""The token of the next page in a list that has no end."""


def distort(response: Response, faults: Iterable[Fault]) -> None:
    """Let the faults that befell a call do to its answer what they do, if it is a good one."""
    if response.status_code // 100 != 2:  # noqa: PLR2004 - any 2xx
        return
    for fault in faults:
        if fault.kind in _DISTORTIONS:
            response.set_data(_DISTORTIONS[fault.kind](fault, response.get_data()))


def _with_odd_values(fault: Fault, body: bytes) -> bytes:
    document = json.loads(body) if body else None
    for path, value in fault.set.items():
        document = put(document, path, value)
    for path in fault.remove:
        document = take_out(document, path)
    return json.dumps(document).encode()


def _with_another_page(_fault: Fault, body: bytes) -> bytes:
    return json.dumps(put(json.loads(body), "next_page_token", SAME_PAGE)).encode()


def _half(_fault: Fault, body: bytes) -> bytes:
    return body[: len(body) // 2]


def _nothing(_fault: Fault, _body: bytes) -> bytes:
    return b""


_Distortion: TypeAlias = Callable[[Fault, bytes], bytes]
_DISTORTIONS: Mapping[FaultKind, _Distortion] = {
    FaultKind.ODD_VALUES: _with_odd_values,
    FaultKind.ENDLESS_PAGES: _with_another_page,
    FaultKind.TRUNCATED: _half,
    FaultKind.EMPTY_BODY: _nothing,
}
