"""What a newer version, or a later Zoom, writes: the same, with fields that nobody knows yet."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from typing import Any, get_origin

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from pydantic import BaseModel

import lectern
from lectern.domain.model import DomainModel

FIELD = "from_the_future"
VALUE = {"said": ["later", 7, None]}
_serialize, _deserialize = TypeSerializer().serialize, TypeDeserializer().deserialize


def models_under(base: type[BaseModel]) -> list[type[BaseModel]]:
    """Every model of Lectern that is made from a base, by name."""
    for module in pkgutil.walk_packages(lectern.__path__, "lectern."):
        importlib.import_module(module.name)
    found = {each for each in _made_from(base) if each.__module__.startswith("lectern.")}
    return sorted(found, key=lambda each: (each.__module__, each.__qualname__))


def _made_from(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in base.__subclasses__():
        yield each
        yield from _made_from(each)


def _tables_of_names() -> set[str]:
    """The fields of models that hold names of somebody else's, where nothing is a field."""
    return {
        name
        for model in models_under(DomainModel)
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is dict
    }


_NAMES = _tables_of_names()


def with_future_fields(value: Any) -> Any:
    """A JSON value in which every object has one more field."""
    match value:
        case dict():
            known = {
                name: each if name in _NAMES else with_future_fields(each)
                for name, each in value.items()
            }
            return known | {FIELD: VALUE}
        case list() | tuple():
            return [with_future_fields(each) for each in value]
        case _:
            return value


def future_item(item: dict[str, Any]) -> dict[str, Any]:
    """An item of the table with one more attribute, and one more field in all that has parts."""
    return {name: _future_attribute(name, each) for name, each in item.items()} | {FIELD: VALUE}


def _future_attribute(name: str, value: Any) -> Any:
    match value:
        case str() if value.startswith(("{", "[")):
            return json.dumps(with_future_fields(json.loads(value)))
        case dict() if name not in _NAMES:
            return with_future_fields(value)
        case set():
            return {_future_attribute(name, each) for each in value}
        case _:
            return value


def future_image(image: dict[str, Any]) -> dict[str, Any]:
    """The same of an item in DynamoDB's own form, as the client and the stream give it."""
    item = {name: _deserialize(value) for name, value in image.items()}
    return {name: _serialize(value) for name, value in future_item(item).items()}
