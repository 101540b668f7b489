"""What the domain says, in the visitor's language: by the English sentence, where it is translated.

A language is a TOML file in ``console/said``, whose keys are the domain's own sentences. What was
made for one case, or by Zoom, stays in English; pages mark it as that.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "said"


@cache
def sentences(language: str) -> dict[str, str]:
    """The translated sentences of a language, by the English ones; none for English itself."""
    file = FOLDER / f"{language}.toml"
    if not file.exists():
        return {}
    return {str(key): str(value) for key, value in tomllib.loads(file.read_text("utf-8")).items()}


def said(language: str, sentence: str) -> str | None:
    """A sentence of the domain in a language; ``None`` where there is none but the English one."""
    return sentences(language).get(sentence)
