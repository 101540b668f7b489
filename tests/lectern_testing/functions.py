"""The modules of functions, each loaded anew, as Lambda imports them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from lectern_testing.table import REPOSITORY


def app_of(function: str) -> Any:
    """The module of one of the project's functions, by the name of its folder."""
    return app_at(REPOSITORY / "functions" / function / "app.py")


def app_at(path: Path) -> Any:
    """The module of a function, by its file."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_app", path)
    assert spec is not None
    assert spec.loader is not None
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    return app
