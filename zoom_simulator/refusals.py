"""What Zoom refuses of meetings and of webinars alike, in the code and the words of each kind.

Texts are those of Zoom's OpenAPI documents where they have one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from enum import Enum, auto
from http import HTTPStatus

from typing_extensions import override

from zoom_simulator.errors import ZoomError, bad_request, invalid_field
from zoom_simulator.operations import Kind

NO_MORE = (
    "You have reached the limit for the number of {} you can add. "
    "Contact Zoom Support for more information."
)
INVALID_REGISTRANT_ID = (
    "The value that you entered for the Registrant ID field is invalid. "
    "Enter a valid value and try again."
)


class Deed(Enum):
    """What is done with registrants: the same fault has other codes for other deeds."""

    ADD = auto()
    ADD_BATCH = auto()
    LIST = auto()
    READ = auto()
    DELETE = auto()
    CHANGE_STATUS = auto()


class Refusals(ABC):
    """The refusals that both kinds have."""

    @abstractmethod
    def invalid_id(self) -> ZoomError:
        """What is in the path cannot be an id."""

    @abstractmethod
    def not_there(self, session_id: str, deed: Deed | None = None) -> ZoomError:
        """There is no such session, or no longer."""

    @abstractmethod
    def other_kind(self, deed: Deed | None = None) -> ZoomError:
        """The id is that of a session of the other kind."""

    @abstractmethod
    def no_such_occurrence(self) -> ZoomError:
        """The session has no such occurrence."""

    @abstractmethod
    def hosting_not_allowed(self, user_id: str) -> ZoomError:
        """The host has no licence for this kind, or is not active."""

    @abstractmethod
    def registration_off(self, session_id: int, deed: Deed) -> ZoomError:
        """The session has no registration."""

    @abstractmethod
    def wrong_type_for_batch(self) -> ZoomError:
        """Batches are for single sessions with a fixed time."""

    @abstractmethod
    def over(self, deed: Deed) -> ZoomError:
        """The session's scheduled time has passed."""

    @abstractmethod
    def full(self, deed: Deed) -> ZoomError:
        """The session takes no more registrants."""

    @abstractmethod
    def no_such_registrant(self, registrant_id: str, deed: Deed) -> ZoomError:
        """The session has no registrant with this id."""

    @abstractmethod
    def no_work_address(self) -> ZoomError:
        """Registration wants work addresses, and this is none."""

    @abstractmethod
    def alternative_host_as_registrant(self) -> ZoomError:
        """An alternative host is in the session anyway (texts modelled on that for panelists)."""


class MeetingRefusals(Refusals):
    """How Zoom refuses what is done to meetings."""

    @override
    def invalid_id(self) -> ZoomError:
        return invalid_field("meetingId", "Invalid meeting ID.")

    @override
    def not_there(self, session_id: str, deed: Deed | None = None) -> ZoomError:
        code = 1001 if deed is Deed.ADD else 3001
        return ZoomError(HTTPStatus.NOT_FOUND, code, f"Meeting does not exist: {session_id}.")

    @override
    def other_kind(self, deed: Deed | None = None) -> ZoomError:
        what = "meeting" if deed is Deed.ADD else "webinar"
        return bad_request(300 if deed is Deed.LIST else 3000, f"Cannot access {what} info.")

    @override
    def no_such_occurrence(self) -> ZoomError:
        return bad_request(300, "Invalid parameter: `occurrence_id`.")

    @override
    def hosting_not_allowed(self, user_id: str) -> ZoomError:
        return bad_request(
            3161,
            "Meeting hosting and scheduling capabilities are not allowed for your user account.",
        )

    @override
    def registration_off(self, session_id: int, deed: Deed) -> ZoomError:
        code = 300 if deed is Deed.DELETE else 404
        return bad_request(
            code, f"Registration has not been enabled for this meeting: {session_id}."
        )

    @override
    def wrong_type_for_batch(self) -> ZoomError:
        return bad_request(
            303,
            "This API can only be used for scheduled meeting(meeting type: 2). "
            "Batch registration is not supported for other meeting types.",
        )

    @override
    def over(self, deed: Deed) -> ZoomError:
        return bad_request(
            3038,
            "Meeting is over, you can not register now. "
            "If you have any questions, please contact the Meeting host.",
        )

    @override
    def full(self, deed: Deed) -> ZoomError:
        return bad_request(3043, "Meeting has reached maximum attendee capacity.")

    @override
    def no_such_registrant(self, registrant_id: str, deed: Deed) -> ZoomError:
        return bad_request(300, INVALID_REGISTRANT_ID)

    @override
    def no_work_address(self) -> ZoomError:
        return bad_request(3051, "Please input your work email address.")

    @override
    def alternative_host_as_registrant(self) -> ZoomError:
        return bad_request(3000, "You have been invited as an alternative host for the meeting.")


