"""Every refusal in Zoom's own document is read as whom it concerns, and as what it says."""

from __future__ import annotations

from collections.abc import Iterator

from lectern.domain.errors import ZoomRejected
from lectern.domain.zoom_refusals import KNOWN_CODES, Concern, Meaning, reading_of
from lectern.zoom.operations import OPERATIONS
from lectern_testing.zoom.document import DocumentedError, documented_errors

PERSON, MEETING, HOST = Concern.PERSON, Concern.MEETING, Concern.HOST
ACCOUNT, REQUEST = Concern.ACCOUNT, Concern.REQUEST
REFUSED = Meaning.REFUSED

EXPECTED: dict[int, list[tuple[str, Concern, Meaning]]] = {
    124: [("", ACCOUNT, Meaning.TOKEN)],
    200: [
        ("no permission", ACCOUNT, REFUSED),
        ("webinar plan", HOST, Meaning.NO_WEBINARS),
        ("paid users: {userid}", HOST, Meaning.NO_LICENCE),
        ("paid users", ACCOUNT, Meaning.NONE_LEFT),
        ("free user type", ACCOUNT, Meaning.NONE_LEFT),
        ("assign scheduling", PERSON, REFUSED),
        ("account: {accountid}", ACCOUNT, REFUSED),
    ],
    300: [
        ("invalid webinar id", MEETING, Meaning.GONE),
        ("invalid meeting id", MEETING, Meaning.GONE),
        ("webinar info", MEETING, Meaning.OF_OTHER_KIND),
        ("access meeting info", MEETING, REFUSED),
        ("registrant id", PERSON, Meaning.NOT_REGISTERED),
        ("registration has not been", MEETING, Meaning.NO_REGISTRATION),
        ("type 5", MEETING, Meaning.NO_BATCHES),
        ("page token", ACCOUNT, Meaning.PAGE_TOKEN),
        ("invalid word", HOST, REFUSED),
        ("email is required", HOST, REFUSED),
        ("", REQUEST, REFUSED),
    ],
    303: [("", MEETING, Meaning.NO_BATCHES)],
    404: [("", MEETING, Meaning.NO_REGISTRATION)],
    1000: [("", HOST, REFUSED)],
    1001: [("meeting", MEETING, Meaning.GONE), ("", HOST, Meaning.NO_USER)],
    1005: [("", HOST, Meaning.EXISTS_ALREADY)],
    1009: [("", HOST, Meaning.EXISTS_ALREADY)],
    1010: [("", HOST, Meaning.NO_USER)],
    1102: [("", ACCOUNT, Meaning.NONE_LEFT)],
    1109: [("", HOST, Meaning.NO_LICENCE)],
    1120: [("", HOST, Meaning.NOT_ACCEPTED)],
    **{code: [("", HOST, REFUSED)] for code in (1107, 1108, 1116, 1117, 1122)},
    **{code: [("", HOST, REFUSED)] for code in (1204, 1205, 1206, 1207, 1233, 1234, 1242)},
    **{code: [("", ACCOUNT, Meaning.NONE_LEFT)] for code in (1208, 1209, 1210, 1211, 1228)},
    **{code: [("", ACCOUNT, REFUSED)] for code in (2002, 2016, 2032, 2035, 2306)},
    **{code: [("", ACCOUNT, Meaning.NONE_LEFT)] for code in (2033, 2034, 2038, 2039, 3412)},
    **{code: [("", HOST, REFUSED)] for code in (2036, 2037, 4100, 11321)},
    3000: [
        ("webinar info", MEETING, Meaning.OF_OTHER_KIND),
        ("number of", MEETING, Meaning.FULL),
        ("not have registration", MEETING, Meaning.NO_REGISTRATION),
        ("registration has not been", MEETING, Meaning.NO_REGISTRATION),
        ("as a panelist", PERSON, Meaning.IS_PANELIST),
        ("was not found", PERSON, Meaning.NOT_REGISTERED),
        ("have been blocked", HOST, REFUSED),
        ("schedule a meeting for {userid}", HOST, REFUSED),
        ("outside of your account", HOST, REFUSED),
        ("", MEETING, REFUSED),
    ],
    3001: [("", MEETING, Meaning.GONE)],
    3003: [("", HOST, REFUSED)],
    **{code: [("", MEETING, REFUSED)] for code in (3018, 3037, 3063, 4505, 12702)},
    3027: [("", PERSON, REFUSED)],
    3034: [("", PERSON, Meaning.ADDRESS_INVALID)],
    3035: [("", MEETING, Meaning.FULL)],
    3038: [("", MEETING, Meaning.OVER)],
    3043: [("", MEETING, Meaning.FULL)],
    3079: [("", PERSON, Meaning.NOT_REGISTERED)],
    3161: [("", HOST, Meaning.NO_LICENCE)],
    4001: [("", ACCOUNT, Meaning.LIMIT)],
    4130: [("", REQUEST, REFUSED)],
}
"""What each code says, by the first of its rows whose words stand in what Zoom says."""


def refusals() -> Iterator[tuple[str, DocumentedError]]:
    """Every documented refusal of every operation."""
    for operation in OPERATIONS:
        for error in documented_errors(operation.name):
            yield operation.name, error


def test_each_documented_refusal_is_read_as_what_it_says() -> None:
    seen = 0
    for operation, documented in refusals():
        words = documented.words
        error = ZoomRejected(
            operation, status=documented.status, code=documented.code, zoom_message=words
        )
        said = words.casefold()
        _, concern, meaning = next(row for row in EXPECTED[documented.code] if row[0] in said)

        reading = reading_of(error)

        assert (reading.concern, reading.meaning) == (concern, meaning), (operation, words)
        seen += 1
    assert seen > 200


def test_no_documented_code_of_an_operation_is_unknown() -> None:
    assert {error.code for _, error in refusals()} <= KNOWN_CODES
