"""The base of all of Zoom's answers: read leniently, and nothing said is unsaid."""

from __future__ import annotations

from contextlib import suppress
from typing import TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)


class ZoomResponse(BaseModel):
    """An answer of Zoom, read leniently: unknown fields are ignored, nothing said is unsaid.

    A field that is null, or cannot be read, such as an empty text in place of a number, has its
    default; only one that has none makes the answer useless.
    """

    model_config = ConfigDict(
        extra="ignore",
        hide_input_in_errors=True,
        coerce_numbers_to_str=True,
        populate_by_name=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_unsaid(
        cls, value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> object:
        try:
            return read(value)
        except ValidationError:
            field = cls.model_fields[info.field_name or ""]
            if field.is_required():
                raise
            return field.get_default(call_default_factory=True)


Item = TypeVar("Item", bound=ZoomResponse)


def readable(model: type[Item], listed: object) -> list[Item]:
    """The readable items of a list in Zoom's answer; an odd one takes nothing from the others."""
    found = []
    for each in listed if isinstance(listed, list) else []:
        with suppress(ValidationError):
            found.append(model.model_validate(each))
    return found


def only_readable(model: type[ZoomResponse]) -> BeforeValidator:
    """Reads a list in Zoom's answer without the items that cannot be read; null is no list."""
    return BeforeValidator(lambda said: readable(model, said) if isinstance(said, list) else said)
