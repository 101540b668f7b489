"""What passcodes an account takes: Zoom's passcode requirements, and passcodes that meet them."""

from __future__ import annotations

import re
import secrets
import string
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAXIMUM_LENGTH = 10
USUAL_LENGTH = 6
SPECIAL_CHARACTERS = "@_*-"
"""Those that both a create and an update take."""


class PasscodeRequirement(BaseModel):
    """Zoom's ``meeting_password_requirement``, which meetings and webinars have in common.

    Attributes:
        length: How many characters at least.
        consecutive_characters_length: How many characters that follow each other (``abcd``, also
            backwards) are too many; 0 is no limit.
        weak_enhance_detection: Refuse what is one character over and over, or one sequence.
    """

    model_config = ConfigDict(extra="forbid")

    length: Annotated[int, Field(ge=0, le=MAXIMUM_LENGTH)] = 0
    have_letter: bool = False
    have_number: bool = False
    have_special_character: bool = False
    only_allow_numeric: bool = False
    have_upper_and_lower_characters: bool = False
    consecutive_characters_length: Literal[0, 4, 5, 6, 7, 8] = 0
    weak_enhance_detection: bool = False

    @model_validator(mode="after")
    def _can_be_met(self) -> PasscodeRequirement:
        others = (
            self.have_letter,
            self.have_special_character,
            self.have_upper_and_lower_characters,
        )
        if self.only_allow_numeric and any(others):
            raise ValueError("A passcode of digits alone has neither letters nor other characters.")
        return self

    def complaints(self, passcode: str) -> list[str]:
        """What is wrong with a passcode; the words are not documented."""
        run = _longest_run(passcode)
        too_long = self.consecutive_characters_length
        weak = len(set(passcode)) <= 1 or run == len(passcode)
        checks = {
            f"have at least {self.length} characters": len(passcode) >= self.length,
            "have at least one letter": _has("[A-Za-z]", passcode) or not self.have_letter,
            "have at least one number": _has("[0-9]", passcode) or not self.have_number,
            "have at least one special character": _has("[^A-Za-z0-9]", passcode)
            or not self.have_special_character,
            "include only numeric characters": not _has("[^0-9]", passcode)
            or not self.only_allow_numeric,
            "include both uppercase and lowercase characters": (
                _has("[A-Z]", passcode) and _has("[a-z]", passcode)
            )
            or not self.have_upper_and_lower_characters,
            f"not have {too_long} consecutive characters": run < too_long or not too_long,
            "not be easy to guess": not weak or not self.weak_enhance_detection,
        }
        return [rule for rule, is_met in checks.items() if not is_met]

    def new_passcode(self) -> str:
        """A passcode that is as required: digits, and whatever else it must have."""
        while self.complaints(passcode := self._at_random()):
            pass
        return passcode

    def _at_random(self) -> str:
        wanted = [
            string.ascii_uppercase * (self.have_upper_and_lower_characters or self.have_letter),
            string.ascii_lowercase * self.have_upper_and_lower_characters,
            SPECIAL_CHARACTERS * self.have_special_character,
        ]
        characters = [secrets.choice(alphabet) for alphabet in wanted if alphabet]
        while len(characters) < max(self.length, USUAL_LENGTH):
            characters.append(secrets.choice(string.digits))
        secrets.SystemRandom().shuffle(characters)
        return "".join(characters)


def _has(pattern: str, passcode: str) -> bool:
    return re.search(pattern, passcode) is not None


def _longest_run(passcode: str) -> int:
    """How many characters follow each other at most, forwards or backwards."""
    longest = length = min(len(passcode), 1)
    direction = 0
    for one, other in pairwise(passcode):
        step = ord(other) - ord(one)
        if step not in {1, -1}:
            length = 1
        elif step == direction:
            length += 1
        else:
            length = 2
        direction = step
        longest = max(longest, length)
    return longest
