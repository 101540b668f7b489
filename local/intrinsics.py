"""CloudFormation's intrinsic functions: references in a template become values."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Node = Any
"""A part of a template: whatever YAML can say."""

_NOTHING = object()
"""What `!Ref AWS::NoValue` leaves: the property is left out."""


class Intrinsics:
    """Replaces the functions of a template by what they stand for.

    Args:
        references: what `!Ref` gives, by the name of a parameter, pseudo parameter or resource.
        attributes: what `!GetAtt` gives, by resource and attribute.
        conditions: the template's `Conditions`.
    """

    def __init__(
        self,
        references: Mapping[str, str],
        attributes: Callable[[str, str], str],
        conditions: Mapping[str, Any],
    ) -> None:
        self._references = references
        self._attributes = attributes
        self._conditions = conditions
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self._condition,
            "Fn::GetAtt": self._get_att,
            "Fn::Sub": self._sub,
            "Fn::Join": lambda joined: joined[0].join(self.resolve(joined[1])),
            "Fn::Split": lambda split: self.resolve(split[1]).split(split[0]),
            "Fn::Select": lambda chosen: self.resolve(chosen[1])[int(chosen[0])],
            "Fn::If": self._if,
            "Fn::Equals": lambda pair: self.resolve(pair[0]) == self.resolve(pair[1]),
            "Fn::Not": lambda single: not self.resolve(single[0]),
            "Fn::And": lambda several: all(self.resolve(several)),
            "Fn::Or": lambda several: any(self.resolve(several)),
        }

    def resolve(self, node: Node) -> Node:
        """A part of the template with every function in it replaced.

        Raises:
            LookupError: for a reference to nothing, or a function that is not known here.
        """
        if isinstance(node, list):
            return [value for item in node if (value := self.resolve(item)) is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            [(name, argument)] = node.items()
            if name in self._functions and not (name == "Condition" and _is_policy(argument)):
                return self._functions[name](argument)
            if name.startswith("Fn::"):
                raise LookupError(f"{name} is not known to the local cloud")
        resolved = {key: self.resolve(value) for key, value in node.items()}
        return {key: value for key, value in resolved.items() if value is not _NOTHING}

    def holds(self, condition: str) -> bool:
        """Whether one of the template's conditions holds."""
        return bool(self.resolve(self._conditions[condition]))

    def _ref(self, name: str) -> Node:
        return _NOTHING if name == "AWS::NoValue" else self._references[name]

    def _condition(self, name: str) -> bool:
        return self.holds(name)

    def _get_att(self, path: str | list[str]) -> str:
        resource, attribute = path.split(".", 1) if isinstance(path, str) else path
        return self._attributes(resource, attribute)

    def _sub(self, argument: str | list[Any]) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name.startswith("!"):
                return "${" + name[1:] + "}"
            if name in own:
                return str(self.resolve(own[name]))
            return str(self._get_att(name) if "." in name else self._ref(name))

        return re.sub(r"\$\{([^}]+)\}", value, text)

    def _if(self, argument: list[Node]) -> Node:
        condition, then, otherwise = argument
        return self.resolve(then if self.holds(condition) else otherwise)


def _is_policy(condition: Node) -> bool:
    """Tells the `Condition` of an IAM statement, an object, from a reference to a condition."""
    return not isinstance(condition, str)
