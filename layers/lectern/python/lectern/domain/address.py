"""E-mail addresses: which two are one mailbox, and who is therefore the same person.

Whoever has the host's address is the host, so an address is folded by what is certain and by
nothing else: the case of ASCII letters, and the ways to write one domain. Python's ``casefold``
and ``lower``, and Unicode's normal forms, would take other mailboxes for the same (``ß`` for
``ss``, the Kelvin sign for ``k``), which anybody may own.
"""

from __future__ import annotations

import string
import unicodedata

from lectern.domain.model import DomainModel

_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def address_key(email: str) -> str:
    """The form in which e-mail addresses are compared: an address itself, that reaches the same.

    The case of ASCII letters makes no difference (Zoom ignores it), nor do blanks around the
    address, nor whether the domain is written in its own letters or in ASCII (IDNA). What is no
    address stays as it is but for its case.

    Example:
        >>> address_key(" Anna@ACME.example ")
        'anna@acme.example'
    """
    local, at, domain = email.strip().translate(_ASCII_LOWER).rpartition("@")
    return local + at + ".".join(map(_label_key, domain.split(".")))


def _label_key(label: str) -> str:
    """A label of a domain in ASCII, where it has such a form (IDNA 2008)."""
    if label.isascii():
        return label
    import idna  # noqa: PLC0415 - few addresses need its tables

    try:
        return idna.alabel(_in_small_letters(label)).decode()
    except idna.IDNAError:
        return label


def _in_small_letters(label: str) -> str:
    """The label in small letters; one with letters that only look like others is left alone."""
    if not unicodedata.is_normalized("NFKC", label):
        return label
    return "".join(map(str.lower, label))


class Addressed(DomainModel):
    """Somebody with an e-mail address, who is the same however the address is written."""

    email: str

    @property
    def address(self) -> str:
        """The e-mail address in the form that is compared."""
        return address_key(self.email)

    def _compared(self) -> dict[str, object]:
        return dict(self) | {"email": self.address}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._compared() == other._compared()

    def __hash__(self) -> int:
        return hash(tuple(self._compared().values()))
