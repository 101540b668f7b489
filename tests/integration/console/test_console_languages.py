"""What the domain says is said in the language of whoever looks."""

from __future__ import annotations

import pytest

from lectern.domain.problems import EventProblem
from lectern.domain.validation import CheckFinding, CheckState
from lectern_testing.console import as_ended, as_failed, started
from lectern_testing.lms.api import Lms
from lectern_testing.operator import Operator


@pytest.mark.parametrize(
    ("language", "told"),
    [("da", "Giv værten en Zoom-licens, "), ("de", "Geben Sie dem Gastgeber eine Zoom-Lizenz, "),
     ("fr", "Donnez une licence Zoom "), ("es", "Dé una licencia de Zoom ")],
)  # fmt: skip
def test_what_is_to_be_done_is_said_in_the_visitor_s_language(
    lms: Lms, language: str, told: str
) -> None:
    lms.put_event()
    as_failed(lms, "ev-1", EventProblem.HOST_NOT_LICENSED)

    for path in ("/console", "/console/events/ev-1", "/console/events/ev-1/why"):
        page = seen(lms, path, language)
        assert f">{told}" in page
        assert "Give the host a Zoom licence" not in page


@pytest.mark.parametrize(
    ("language", "told"),
    [("da", "Zoom afviste anmodningen. Zoom sagde: {} (kode 300)."),
     ("de", "Zoom lehnte die Anfrage ab. Zoom sagte: {} (Code 300)."),
     ("fr", "Zoom a refusé la demande. Zoom a dit\u00a0: {} (code 300)."),
     ("es", "Zoom rechazó la solicitud. Zoom dijo: {} (código 300).")],
)  # fmt: skip
def test_what_is_wrong_as_well_but_for_zoom_s_own_words(lms: Lms, language: str, told: str) -> None:
    lms.put_event()
    as_failed(lms, "ev-1", EventProblem.REJECTED, "Zoom said: Bad <topic> (code 300).")
    own = told.format('<span lang="en" dir="auto">Bad &lt;topic&gt;</span>')

    for path in ("/console/events/ev-1", "/console/events/ev-1/why"):
        assert f"<p>{own}</p>" in seen(lms, path, language)


def test_the_summary_of_an_explanation(lms: Lms) -> None:
    lms.put_event()
    as_failed(lms, "ev-1", EventProblem.HOST_NOT_LICENSED)

    page = seen(lms, "/console/events/ev-1/why", "de")

    assert "<strong>Das Meeting beginnt in " in page
    assert "Jemand muss handeln: Zoom nimmt die Zugangsdaten dieser Verbindung nicht an" in page
    assert '<span lang="en"' not in page


def test_what_happened(lms: Lms) -> None:
    lms.put_event()
    lms.post("/v1/events/ev-1/sync")

    page = seen(lms, "/console/events/ev-1/history", "fr")

    assert "<p>Une synchronisation a été demandée manuellement.</p>" in page
    assert "by hand" not in page


def test_what_a_self_test_found(lms: Lms) -> None:
    validation_id = started(lms)
    detail = "Zoom made the meeting, and gives no link to it. Not <known>."
    remedy = "Run the self-test again; if it stops again, the operators find why in the logs."
    as_ended(lms, validation_id, creation=CheckFinding(
        state=CheckState.FAILED, detail=detail, remedy=remedy
    ))  # fmt: skip

    page = seen(lms, f"/console/self-tests/{validation_id}", "de")

    unknown = '<span lang="en" dir="auto">Not &lt;known&gt;.</span>'
    assert f"<p>Zoom legte das Meeting an und gibt keinen Link dazu. {unknown}</p>" in page
    assert "Starten Sie den Selbsttest noch einmal; bleibt er wieder stehen" in page


def test_what_does_not_work_without_a_scope(lms: Lms) -> None:
    app = {"account_id": "a", "client_id": "c", "client_secret": "s"}
    lms.put("/v1/settings", {"zoom": app})

    page = seen(lms, "/console/scopes", "da")

    assert ">Ændringer af en begivenhed når ikke mødet.</td>" in page
    assert "Changes of an event do not reach" not in page


def test_english_is_marked_as_that_and_whole(lms: Lms) -> None:
    lms.put_event()
    as_failed(lms, "ev-1", EventProblem.REJECTED, "Zoom said: Bad (code 300).")

    page = seen(lms, "/console/events/ev-1", "en")

    assert "Zoom refused the request. Zoom said: Bad (code 300).</span></p>" in page


def seen(lms: Lms, path: str, language: str) -> str:
    """A page of the console as somebody of a language sees it."""
    operator = Operator(lms, language)
    operator.enter()
    return operator.get(path).text
