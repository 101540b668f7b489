"""Connections to the LMS go to the address that was checked, under the name that was given."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lectern.notify.pinned import AddressRefused, pinned_session
from lectern_testing.lms.inbox import LmsInbox, an_inbox

NOBODY = "::1"
"""Loopback as well, and nobody listens there."""


@dataclass
class Names:
    """Resolves names as a test has it: with each question the next answer."""

    answers: list[list[str]]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        if not self.answers:
            raise OSError("unknown")
        return self.answers.pop(0)


@pytest.fixture
def inbox() -> Iterator[LmsInbox]:
    with an_inbox() as inbox:
        inbox.status = 200
        yield inbox


def port_of(inbox: LmsInbox) -> int:
    return int(inbox.url.rpartition(":")[2].partition("/")[0])


def test_the_request_keeps_its_name_and_goes_to_the_address(inbox: LmsInbox) -> None:
    names = Names([["127.0.0.1"]])
    url = f"http://lms.example:{port_of(inbox)}/hook"

    answer = pinned_session(is_local=True, resolve=names).post(url, data=b"{}", timeout=5)

    assert answer.status_code == 200
    assert inbox.received[0].headers["host"] == f"lms.example:{port_of(inbox)}"
    assert names.asked == [("lms.example", port_of(inbox))]


@pytest.mark.parametrize(
    "leads_to",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:127.0.0.1"]],
    ids=str,
)
def test_nothing_is_sent_to_a_host_that_leads_inwards(
    inbox: LmsInbox, leads_to: Sequence[str]
) -> None:
    url = f"http://lms.example:{port_of(inbox)}/"
    session = pinned_session(is_local=False, resolve=Names([list(leads_to)]))

    with pytest.raises(AddressRefused):
        session.post(url, data=b"{}", timeout=5)
    assert inbox.received == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "localhost", "[::ffff:7f00:1]"])
def test_no_way_of_writing_this_machine_is_public(inbox: LmsInbox, host: str) -> None:
    with pytest.raises((AddressRefused, requests.ConnectionError)) as caught:
        pinned_session(is_local=False).post(f"http://{host}:{port_of(inbox)}/", timeout=5)
    if host != "0x7f.1":
        assert caught.type is AddressRefused
    assert inbox.received == []


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(inbox: LmsInbox) -> None:
    names = Names([["127.0.0.1"], ["10.0.0.1"]])
    session = pinned_session(is_local=True, resolve=names)
    url = f"http://lms.example:{port_of(inbox)}/"

    assert session.post(url, data=b"{}", timeout=5).status_code == 200

    session.close()
    with pytest.raises(AddressRefused):
        session.post(url, data=b"{}", timeout=5)
    assert len(names.asked) == 2


def test_the_next_address_is_tried_where_nobody_listens(inbox: LmsInbox) -> None:
    names = Names([[NOBODY, "127.0.0.1"]])
    url = f"http://lms.example:{port_of(inbox)}/"
    assert pinned_session(is_local=True, resolve=names).post(url, timeout=5).status_code == 200


def test_a_name_that_nobody_knows_is_a_failed_connection() -> None:
    with pytest.raises(requests.ConnectionError):
        pinned_session(is_local=False, resolve=Names([])).post("https://lms.example/", timeout=5)


def test_no_proxy_of_the_surroundings_is_asked(
    inbox: LmsInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", inbox.url)
    monkeypatch.setenv("http_proxy", inbox.url)
    with pytest.raises(AddressRefused):
        pinned_session(is_local=False).post("http://127.0.0.1:9/", timeout=5)
    assert inbox.received == []


@dataclass(frozen=True)
class SecureLms:
    """An LMS with a certificate for one name.

    Attributes:
        port: Where it listens.
        authority: The file of the certificate that clients trust.
        asked_for: The names that clients asked for (SNI).
    """

    port: int
    authority: Path
    asked_for: list[str | None]


@contextmanager
def a_secure_lms(folder: Path, name: str) -> Iterator[SecureLms]:
    chain, asked_for = certificate(folder, name), []  # type: Path, list[str | None]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    context.sni_callback = lambda _socket, asked, _context: asked_for.append(asked)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with (
                suppress(OSError),
                server.accept()[0] as plain,
                context.wrap_socket(plain, server_side=True) as caller,
            ):
                request = b""
                while not request.endswith(b"{}"):
                    # To close a connection with something unread in it is to break it off.
                    request += caller.recv(65536)
                caller.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        answering = threading.Thread(target=answer)
        answering.start()
        yield SecureLms(server.getsockname()[1], chain, asked_for)
        answering.join(timeout=10)


def certificate(folder: Path, name: str) -> Path:
    """A certificate that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "chain.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_the_certificate_is_that_of_the_name_and_not_of_the_address(tmp_path: Path) -> None:
    with a_secure_lms(tmp_path, "lms.example") as lms:
        session = pinned_session(is_local=True, resolve=Names([["127.0.0.1"]]))
        session.verify = str(lms.authority)
        answer = session.post(f"https://lms.example:{lms.port}/", data=b"{}", timeout=5)
    assert answer.status_code == 204
    assert lms.asked_for == ["lms.example"]


def test_a_certificate_of_another_name_is_refused(tmp_path: Path) -> None:
    with a_secure_lms(tmp_path, "other.example") as lms:
        session = pinned_session(is_local=True, resolve=Names([["127.0.0.1"]]))
        session.verify = str(lms.authority)
        with pytest.raises(requests.exceptions.SSLError):
            session.post(f"https://lms.example:{lms.port}/", data=b"{}", timeout=5)
