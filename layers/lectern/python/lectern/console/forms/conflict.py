"""A form that somebody else saved meanwhile: what of it is whose, so that nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lectern.api.http.problems import HttpError, PreconditionFailed
from lectern.console.forms.fields import LEFT_OUT, FieldKind, FormField
from lectern.console.forms.filling import VERSION, Difference, Filling, refused, shown_in


def condition(form: Mapping[str, str]) -> dict[str, str]:
    """The header that has only the version changed that the form was made from."""
    return {"if-match": form[VERSION]} if form.get(VERSION) else {}


def filled_in_again(
    fields: Sequence[FormField], now: Filling, form: Mapping[str, str], refusal: HttpError
) -> Filling:
    """The form with what was typed; where somebody else saved it meanwhile, with theirs as well.

    Args:
        fields: The fields, in their order on the page.
        now: The form with what is stored now.
        form: What was typed, with what had stood there.
        refusal: What the API answered.
    """
    if not isinstance(refusal, PreconditionFailed):
        return refused(fields, now, form, refusal)
    shown = shown_in(form)
    differences = [
        difference for each in fields if (difference := _difference(each, now, form, shown))
    ]
    typed = {each.name: _typed(each, form, shown) for each in fields}
    theirs = {each.field.name for each in differences if not each.is_typed}
    values = {
        name: now.values[name] if name in theirs or value is None else value
        for name, value in typed.items()
    }
    return replace(now, values=values, refusal=refusal, differences=differences)


def _difference(
    field: FormField, now: Filling, form: Mapping[str, str], shown: Mapping[str, str]
) -> Difference | None:
    """What somebody else made of a field; ``None`` where they left it as it was."""
    theirs, was = now.shown.get(field.name), shown.get(field.name)
    if theirs == was:
        return None
    if field.kind is FieldKind.SECRET:
        is_typed = bool(form.get(field.name)) or field.removal in form
        return Difference(field, "", "", is_typed=is_typed)
    yours = _typed(field, form, shown)
    if yours == theirs:
        return None
    is_typed = yours not in {None, was}
    return Difference(field, theirs or "", (yours if is_typed else theirs) or "", is_typed=is_typed)


def _typed(field: FormField, form: Mapping[str, str], shown: Mapping[str, str]) -> str | None:
    """What was typed, as it is shown once it is stored; of a secret nothing is."""
    if field.kind is FieldKind.SECRET:
        return None
    value = field.value_in(form)
    return shown.get(field.name) if value is LEFT_OUT else field.shown(value)
