"""Checks requests and answers against Zoom's own OpenAPI document.

It is read as strictly as it can be: what it does not name is a mistake. Where the document itself
is broken, or says less than is known, `TOLERANCES` and `UNDOCUMENTED_ERRORS` say how it is read
instead, and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from lectern_testing.zoom.document import document

WEBHOOKS_FILE_NAME = "webhooks.openapi.json"

TOLERANCES = {
    "oneOf is read as anyOf": (
        "the alternatives of user settings have only optional fields, so each answer fits several"
    ),
    "an enum of weekly_days is dropped": (
        "its description allows a comma-separated list, which the enum of single days forbids"
    ),
    "maximum of an array is read as maxItems": (
        "the registrants of a status change have `maximum: 30`, which says nothing about an array"
    ),
    "unknown formats are not checked": "`string` and `url` are no formats of JSON Schema",
    "a request's date-time may lack the Z": (
        "the description of start_time gives the local form too, beside timezone"
    ),
    "an empty text is taken for an e-mail address": (
        "participants who are not of the account have none, and the field is required"
    ),
    "any setting may be among those that changed": (
        "webhooks of updates name some settings, and allow others"
    ),
    "a list with page_number takes next_page_token": (
        "the list of webinars lacks it, but its answer has one, and its page_number refers to it"
    ),
    "any 2xx of the document stands for another": (
        "a batch is documented under 201 with the text of a 200"
    ),
}

# Refusals that the document does not list for an operation, with where they are known from.
UNDOCUMENTED_ERRORS = {
    (401, 124): "any call with a bad token; documented for one operation, known for all",
    (400, 4711): "a missing scope: integrators' reports",
    (429, 429): "limits of a day, a host or a registrant: the page on rate limits",
    (429, 4001): "the limit of a second: documented for one operation, known for all",
    (400, 300): "a field that fails validation: the page on errors",
    (404, 1001): "the host of the meeting was deleted: integrators' reports",
    (400, 1120): "an invitation that ran out: documented for one operation on users",
    (400, 200): "registration with a Basic host: Zoom's older tables of errors",
    (400, 404): "registration is not on: documented for batches, known for single calls",
    (400, 3000): "an alternative host, or a blocked domain: documented for some operations",
    (400, 3002): "a meeting that is in progress: Zoom's older tables of errors",
    (400, 3027): "the host as a registrant: documented for webinars",
    (400, 3038): "a meeting that is over: documented for batches, known for single calls",
    (400, 3043): "a full meeting: documented for adding, known for approving",
    (404, 3043): "a full session: Zoom's older tables of errors",
    (400, 3051): "an address that is none at work: Zoom's older tables of errors",
    (400, 3034): "the same of webinars: documented for single calls, known for batches",
    (400, 1010): "a host of another account: documented for reports, known for users",
}

FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value) is not None


@FORMATS.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or not value or "@" in value


@FORMATS.checks("int64")
def _is_int64(value: object) -> bool:
    return not isinstance(value, int) or abs(value) < 2**63


class SpecificationError(AssertionError):
    """Something is not as Zoom's document has it."""


class ZoomSpecification:
    """Zoom's document, as something to check against.

    Paths are those below ``/v2``, with real ids in them, such as ``/meetings/123/registrants``.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = {
            re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)): (path, operations)
            for path, operations in document["paths"].items()
        }

    def check_request(
        self, method: str, path: str, body: Any = None, query: dict[str, Any] | None = None
    ) -> None:
        """Check what a client sends.

        Raises:
            SpecificationError: with what is wrong, and where.
        """
        operation = self._operation(method, path)
        parameters = {
            parameter["name"]: parameter["schema"]
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query"
        }
        if "page_number" in parameters:
            parameters.setdefault("next_page_token", {"type": "string"})
        for name, value in (query or {}).items():
            if name not in parameters:
                raise SpecificationError(f"{method} {path}: no query parameter {name}")
            _check(_from_query(value, parameters[name]), parameters[name], f"query {name}")
        if body is None:
            return
        if "requestBody" not in operation:
            raise SpecificationError(f"{method} {path} takes no body")
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        _check(body, schema, f"{method} {path} request")

    def check_response(self, method: str, path: str, status: int, body: Any = None) -> None:
        """Check what Zoom, or the simulator, answers.

        Raises:
            SpecificationError: with what is wrong, and where.
        """
        responses = self._operation(method, path)["responses"]
        where = f"{method} {path} {status}"
        if status >= 400:
            _check_error(where, status, body, responses)
            return
        good = next(answer for code, answer in responses.items() if code.startswith("2"))
        if "content" not in good:
            if body:
                raise SpecificationError(f"{where}: there is to be no body")
            return
        _check(body, good["content"]["application/json"]["schema"], where)

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        fitting = [
            (template, operations)
            for pattern, (template, operations) in self._paths.items()
            if pattern.fullmatch(path) and method.lower() in operations
        ]
        if not fitting:
            raise SpecificationError(f"no operation {method} {path}")
        # `/registrants/status` is also `/registrants/{registrantId}`: the literal one is meant.
        _, operations = min(fitting, key=lambda each: each[0].count("{"))
        found: dict[str, Any] = operations[method.lower()]
        return found


class WebhookSpecification:
    """Zoom's document of its webhooks, as something to check events against.

    Attributes:
        events: The names of all events.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas = {
            event: item["post"]["requestBody"]["content"]["application/json"]["schema"]
            for event, item in document["webhooks"].items()
        }
        self.events = frozenset(self._schemas)

    @classmethod
    def at_hand(cls) -> WebhookSpecification:
        """Zoom's document, if it is there; skips the test otherwise."""
        return cls(document(WEBHOOKS_FILE_NAME))

    def check(self, event: dict[str, Any]) -> None:
        """Check an event as it is sent.

        Raises:
            SpecificationError: with what is wrong, and where.
        """
        name = event["event"]
        if name not in self._schemas:
            raise SpecificationError(f"no event {name}")
        _check(event, self._schemas[name], name, undocumented=r".*\.settings\.\w+$")


