"""What a cold start has to load and import is held, function by function."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from lectern_testing.artefacts.build import Artefacts
from lectern_testing.over_http.exercised import template
from local.functions import Function

STARTS = 3
"""The quickest of so many counts: whatever else the machine does only makes one slower."""

UNPACKED_MB = 120
"""A function with its layers; Lambda takes 250."""


@dataclass(frozen=True)
class Budget:
    """What the imports of one function may cost.

    Attributes:
        modules: How many modules are loaded.
        kilobytes: The size of what they are read from, without what comes with Python.
        milliseconds: Of a processor, on a machine of the kind that CI has.
    """

    modules: int
    kilobytes: int
    milliseconds: int


BUDGETS = {
    "AuthorizerFunction": Budget(80, 10, 20),
    "LmsApiFunction": Budget(740, 10650, 770),
    "JoinFunction": Budget(390, 7240, 410),
    "ConsoleFunction": Budget(730, 11110, 800),
    "DispatchFunction": Budget(720, 10550, 630),
    "EventSyncFunction": Budget(780, 11480, 790),
    "ZoomWebhookFunction": Budget(170, 60, 100),
    "WebhookEventsFunction": Budget(730, 10580, 670),
    "NotifyLmsFunction": Budget(840, 11520, 690),
    "AttendanceFunction": Budget(730, 11090, 710),
    "ValidationFunction": Budget(760, 11290, 720),
    "SweepFunction": Budget(600, 9900, 570),
}
"""About a tenth more than there is, and more than twice the time."""

_MEASURE = """
import json, sys, time
from pathlib import Path
began = time.process_time()
import app
seconds = time.process_time() - began
files = {getattr(m, "__cached__", 0) or getattr(m, "__file__", 0) for m in sys.modules.values()}
built = [Path(each) for each in files if each and any(each.startswith(p) for p in sys.argv[1:])]
sizes = [each.stat().st_size for each in built if each.is_file()]
print(json.dumps([len(sys.modules), sum(sizes) / 1024, seconds * 1000]))
"""


def imports(function: Function, artefacts: Artefacts) -> tuple[int, float, float]:
    """Modules, kilobytes and milliseconds of a process that imports a function."""
    aws = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
    environment = function.environment(aws, artefacts.runtime)
    done = subprocess.run(
        [*artefacts.runtime.python, "-c", _MEASURE, *map(str, (function.folder, *function.layers))],
        env=environment,
        cwd=function.folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    modules, kilobytes, milliseconds = json.loads(done.stdout)
    return modules, kilobytes, milliseconds


def size(*folders: Path) -> float:
    """Megabytes of all files below folders."""
    files = (file for each in folders for file in each.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files) / 1024**2


@pytest.mark.parametrize("name", template().of_type("AWS::Lambda::Function"))
def test_a_function_keeps_within_its_budget(
    name: str, functions: list[Function], artefacts: Artefacts
) -> None:
    [function] = [each for each in functions if each.logical_id == name]
    budget = BUDGETS[name]
    starts = [imports(function, artefacts) for _ in range(STARTS)]
    modules, kilobytes, _ = starts[0]
    milliseconds = min(each[2] for each in starts)
    assert modules <= budget.modules
    assert kilobytes <= budget.kilobytes
    assert milliseconds <= budget.milliseconds
    assert size(function.folder, *function.layers) <= UNPACKED_MB


def test_no_budget_is_left_of_a_function_that_is_gone() -> None:
    assert BUDGETS.keys() == template().of_type("AWS::Lambda::Function").keys()
