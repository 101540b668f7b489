"""What a self-test is started with."""

from __future__ import annotations

from collections.abc import Iterable

from lectern.api.http.fields import EMAIL_LENGTH
from lectern.console.forms.fields import FieldKind, FormField


def self_test_fields(connections: Iterable[str]) -> tuple[FormField, ...]:
    """The fields, with the connections that there are."""
    return (
        FormField("/connection", FieldKind.CHOICE, tuple(connections)),
        FormField("/host/email", FieldKind.EMAIL, longest=EMAIL_LENGTH),
    )
