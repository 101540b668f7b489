"""`sam build` makes layers that Lambda can load, on any machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from lectern_testing.artefacts.build import build, interpreter
from lectern_testing.table import REPOSITORY

MAGIC_OF_3_13 = (3571).to_bytes(2, "little")
UNCHECKED_HASH = (1).to_bytes(4, "little")


def compiled_of(path: Path) -> Path:
    """Where Python looks for what is compiled of a source."""
    return path.parent / "__pycache__" / f"{path.stem}.cpython-313.pyc"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `sam build` leaves, in a folder of this test's own."""
    return build(tmp_path_factory.mktemp("build"))


def test_compiled_packages_are_those_of_the_lambda_platform(built: Path) -> None:
    names = [path.name for path in built.joinpath("DependenciesLayer").rglob("*.so")]
    assert any("pydantic_core" in name for name in names)
    for name in names:
        assert "x86_64" not in name
        assert "cpython-313-aarch64" in name or "abi3" in name or "mypyc" in name


def test_the_locked_packages_are_in_the_dependencies_layer(built: Path) -> None:
    locked = {
        line.split("==")[0].replace("-", "_").lower()
        for line in (REPOSITORY / "requirements" / "runtime.txt").read_text().splitlines()
        if "==" in line
    }
    there = {
        path.name.split("-")[0].lower()
        for path in built.glob("DependenciesLayer/python/*.dist-info")
    }
    assert {"boto3", "pydantic", "requests"} <= there <= locked


def test_what_a_cold_start_imports_is_compiled_for_lambda_s_python(built: Path) -> None:
    if interpreter() is None:
        pytest.skip("no CPython 3.13 on this machine, which layers are compiled with")
    layers = [built / name / "python" for name in ("DependenciesLayer", "LecternLayer")]
    sources = [path for layer in layers for path in layer.rglob("*.py")]
    missing = [path for path in sources if not compiled_of(path).is_file()]
    # Templates of test files for other versions of Python, which nobody imports.
    assert [path for path in missing if "tests" not in path.parts] == []
    for path in sources[:: len(sources) // 50]:
        magic, flags = compiled_of(path).read_bytes()[:4], compiled_of(path).read_bytes()[4:8]
        assert (magic[:2], flags) == (MAGIC_OF_3_13, UNCHECKED_HASH), path


def test_a_layer_fits_into_lambda_with_room_to_spare(built: Path) -> None:
    layers = [built / name for name in ("DependenciesLayer", "LecternLayer")]
    size = sum(p.stat().st_size for layer in layers for p in layer.rglob("*") if p.is_file())
    assert size < 150 * 1024 * 1024, "Lambda: 250 MB, unpacked, with the function"


def test_the_sources_alone_are_in_the_layer_of_lectern(built: Path) -> None:
    layer = built / "LecternLayer" / "python"
    sources = REPOSITORY / "layers" / "lectern" / "python"
    made_here = {"__pycache__", ".mypy_cache", ".ruff_cache"}
    expected = {
        path.relative_to(sources)
        for path in sources.rglob("*")
        if path.is_file() and not made_here & set(path.parts)
    }
    there = {
        path.relative_to(layer)
        for path in layer.rglob("*")
        if path.is_file() and not path.name.endswith(".cpython-313.pyc")
    }
    assert {path for path in there if path.suffix != ".typed"} == expected
