"""A part of the sweep that fails keeps no other from its work, and the failure is seen."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lectern.sync.triggers.independent import SweepFailed, run_all
from lectern_testing.functions import app_of


@pytest.fixture
def app() -> Any:
    return app_of("sweep")


PARTS = [
    "connections",
    "events",
    "era",
    "settings",
    "attendance",
    "self-tests",
    "retention",
    "limits",
]


@pytest.mark.parametrize("failing", PARTS)
def test_the_other_parts_run_all_the_same(
    app: Any, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    ran = []

    def part(name: str) -> dict[str, int]:
        if name == failing:
            raise ValueError("kim@people.example")
        ran.append(name)
        return {name: 1}

    assert list(app.BACKGROUND) == PARTS
    app.BACKGROUND |= {name: lambda name=name: part(name) for name in PARTS}
    with pytest.raises(SweepFailed) as failed:
        app.handler({"sweep": "background"}, None)

    assert failed.value.parts == (failing,)
    assert ran == [name for name in PARTS if name != failing]
    logged = json.loads(caplog.messages[0])
    assert logged["part"] == failing
    assert logged["error"] == "ValueError"
    assert "kim" not in caplog.text
    assert failed.value.__context__ is None, "whose text Lambda would log"


@pytest.mark.parametrize(
    ("sweep", "counted"), [("background", "BackgroundSweeps"), ("pre_event", "PreEventSweeps")]
)
def test_a_sweep_is_counted_when_it_came_to_its_end_and_not_otherwise(
    app: Any, sweep: str, counted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> dict[str, int]:
        raise ValueError

    app.SWEEPS[sweep] = {"all": lambda: {"done": 1}}
    assert app.handler({"sweep": sweep}, None) == {"done": 1}
    assert json.loads(capsys.readouterr().out)[counted] == 1
    app.SWEEPS[sweep] = {"all": fails}
    with pytest.raises(SweepFailed):
        app.handler({"sweep": sweep}, None)
    assert capsys.readouterr().out == ""


def test_what_all_parts_did_is_told_together() -> None:
    assert run_all({"one": lambda: {"a": 1}, "other": lambda: {"b": 2}}) == {"a": 1, "b": 2}
