"""The routes of the template's REST API: which method of it a request belongs to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ANY_METHOD = "x-amazon-apigateway-any-method"
_FUNCTION_NAME = re.compile(r":function:([^/:]+)(?::[^/]+)?/invocations$")


@dataclass(frozen=True)
class Authorizer:
    """A TOKEN authorizer of the API."""

    function: str
    header: str
    validation: re.Pattern[str]
    ttl_seconds: float


@dataclass(frozen=True)
class Route:
    """A method of a resource of the API, and what handles it."""

    resource: str
    method: str
    function: str
    authorizer: Authorizer | None

    @property
    def specificity(self) -> tuple[Any, ...]:
        """Sorts as API Gateway chooses: fixed parts before parameters, before the greedy one."""
        parts = [_specificity(part) for part in self.resource.split("/")]
        return parts, self.method == ANY_METHOD

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The path's parameters, or nothing if the request belongs elsewhere."""
        if self.method not in {method.lower(), ANY_METHOD}:
            return None
        found = re.fullmatch(_pattern(self.resource), path, re.DOTALL)
        return found.groupdict() if found else None


def routes_of(body: Mapping[str, Any]) -> list[Route]:
    """The routes that an OpenAPI document with API Gateway's extensions describes, in order."""
    schemes = body.get("components", {}).get("securitySchemes", {})
    authorizers = {name: _authorizer(scheme) for name, scheme in schemes.items()}
    routes = [
        Route(resource, method, _function(operation), _authorizer_of(operation, authorizers))
        for resource, operations in body["paths"].items()
        for method, operation in operations.items()
        if "x-amazon-apigateway-integration" in operation
    ]
    return sorted(routes, key=lambda route: route.specificity)


def _specificity(part: str) -> int:
    if not part.startswith("{"):
        return 0
    return 2 if part.endswith("+}") else 1


def _pattern(resource: str) -> str:
    pattern = re.escape(resource).replace(r"\{", "{").replace(r"\}", "}").replace(r"\+", "+")
    pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", pattern)
    # A slash at the end is no part of a resource: https://github.com/aws/chalice/issues/65.
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + ("" if "+}" in resource else "/?")


def _function(operation: Mapping[str, Any]) -> str:
    return _function_name(operation["x-amazon-apigateway-integration"]["uri"])


def _function_name(uri: str) -> str:
    found = _FUNCTION_NAME.search(uri)
    if found is None:
        raise LookupError(f"{uri} invokes no function")
    return found[1]


def _authorizer(scheme: Mapping[str, Any]) -> Authorizer:
    settings = scheme["x-amazon-apigateway-authorizer"]
    return Authorizer(
        function=_function_name(settings["authorizerUri"]),
        header=scheme["name"],
        validation=re.compile(settings.get("identityValidationExpression", ".*")),
        ttl_seconds=float(settings.get("authorizerResultTtlInSeconds", 300)),
    )


def _authorizer_of(
    operation: Mapping[str, Any], authorizers: Mapping[str, Authorizer]
) -> Authorizer | None:
    names = [name for requirement in operation.get("security", []) for name in requirement]
    return next((authorizers[name] for name in names if name in authorizers), None)
