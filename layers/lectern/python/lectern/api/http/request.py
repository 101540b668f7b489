"""A request as an endpoint sees it: parsed and checked, with every fault of its shape refused."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, unquote

from pydantic import ValidationError
from pydantic_core import ErrorDetails, from_json

from lectern.api.http.fields import NO_IDENTIFIER, Body, Query, is_identifier
from lectern.api.http.problems import (
    BodyTooLarge,
    InvalidField,
    InvalidForm,
    InvalidJson,
    InvalidRequest,
)
from lectern.api.http.roles import KeyRole
from lectern.domain.setting_changes import Author

BODY_BYTES = 1024 * 1024
FORM_FIELDS = 500
"""More than any form of ours has."""

_MANGLED = "\ufffd"
"""What API Gateway makes of what is no UTF-8: names in another encoding are not kept."""

BodyT = TypeVar("BodyT", bound=Body | None)
QueryT = TypeVar("QueryT", bound=Query | None)

_IN_OUR_WORDS = {
    "missing": "Is required.",
    "extra_forbidden": "Is not a field of this request.",
    "string_type": "Has to be a text.",
    "string_too_short": "Has to have at least {min_length} characters.",
    "string_too_long": "Has to have at most {max_length} characters.",
    "string_pattern_mismatch": "Has to have the form {pattern}.",
    "bool_type": "Has to be true or false.",
    "int_type": "Has to be a whole number.",
    "greater_than_equal": "Has to be {ge} or more.",
    "less_than_equal": "Has to be {le} or less.",
    "list_type": "Has to be a list.",
    "too_short": "Has to have at least {min_length} entries.",
    "too_long": "Has to have at most {max_length} entries.",
    "model_type": "Has to be an object.",
    "enum": "Has to be one of these: {expected}.",
    "literal_error": "Has to be one of these: {expected}.",
}
"""Of a fault by pydantic's name for it, with the values that it gives."""

_OR = re.compile(r"' or '")


@dataclass(frozen=True)
class RawRequest:
    """A request as it came.

    Attributes:
        path: The parameters of the path, possibly still percent-encoded.
        query: Each parameter with all its values.
        headers: By lower-case name.
        body: Text, or base64 of bytes.
        base_url: Where the API was called.
        key: The id of the API key that it was called with; ``None`` for what needs none.
        role: What that key may do; ``None`` where that is not said.
    """

    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: str
    body_is_base64: bool
    base_url: str
    key: str | None = None
    role: KeyRole | None = None


@dataclass(frozen=True)
class Request(Generic[BodyT, QueryT]):
    """A request whose parts are as the table of routes wants them.

    Attributes:
        key: The id of the API key that it came with; ``None`` for what came without one.
        role: What that key may do.
        operator: The user who asks for it in the console; ``None`` for everything else.
    """

    path: Mapping[str, str]
    body: BodyT
    query: QueryT
    headers: Mapping[str, str]
    base_url: str
    key: str | None = None
    role: KeyRole | None = None
    operator: str | None = None

    @property
    def author(self) -> Author:
        """Who asks for it."""
        return Author(key=self.key, user_id=self.operator)


def checked_request(
    raw: RawRequest,
    body_model: type[Body] | None,
    query_model: type[Query] | None,
    *,
    path_has_ids: bool = True,
    is_optional: bool = False,
    is_form: bool = False,
) -> Request[Any, Any]:
    """Checks the parts of a request, and tells all faults of path, query and body together.

    Args:
        raw: The request as it came.
        body_model: What the body has to be; ``None`` where a body is ignored.
        query_model: What the query may be; ``None`` where it is ignored.
        path_has_ids: Whether the parameters of the path have to be ids.
        is_form: Whether the body is a form that was filled in in a browser, and not JSON.

    Args:
        raw: The request as it came.
        body_model: What the body has to be.
        query_model: What the query has to be.
        is_optional: Whether no body at all is as good as one that says nothing.

    Raises:
        BodyTooLarge: The body is over 1 MiB.
        InvalidJson: The body is no JSON object.
        InvalidRequest: Anything else that the models do not take.
    """
    # Whether API Gateway has decoded the path already does not matter: an id never has a "%".
    path = {name: unquote(value) for name, value in raw.path.items()}
    says_nothing = is_optional and not raw.body
    content = _content(raw, is_form=is_form) if body_model and not says_nothing else {}
    faults = [
        InvalidField(pointer=f"/{name}", detail=NO_IDENTIFIER)
        for name, value in path.items()
        if path_has_ids and not is_identifier(value)
    ]
    query = None
    if query_model:
        query = _checked(query_model, _single_values(raw.query, faults), path, faults)
    body = _checked(body_model, content, path, faults) if body_model else None
    if faults:
        raise InvalidRequest(faults=faults)
    return Request(
        path=path,
        body=body,
        query=query,
        headers=raw.headers,
        base_url=raw.base_url,
        key=raw.key,
        role=raw.role,
    )


def faults_of(error: ValidationError) -> list[InvalidField]:
    """Lists a model's faults with a pointer to each."""
    return [
        InvalidField(pointer=_pointer(each["loc"]), detail=_detail(each))
        for each in error.errors(include_url=False, include_input=False)
    ]


def _checked(
    model: type[Body], content: object, path: Mapping[str, str], faults: list[InvalidField]
) -> Body | None:
    try:
        return model.model_validate(content, context=path)
    except ValidationError as error:
        faults += faults_of(error)
        return None


def _single_values(query: Mapping[str, list[str]], faults: list[InvalidField]) -> dict[str, str]:
    faults += [
        InvalidField(pointer=_pointer((name,)), detail="Is given more than once.")
        for name, values in query.items()
        if len(values) > 1
    ]
    return {name: values[-1] for name, values in query.items() if values}


def _content(raw: RawRequest, *, is_form: bool) -> dict[str, Any]:
    return _form_fields(_body_bytes(raw)) if is_form else _json_object(_body_bytes(raw))


def _body_bytes(raw: RawRequest) -> bytes:
    if len(raw.body) > BODY_BYTES * 4 // 3 + 4:
        raise BodyTooLarge
    if not raw.body_is_base64 and _MANGLED in raw.body:
        raise InvalidJson
    try:
        content = (
            base64.b64decode(raw.body, validate=True)
            if raw.body_is_base64
            else raw.body.encode("utf-8", "surrogatepass")
        )
    except (binascii.Error, ValueError) as error:
        raise InvalidJson from error
    if len(content) > BODY_BYTES:
        raise BodyTooLarge
    return content


def _form_fields(content: bytes) -> dict[str, str]:
    """The fields of a form (``application/x-www-form-urlencoded``); of equal names the last."""
    try:
        pairs = parse_qsl(
            content.decode(), keep_blank_values=True, errors="strict", max_num_fields=FORM_FIELDS
        )
    except ValueError as error:
        raise InvalidForm from error
    return dict(pairs)


def _json_object(content: bytes) -> dict[str, Any]:
    try:
        # Refuses NaN, lone surrogates, wrong UTF-8, endless nesting and endless numbers.
        parsed = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise InvalidJson from error
    if not isinstance(parsed, dict):
        raise InvalidJson
    return parsed


def _pointer(location: tuple[int | str, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def _detail(error: ErrorDetails) -> str:
    if error["type"] not in _IN_OUR_WORDS:
        return error["msg"]
    values = {name: _OR.sub("', '", str(each)) for name, each in error.get("ctx", {}).items()}
    return _IN_OUR_WORDS[error["type"]].format_map(values)