class WebinarRefusals(Refusals):
    """How Zoom refuses what is done to webinars."""

    @override
    def invalid_id(self) -> ZoomError:
        return bad_request(300, "Invalid webinar ID.")

    @override
    def not_there(self, session_id: str, deed: Deed | None = None) -> ZoomError:
        return ZoomError(HTTPStatus.NOT_FOUND, 3001, f"Webinar does not exist: {session_id}.")

    @override
    def other_kind(self, deed: Deed | None = None) -> ZoomError:
        return self.invalid_id()

    @override
    def no_such_occurrence(self) -> ZoomError:
        return bad_request(3000, "Webinar occurrence does not exist.")

    @override
    def hosting_not_allowed(self, user_id: str) -> ZoomError:
        return bad_request(
            200,
            "Webinar plan is missing. You must subscribe to the webinar plan and enable webinars "
            f"for user {user_id} in order to perform this action.",
        )

    @override
    def registration_off(self, session_id: int, deed: Deed) -> ZoomError:
        if deed is Deed.ADD:
            return bad_request(
                3000, f"This webinar does not have registration as required: {session_id}."
            )
        if deed is Deed.CHANGE_STATUS:
            return bad_request(
                300, f"Registration has not been enabled for this meeting: {session_id}."
            )
        return bad_request(
            3000, f"Registration has not been enabled for this webinar: {session_id}."
        )

    @override
    def wrong_type_for_batch(self) -> ZoomError:
        return bad_request(
            300,
            "This API can only be used for scheduled webinars (type 5). "
            "Batch registration is not supported for other webinar types.",
        )

    @override
    def over(self, deed: Deed) -> ZoomError:
        if deed is Deed.ADD_BATCH:
            return bad_request(
                3038,
                "The webinar is over. You cannot register now. "
                "If you have any questions, contact the webinar's host.",
            )
        return bad_request(
            3038,
            "Webinar is over, you cannot register now. "
            "If you have any questions, contact the webinar host.",
        )

    @override
    def full(self, deed: Deed) -> ZoomError:
        if deed is Deed.ADD:
            return bad_request(3000, NO_MORE.format("attendees"))
        code = 3035 if deed is Deed.CHANGE_STATUS else 3043
        return bad_request(code, "Webinar has reached maximum attendee capacity.")

    @override
    def no_such_registrant(self, registrant_id: str, deed: Deed) -> ZoomError:
        if deed is Deed.DELETE:
            return bad_request(3000, f"Registrant {registrant_id} was not found.")
        return bad_request(3079, f"This registrant does not exist: {registrant_id}.")

    @override
    def no_work_address(self) -> ZoomError:
        return bad_request(3034, "If you have been invited, please input your work email address.")

    @override
    def alternative_host_as_registrant(self) -> ZoomError:
        return bad_request(3000, "You have been invited as an alternative host for the webinar.")


def too_many_panelists() -> ZoomError:
    """The webinar takes no more panelists."""
    return bad_request(3000, NO_MORE.format("panelists"))


def panelist_as_registrant() -> ZoomError:
    """A panelist is in the webinar anyway."""
    return bad_request(
        3000,
        "You have been invited as a panelist for the webinar, "
        "please check your email to find more information about this webinar.",
    )


def no_such_panelist() -> ZoomError:
    """The webinar has no such panelist; code and text are not documented."""
    return bad_request(300, "Invalid panelist ID.")


REFUSALS: Mapping[Kind, Refusals] = {
    Kind.MEETING: MeetingRefusals(),
    Kind.WEBINAR: WebinarRefusals(),
}
