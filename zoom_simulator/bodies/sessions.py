"""The bodies that meetings and webinars are created and updated with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from typing_extensions import override

from zoom_simulator.bodies.fields import Body, Email, Timezone, ZoomTime


class Invitee(Body):
    """A person who is invited to a meeting."""

    email: Email


class AuthenticationException(Body):
    """A person who gets in without signing in."""

    email: Email
    name: str = ""


class TrackingField(Body):
    """A tracking field of the account."""

    field: str
    value: str = ""


class Recurrence(Body):
    """The rule of a recurring meeting."""

    type: Literal[1, 2, 3]
    repeat_interval: Annotated[int, Field(ge=1, le=99)] = 1
    weekly_days: Annotated[str, StringConstraints(pattern=r"^[1-7](,[1-7])*$")] = "1"
    monthly_day: Annotated[int, Field(ge=1, le=31)] = 1
    monthly_week: Literal[-1, 1, 2, 3, 4] | None = None
    monthly_week_day: Annotated[int, Field(ge=1, le=7)] | None = None
    end_times: Annotated[int, Field(ge=1, le=60)] | None = None
    end_date_time: ZoomTime | None = None


class SessionSettings(Body):
    """The ``settings`` that meetings and webinars have in common, with Zoom's defaults."""

    allow_multiple_devices: bool = True
    alternative_hosts: str = ""
    approval_type: Literal[0, 1, 2] = 2
    audio: Literal["both", "telephony", "voip", "thirdParty"] = "both"
    authentication_domains: str = ""
    authentication_option: str = ""
    auto_recording: Literal["local", "cloud", "none"] = "none"
    close_registration: bool = False
    contact_email: str = ""
    contact_name: str = ""
    email_in_attendee_report: bool = False
    host_video: bool = False
    meeting_authentication: bool = False
    registrants_confirmation_email: bool = True
    registrants_email_notification: bool = True
    registration_type: Literal[1, 2, 3] = 1
    show_join_info: bool = False
    show_share_button: bool = False


class MeetingSettings(SessionSettings):
    """The ``settings`` of a meeting."""

    alternative_hosts_email_notification: bool = True
    authentication_exception: list[AuthenticationException] = Field(default_factory=list)
    calendar_type: Literal[1, 2] = 1
    email_notification: bool = True
    jbh_time: Literal[0, 5, 10, 15] = 0
    join_before_host: bool = False
    meeting_invitees: list[Invitee] = Field(default_factory=list)
    mute_upon_entry: bool = False
    participant_video: bool = False
    private_meeting: bool = False
    push_change_to_calendar: bool = False
    use_pmi: bool = False
    waiting_room: bool = False
    watermark: bool = False


class Mailing(Body):
    """An e-mail that Zoom sends by itself, and when; 0 is never."""

    enable: bool = False
    type: Annotated[int, Field(ge=0, le=7)] = 0


class WebinarSettings(SessionSettings):
    """The ``settings`` of a webinar."""

    attendees_and_panelists_reminder_email_notification: Mailing = Field(default_factory=Mailing)
    email_language: str = "en-US"
    follow_up_absentees_email_notification: Mailing = Field(default_factory=Mailing)
    follow_up_attendees_email_notification: Mailing = Field(default_factory=Mailing)
    hd_video: bool = False
    on_demand: bool = False
    panelist_authentication: bool = False
    panelists_invitation_email_notification: bool = True
    panelists_video: bool = False
    practice_session: bool = False
    registrants_restrict_number: Annotated[int, Field(ge=0, le=20_000)] = 0


class UpdatedWebinarSettings(WebinarSettings):
    """The ``settings`` of a change of a webinar; that registrants are told holds for it alone."""

    notify_registrants: bool = False


class SessionFields(Body):
    """What the bodies of meetings and webinars have in common. Nothing is required."""

    topic: Annotated[str, Field(max_length=200)] = ""
    agenda: Annotated[str, Field(max_length=2000)] = ""
    type: int = 0
    start_time: ZoomTime | None = None
    duration: Annotated[int, Field(ge=1, le=1440)] = 60
    timezone: Timezone | None = None
    schedule_for: str | None = None
    recurrence: Recurrence | None = None
    tracking_fields: list[TrackingField] = Field(default_factory=list)
    password: Annotated[str, Field(max_length=10)] = ""
    settings: SessionSettings = Field(default_factory=SessionSettings)

    @property
    def wants_password(self) -> bool:
        """Whether Zoom makes a password where none is given."""
        return True

    def invited(self) -> list[str]:
        """The addresses of the people that Zoom is to invite."""
        return []


class MeetingFields(SessionFields):
    """The body of an update or create of a meeting."""

    topic: Annotated[str, Field(max_length=200)] = "Zoom Meeting"
    type: Literal[1, 2, 3, 8, 10] = 2
    settings: MeetingSettings = Field(default_factory=MeetingSettings)

    @override
    def invited(self) -> list[str]:
        return [invitee.email for invitee in self.settings.meeting_invitees]


class CreateMeeting(MeetingFields):
    """The body of a create."""

    default_password: bool = True

    @property
    @override
    def wants_password(self) -> bool:
        return self.default_password


class UpdateMeeting(MeetingFields):
    """The body of an update; its password takes fewer characters than that of a create."""

    password: Annotated[str, StringConstraints(max_length=10, pattern=r"^[A-Za-z0-9@_*-]*$")] = ""


class WebinarFields(SessionFields):
    """The body of an update or create of a webinar."""

    topic: Annotated[str, Field(max_length=200)] = "Zoom Webinar"
    type: Literal[5, 6, 9] = 5
    settings: WebinarSettings = Field(default_factory=WebinarSettings)


class CreateWebinar(WebinarFields):
    """The body of a create."""

    default_passcode: bool = True

    @property
    @override
    def wants_password(self) -> bool:
        return self.default_passcode


class UpdateWebinar(WebinarFields):
    """The body of an update; its password takes fewer characters than that of a create."""

    settings: UpdatedWebinarSettings = Field(default_factory=UpdatedWebinarSettings)
    password: Annotated[str, StringConstraints(max_length=10, pattern=r"^[A-Za-z0-9@_*!-]*$")] = ""


class SessionStatus(Body):
    """What becomes of a session; webinars can only be ended."""

    action: Literal["end", "recover"]


class MeetingStatus(SessionStatus):
    """The body of a change of a meeting's status."""


class WebinarStatus(SessionStatus):
    """The body of a change of a webinar's status."""

    action: Literal["end"]
