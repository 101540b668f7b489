"""Lectern beside the package `zoomus` in a loop, at the same simulator, in one run."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.tables.environment import python_of_benchmarks
from benchmarks.tables.lms_platform import Platform
from benchmarks.tables.report import Chart, Report, number
from local.cloud import LocalCloud
from local.template import ROOT

NAME = "zoomus"
PEOPLE = 100
_LOOP = ROOT / "benchmarks" / "tables" / "zoomus_loop.py"
_TOO_MANY = 429

Json = Any
"""What can be written as JSON."""


@dataclass(frozen=True)
class Weather:
    """How Zoom is while people are registered.

    Attributes:
        name: of it.
        delay: seconds that each call takes more.
        scale: of the limits that Zoom publishes.
    """

    name: str
    delay: float = 0.0
    scale: float = 1.0


WEATHERS = (
    Weather("at once"),
    Weather("0.25 s a call", delay=0.25),
    Weather("a storm of 429s: two calls a second", scale=0.02),
)


def run(people: int = PEOPLE) -> Report:
    """Has both register so many people, in each weather."""
    python = python_of_benchmarks()
    measured = []
    with LocalCloud(fires_schedules=False) as cloud:
        platform = Platform(cloud)
        platform.zoom("POST", "/seed", {"parallel_tokens": True})
        platform.make("warm", 100)
        for number_, weather in enumerate(WEATHERS):
            _change(platform, weather)
            for who, act in (
                ("Lectern", lambda name=f"people-{number_}": _by_lectern(platform, name, people)),
                ("zoomus in a loop", lambda: _by_loop(platform, python, people)),
            ):
                measured.append(_measured(platform, who, weather, people, act))
                time.sleep(2)  # the seconds of one are none of the other's
    return report_of(measured)


def _change(platform: Platform, weather: Weather) -> None:
    platform.zoom("DELETE", "/faults")
    platform.zoom("POST", "/seed", {"limits": {"scale": weather.scale}})
    if weather.delay:
        fault = {"kind": "delay", "operation": "*", "seconds": weather.delay, "times": None}
        platform.zoom("POST", "/faults", fault)


def _by_lectern(platform: Platform, name: str, people: int) -> Json:
    began = time.monotonic()
    platform.put_event(name)
    platform.enrol(name, 0, people)
    platform.wait(lambda: platform.has(name, people), every=0.2)
    return {"seconds": round(time.monotonic() - began, 2), "links": people}


def _by_loop(platform: Platform, python: str, people: int) -> Json:
    told = subprocess.run(
        [python, "-P", str(_LOOP), platform.zoom_url, str(people)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def _measured(
    platform: Platform, who: str, weather: Weather, people: int, act: Callable[[], Json]
) -> Json:
    platform.zoom("DELETE", "/calls")
    told = act()
    log = platform.zoom("GET", "/calls")["calls"]
    calls = Counter(call["operation"] for call in log if call["operation"] != "oauth_token")
    refused = sum(call["status"] == _TOO_MANY for call in log)
    print(f"  {weather.name}, {who}: {calls.total()} calls, {told['seconds']} s", flush=True)
    return {
        "who": who,
        "weather": weather.name,
        "people": people,
        "calls": dict(calls),
        "refused": refused,
        **told,
    }


HEAD = ("weather", "who", "people", "links", "calls", "refused", "s")


def report_of(measured: Sequence[Json]) -> Report:
    """The table, and its picture: seconds of both in each weather."""
    rows = [
        [
            each["weather"],
            each["who"],
            number(each["people"]),
            number(each["links"]),
            number(sum(each["calls"].values())),
            number(each["refused"]),
            number(each["seconds"]),
        ]
        for each in measured
    ]
    labels = list(dict.fromkeys(each["weather"] for each in measured))
    by_who = {
        who: [
            next(each[what] for each in measured if (each["who"], each["weather"]) == (who, label))
            for label in labels
        ]
        for who in dict.fromkeys(each["who"] for each in measured)
        for what in ("seconds",)
    }
    chart = Chart(
        "zoomus",
        "Seconds until everybody has a link",
        "bars",
        "s",
        labels,
        by_who,
        logarithmic=True,
    )
    return Report(NAME, HEAD, rows, list(measured), [chart])
