"""The main job by what `sam build` left: nothing of this environment is beside a function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from lectern_testing.artefacts.build import Artefacts
from lectern_testing.lms.inbox import an_inbox
from lectern_testing.over_http.session import LmsSession
from lectern_testing.waiting import eventually
from local import demo
from local.cloud import LocalCloud
from local.functions import Function

pytestmark = pytest.mark.timeout(600)
"""The first test waits for the build and for all that is driven."""

SOURCE_BYTES = 8192
"""What a function may have of its own, which each cold start compiles."""


@pytest.fixture(scope="module")
def driven(built_cloud: LocalCloud) -> Iterator[LocalCloud]:
    """The cloud, once all that an LMS and Zoom do was done."""
    with LmsSession(built_cloud.url, built_cloud.api_key) as lms, an_inbox() as inbox:
        told = {"notifications": {"url": inbox.url, "secret": "whsec_" + "QUJD" * 8}}
        assert lms.put("/v1/settings", json=told).status_code == 202
        demo.run(demo.Demo(built_cloud))
        eventually(lambda: {each.json["type"] for each in inbox.received} >= {"attendance.ready"})
        link = lms.post("/v1/console-links", json={"user_id": "operator"}).json()["url"]
        assert "Lectern" in requests.get(link, timeout=30).text
        name = lms.post("/v1/validation").json()["validation_id"]
        test = f"/v1/validation/{name}"
        eventually(lambda: lms.get(test).json()["state"] != "running", seconds=120)
        assert lms.get(test).json()["state"] == "passed"
        for schedule in ("background-sweep", "pre-event-sweep"):
            fired = requests.post(f"{built_cloud.control_url}/schedules/{schedule}", timeout=60)
            assert fired.json()["state"] == "done"
        yield built_cloud


@pytest.fixture(scope="module")
def notes(driven: LocalCloud, artefacts: Artefacts) -> dict[str, set[tuple[str, Path]]]:
    """What the processes of each function took modules from, and how."""
    found: dict[str, set[tuple[str, Path]]] = {}
    for file in artefacts.notes.iterdir():
        lines = (line.split(" ", 1) for line in file.read_text(encoding="utf-8").splitlines())
        name = file.name.partition(".")[0]
        found.setdefault(name, set()).update((how, Path(path)) for how, path in lines)
    return found


def test_everything_works_and_every_function_was_needed(
    driven: LocalCloud, functions: list[Function]
) -> None:
    meter = requests.get(f"{driven.control_url}/meter", timeout=30).json()
    assert {each.folder.name for each in functions} == meter["lambda"].keys()


def test_no_function_imports_from_outside_of_what_was_built(
    functions: list[Function], artefacts: Artefacts, notes: dict[str, set[tuple[str, Path]]]
) -> None:
    for function in functions:
        inside = [function.folder.resolve(), artefacts.folder, *artefacts.runtime.packages]
        outside = [
            path
            for _, path in notes[function.name]
            if not any(path.resolve().is_relative_to(each) for each in inside)
            and not is_of_python_itself(path, artefacts)
        ]
        assert outside == [], function.name


def is_of_python_itself(path: Path, artefacts: Artefacts) -> bool:
    """Whether a module comes with Python, and not with what is installed beside it."""
    library = artefacts.standard_library
    return path.is_relative_to(library) and "site-packages" not in path.parts


def test_everything_is_read_as_bytecode_but_the_few_lines_of_a_function(
    functions: list[Function], notes: dict[str, set[tuple[str, Path]]]
) -> None:
    for function in functions:
        how = Counter(how for how, _ in notes[function.name])
        assert how["read"] > 20, "the notes say nothing"
        compiled = {
            path.resolve()
            for how, path in notes[function.name]
            if how == "compiled" and path.suffix == ".py"  # and not a template of a page
        }
        assert {each.name for each in compiled} == {"app.py"}, compiled
        assert sum(each.stat().st_size for each in compiled) < SOURCE_BYTES
