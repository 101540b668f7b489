"""`sam build` makes layers that Lambda can load, on any machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sam build` leaves, in a folder of this test's own."""
    folder = tmp_path_factory.mktemp("build")
    dependencies = str(Path(sys.executable).parent)
    subprocess.run(
        [f"{dependencies}/sam", "build", "--build-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PATH": f"{dependencies}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        timeout=240,
    )
    return folder


def test_compiled_packages_are_those_of_the_lambda_platform(built: Path) -> None:
    names = [path.name for path in built.joinpath("DependenciesLayer").rglob("*.so")]
    assert any("pydantic_core" in name for name in names)
    for name in names:
        assert "x86_64" not in name
        assert "cpython-313-aarch64" in name or "abi3" in name or "mypyc" in name


def test_the_locked_packages_are_in_the_dependencies_layer(built: Path) -> None:
    locked = {
        line.split("==")[0].replace("-", "_").lower()
        for line in (ROOT / "requirements" / "runtime.txt").read_text().splitlines()
        if "==" in line
    }
    there = {
        path.name.split("-")[0].lower()
        for path in built.glob("DependenciesLayer/python/*.dist-info")
    }
    assert {"boto3", "pydantic", "requests"} <= there <= locked


def test_the_sources_alone_are_in_the_layer_of_lectern(built: Path) -> None:
    layer = built / "LecternLayer" / "python"
    sources = ROOT / "layers" / "lectern" / "python"
    made_here = {"__pycache__", ".mypy_cache", ".ruff_cache"}
    expected = {
        path.relative_to(sources)
        for path in sources.rglob("*")
        if path.is_file() and not made_here & set(path.parts)
    }
    there = {path.relative_to(layer) for path in layer.rglob("*") if path.is_file()}
    assert {path for path in there if path.suffix != ".typed"} == expected
