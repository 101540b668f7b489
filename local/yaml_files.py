"""YAML with CloudFormation's tags, read by libyaml where PyYAML has it: that takes a tenth."""

from typing import TYPE_CHECKING, Any

import yaml
from samtranslator.yaml_helper import intrinsics_multi_constructor

if TYPE_CHECKING or not yaml.__with_libyaml__:
    from yaml import SafeLoader as SafeLoader  # noqa: PLC0414 - others take it from here
else:
    from yaml import CSafeLoader as SafeLoader


class _Loader(SafeLoader):
    """Reads a short form, as `!Ref Table`, as the long one."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_yaml(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    """What a text says, with intrinsic functions in their long form: `{"Ref": "Table"}`."""
    return yaml.load(text, _Loader)  # noqa: S506 - a loader of nothing but plain values
