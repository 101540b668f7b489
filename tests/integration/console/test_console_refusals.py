"""Why a field is refused is said in the visitor's language, and in words for people."""

from __future__ import annotations

import re
from html import unescape

import pytest

from lectern.api.http.problems import InvalidField
from lectern.api.join.texts import TEXTS
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator, Shown

APP = {
    "zoom.application_type": "server_to_server_oauth",
    "zoom.account_id": "acc-1",
    "zoom.client_id": "client-1",
    "zoom.client_secret": "the-client-secret",
    "drift": "report",
    "unknown_registrants": "remove",
    "hosts.missing_host": "fail",
    "hosts.licence": "assign",
    "hosts.instructors_as": "participants",
    "retention_days": "30",
}
REFUSED = {
    "zoom.account_id": "with blanks",
    "zoom.client_id": "x" * 129,
    "access_validation.lead_minutes": ", ".join(map(str, range(1, 12))),
    "access_validation.check_url": "no address",
    "drift": "ignore",
    "notifications.url": "https://lms.example/<x>",
    "notifications.secret": "secret",
    "retention_days": "3651",
}


def marked(page: Shown) -> list[str]:
    """The fields that are marked."""
    return re.findall(r'id="([\w.]+)"[^>]* aria-invalid="true"', page.text)


@pytest.mark.parametrize("language", sorted(set(TEXTS) - {"en"}))
def test_it_is_said_in_the_visitor_s_language_at_every_field(lms: Lms, language: str) -> None:
    admin = Operator(lms, language)
    admin.enter(role="admin")

    page = admin.post("/console/settings", {**APP, **REFUSED})

    assert sorted(marked(page)) == sorted(REFUSED)
    told = re.findall(r'class="fault">(.*?)</p>', page.text)
    assert len(told) == len(REFUSED)
    assert 'lang="en"' not in page.text


def test_it_names_what_can_be(lms: Lms) -> None:
    admin = Operator(lms, "de")
    admin.enter(role="admin")

    page = unescape(admin.post("/console/settings", {**APP, **REFUSED}).text)

    assert ">Darf höchstens 3650 sein.<" in page
    assert ">Muss eines von diesen sein: 'repair', 'report'.<" in page
    assert ">Darf höchstens 10 Einträge haben.<" in page


def test_what_zoom_refuses_has_zoom_s_own_words_marked(lms: Lms) -> None:
    said = "Zoom does not accept these credentials; it says: Bad <secret>"
    lms.parts.zoom.faults_to_find = [InvalidField(pointer="/zoom/client_secret", detail=said)]
    admin = Operator(lms, "es")
    admin.enter(role="admin")

    page = admin.post("/console/settings", APP).text

    own = '<span lang="en" dir="auto">Bad &lt;secret&gt;</span>'
    assert f'class="fault">Zoom no acepta estas credenciales; dice: {own}</p>' in page