def zoom_specification() -> ZoomSpecification:
    """Zoom's document, if it is there; skips the test otherwise."""
    return ZoomSpecification(document())


def _check_error(where: str, status: int, body: Any, responses: dict[str, Any]) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("code"), int):
        raise SpecificationError(f"{where}: an error has a code and a message, not {body!r}")
    if not isinstance(body.get("message"), str) or not body.keys() <= {"code", "message", "errors"}:
        raise SpecificationError(f"{where}: an error is code, message, errors, not {sorted(body)}")
    text = responses.get(str(status), {}).get("description", "")
    documented = {int(code) for code in re.findall(r"Error Code:\*\* `(\d+)`", text)}
    known = body["code"] in documented or (status, body["code"]) in UNDOCUMENTED_ERRORS
    if not known:
        raise SpecificationError(f"{where}: code {body['code']} is not documented")


def _check(value: Any, schema: dict[str, Any], where: str, *, undocumented: str = r"(?!)") -> None:
    """Check a value, but for places like ``undocumented``, where any field may be."""
    readable = _readable(schema)
    validator = Draft202012Validator(readable, format_checker=FORMATS)
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    problems += [
        f"{place}: not documented"
        for place in _unknown(value, [readable], "$")
        if not re.fullmatch(undocumented, place)
    ]
    if problems:
        raise SpecificationError(f"{where}: {'; '.join(sorted(problems))}")


def _readable(schema: Any, name: str = "") -> Any:
    """The schema with its faults mended, as `TOLERANCES` has it."""
    if isinstance(schema, list):
        return [_readable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    mended = {
        key: {field: _readable(inner, field) for field, inner in value.items()}
        if key == "properties"
        else _readable(value)
        for key, value in schema.items()
        if key not in {"example", "examples", "default", "description"}
    }
    if "oneOf" in mended:
        mended["anyOf"] = mended.pop("oneOf")
    if name == "weekly_days":
        mended.pop("enum", None)
    if mended.get("type") == "array" and "maximum" in mended:
        mended["maxItems"] = mended.pop("maximum")
    return mended


def _unknown(value: Any, schemas: list[dict[str, Any]], place: str) -> Iterator[str]:
    """The places of fields that no part of the schema names."""
    parts = [part for schema in schemas for part in _parts(schema)]
    if isinstance(value, list):
        items = [part["items"] for part in parts if "items" in part]
        for index, each in enumerate(value):
            yield from _unknown(each, items, f"{place}[{index}]")
    elif isinstance(value, dict):
        for field, inner in value.items():
            named = [part["properties"][field] for part in parts if field in _properties(part)]
            if named:
                yield from _unknown(inner, named, f"{place}.{field}")
            elif any("properties" in part for part in parts):
                yield f"{place}.{field}"


def _parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it is put together from."""
    yield schema
    for combination in ("allOf", "anyOf"):
        for part in schema.get(combination, []):
            yield from _parts(part)


def _properties(schema: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = schema.get("properties", {})
    return properties


def _from_query(value: Any, schema: dict[str, Any]) -> Any:
    """A value of a query string as the type that its schema has."""
    if isinstance(value, str) and schema.get("type") == "integer" and value.isdecimal():
        return int(value)
    if isinstance(value, str) and schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value
