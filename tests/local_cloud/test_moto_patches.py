"""Each patch of moto says in which version its reason was seen: the one that is patched."""

from __future__ import annotations

import ast
from importlib.metadata import version
from pathlib import Path

import pytest

from lectern_testing.table import REPOSITORY

PATCHES = sorted((REPOSITORY / "local" / "moto").glob("[!_]*.py"))


@pytest.mark.parametrize("file", PATCHES, ids=lambda file: file.stem)
def test_a_patch_was_looked_at_in_the_version_that_it_patches(file: Path) -> None:
    """With another moto, see whether the patch is still needed, and then name that one."""
    told = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    assert f"Seen in moto {version('moto')}." in " ".join(told.split())
