"""Lambda, asked for functions that nobody waits for."""

from __future__ import annotations


class Invocations:
    """Lambda's client, which notes what it is asked for.

    Attributes:
        of: The functions that were asked for, in order.
    """

    def __init__(self) -> None:
        self.of: list[str] = []

    def invoke(self, *, FunctionName: str, InvocationType: str, Payload: bytes) -> None:  # noqa: N803
        """Has a function called that nobody waits for."""
        assert (InvocationType, Payload) == ("Event", b'{"by": "change"}')
        self.of.append(FunctionName)
