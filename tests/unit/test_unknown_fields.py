"""What others write may have fields that this version does not know; bodies of requests may not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from inspect import isabstract
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from lectern.api.http.fields import Body
from lectern.attendance import tasks as attendance_tasks
from lectern.domain.model import DomainModel
from lectern.notify.access import _Answer
from lectern.sync import tasks as sync_tasks
from lectern.zoom.oauth import GrantedToken
from lectern.zoom.response import ZoomResponse
from lectern.zoom.webhooks import _Payload
from lectern_testing.unknown_fields import FIELD, VALUE, models_under, with_future_fields

MOMENT = datetime(2030, 3, 17, 9, tzinfo=UTC)
EXAMPLES: dict[Any, Any] = {
    str: "UTC",
    int: 1,
    float: 1.0,
    bool: True,
    NoneType: None,
    AwareDatetime: MOMENT.isoformat(),
    datetime: MOMENT.isoformat(),
    date: MOMENT.date().isoformat(),
}
OWN = {"_RequirementAnswer": {"url": "https://lms.example/module"}}
"""Fields that take less than their types say."""

READ = [
    *(each for each in models_under(DomainModel) if not isabstract(each)),
    *models_under(ZoomResponse),
    *models_under(_Payload),
    *models_under(_Answer),
    GrantedToken,
]
TASKS: list[tuple[TypeAdapter[Any], type[BaseModel]]] = [
    *((sync_tasks.TASK, each) for each in get_args(get_args(sync_tasks.AnyTask)[0])),
    *((attendance_tasks.TASK, each) for each in get_args(get_args(attendance_tasks.AnyTask)[0])),
]


def example(annotation: Any) -> Any:
    """Something that a field may hold, with all its parts."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return example(parts[0])
    if origin is Literal:
        return parts[0]
    if origin in {Union, UnionType}:
        return example(parts[0])
    if origin is dict:
        return {}
    if origin in {list, tuple, frozenset}:
        return [example(parts[0])] if parts else []
    if annotation in EXAMPLES:
        return EXAMPLES[annotation]
    if annotation in {dict, list, tuple}:
        return annotation()
    if issubclass(annotation, Enum):
        return next(iter(annotation)).value
    if issubclass(annotation, BaseModel):
        return example_of(annotation)
    return EXAMPLES[annotation.__mro__[1]]


def example_of(model: type[BaseModel]) -> dict[str, Any]:
    """What is taken for a model: all its fields, as JSON has them."""
    fields = {
        field.alias or name: example(field.annotation) for name, field in model.model_fields.items()
    }
    return fields | OWN.get(model.__name__, {})


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__qualname__)
def test_what_is_read_takes_a_field_that_it_does_not_know(model: type[BaseModel]) -> None:
    known = example_of(model)

    read = model.model_validate(with_future_fields(known), strict=False)

    assert FIELD not in read.model_dump()
    assert _known(read.model_dump()) == model.model_validate(known, strict=False).model_dump()


def _known(value: Any) -> Any:
    """A value without what Zoom said beside what is read, where all that it said is kept."""
    if isinstance(value, dict):
        return {name: _known(each) for name, each in value.items() if name != FIELD}
    return type(value)(map(_known, value)) if isinstance(value, list | tuple) else value


@pytest.mark.parametrize(("reader", "task"), TASKS, ids=[task.__qualname__ for _, task in TASKS])
def test_every_task_takes_an_input_of_a_newer_state_machine(
    reader: TypeAdapter[Any], task: type[BaseModel]
) -> None:
    known = example_of(task)

    read = reader.validate_python(with_future_fields(known))

    assert type(read) is task
    assert read == reader.validate_python(known)


PAGES_OWN = {"ConsoleForm", "ConsoleQuery"}
"""What pages of the console are sent, whatever it is: each page says what it makes of it."""

BODIES = [body for body in models_under(Body) if body.__qualname__ not in PAGES_OWN]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__qualname__)
def test_a_body_of_a_request_takes_none(body: type[Body]) -> None:
    with pytest.raises(ValidationError) as refusal:
        body.model_validate({FIELD: VALUE})

    assert (FIELD,) in [fault["loc"] for fault in refusal.value.errors()]
