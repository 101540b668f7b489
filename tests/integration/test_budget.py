"""The shared budget: places in seconds, days and hosts, taken one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws

from lectern.domain.errors import LimitScope, ZoomDailyLimit, ZoomRateLimited, ZoomSlotReserved
from lectern.domain.limits.budget import PER_SECOND, Lane, ObservedRate, Plan, Reservation, slots
from lectern.store.budget import BudgetStore
from lectern.store.table import Table
from lectern.zoom import operations as zoom
from lectern.zoom.rate_limiter import PATIENCE_SECONDS, RateLimiter, Reservations, Slot
from lectern_testing.table import make_table

HEAVY = zoom.MEETINGS.batch_registrants
START = datetime(2026, 11, 30, 9, 0, 0, 100_000, tzinfo=UTC)


class Clock:
    """Time that passes only where it is slept."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Account:
    """A budget with its clock and counters."""

    def __init__(self, at: datetime = START, plan: Plan = Plan.PRO) -> None:
        client = boto3.client("dynamodb")
        self.clock = Clock(at)
        self.store = BudgetStore(Table(client, make_table(client)))
        self.budget = RateLimiter(
            "default", self.store, lambda: plan, self.clock.now, self.clock.sleep
        )

    def slot(self, lane: Lane = Lane.EDIT, reservations: Reservations | None = None) -> Slot:
        """The next place of a heavy call, waited for."""
        return self.budget.wait_for_slot(HEAVY, lane, PATIENCE_SECONDS, reservations)

    def reservation(self, lane: Lane = Lane.EDIT) -> datetime:
        """When the next heavy call may be made."""
        self.slot(lane)
        return self.clock.at

    def observed_rate(self, rate_class: str = "heavy") -> ObservedRate:
        return self.store.observed_rate("default", rate_class, self.clock.at)


@pytest.fixture
def new_account() -> Iterator[Account]:
    with mock_aws():
        yield Account()


@pytest.fixture
def account(new_account: Account) -> Account:
    """An account that is known to take what its plan allows."""
    for rate_class, limit in PER_SECOND[Plan.PRO].items():
        new_account.store.prove("default", rate_class, limit, START)
    return new_account


def in_second(n: int) -> datetime:
    """The whole second that is ``n`` after the start's."""
    return START.replace(microsecond=0) + timedelta(seconds=n)


def share(n: int, lane: Lane = Lane.EDIT) -> int:
    """How many of Pro's ten heavy calls a lane may see taken of a second."""
    return slots(10, lane, in_second(n))


def test_a_second_takes_what_its_lane_may_use_and_no_more(account: Account) -> None:
    reservations = Counter(account.reservation().replace(microsecond=0) for _ in range(25))

    assert reservations[in_second(0)] == share(0)
    assert reservations[in_second(1)] == share(1)
    assert share(0) + share(1) == 19


def test_a_join_click_finds_room_that_edits_left(account: Account) -> None:
    account.clock.at = next(in_second(n) for n in (0, 1) if share(n) == 9)
    for _ in range(9):
        account.reservation()
    before = account.clock.at

    assert account.reservation(Lane.JOIN) == before
    assert account.reservation() > before


def test_what_does_not_fit_into_two_seconds_is_handed_back(account: Account) -> None:
    now = account.clock.at
    for _ in range(share(0) + share(1) + share(2)):
        account.slot()
        account.clock.at = now
    with pytest.raises(ZoomRateLimited):
        account.reservation()


def test_the_end_of_a_second_is_left_free(account: Account) -> None:
    account.clock.at = START.replace(microsecond=990_000)

    assert account.reservation() == START.replace(microsecond=0) + timedelta(seconds=1)


class TestWhoCanComeBack:
    @pytest.fixture
    def busy(self, account: Account) -> Account:
        """An account of which edits have taken the next ten seconds."""
        self.take_all(account, 10)
        return account

    def take_all(self, account: Account, seconds: int) -> None:
        for n in range(seconds):
            self.take(account, in_second(n), share(n))

    def take(self, account: Account, second: datetime, count: int) -> None:
        for _ in range(count):
            account.store.take_second("default", second, "heavy", 10)

    def sent_away(self, account: Account, *, begun: bool = True) -> Reservation:
        with pytest.raises(ZoomSlotReserved) as later:
            account.slot(reservations=Reservations(begun=begun))
        return Reservation.model_validate_json(str(later.value))

    def test_is_told_when_it_is_its_turn(self, busy: Account) -> None:
        reservation = self.sent_away(busy)

        assert (reservation.rate_class, reservation.at, reservation.wake_at) == (
            "heavy",
            in_second(10),
            in_second(9),
        )
        assert busy.clock.at == START

    def test_has_the_place_then_though_others_came(self, busy: Account) -> None:
        reservation = self.sent_away(busy)
        self.take(busy, reservation.at, share(10) - 1)

        busy.clock.at = reservation.wake_at
        busy.slot(reservations=Reservations(reservation))

        assert busy.clock.at == reservation.at

    def test_is_in_a_line(self, busy: Account) -> None:
        reservations = [self.sent_away(busy) for _ in range(25)]

        seconds = Counter((reservation.at - in_second(0)).seconds for reservation in reservations)
        assert seconds == {10: share(10), 11: share(11), 12: 25 - 19}

    def test_has_one_call_for_one_place(self, busy: Account) -> None:
        reservation = self.sent_away(busy)
        self.take(busy, reservation.at, share(10) - 1)
        busy.clock.at, reservations = reservation.wake_at, Reservations(reservation)
        busy.slot(reservations=reservations)

        assert busy.slot(reservations=reservations).second == in_second(11)

    @pytest.mark.parametrize("late", [1, 60])
    def test_who_comes_too_late_takes_another_place(self, busy: Account, late: int) -> None:
        reservation = self.sent_away(busy)
        busy.clock.at = reservation.at + timedelta(seconds=late)

        assert busy.slot(reservations=Reservations(reservation)).second == busy.clock.at

    def test_a_place_of_another_class_is_none(self, busy: Account) -> None:
        light = Reservation(rate_class="light", at=START, number=1, wake_at=START)

        with pytest.raises(ZoomSlotReserved):
            busy.slot(reservations=Reservations(light))

    def test_a_place_that_zoom_has_not_after_all_is_none(self, busy: Account) -> None:
        reservation = self.sent_away(busy)
        busy.store.slow_down("default", "heavy", 1, START + timedelta(minutes=10))
        self.take(busy, reservation.at, 1)
        busy.clock.at = reservation.wake_at

        slot = busy.slot(reservations=Reservations(reservation.model_copy(update={"number": 2})))

        assert (slot.second, slot.number) == (in_second(11), 1)

    def test_what_has_not_begun_is_not_sent_far_but_asks_again_in_line(self, busy: Account) -> None:
        reservations = [self.sent_away(busy, begun=False) for _ in range(20)]

        assert {reservation.rate_class for reservation in reservations} == {None}
        seconds = Counter(
            (reservation.wake_at - in_second(0)).seconds for reservation in reservations
        )
        assert seconds == {3: share(3), 4: share(4), 5: 1}

    def test_what_has_begun_goes_before_what_has_not(self, account: Account) -> None:
        self.take_all(account, 3)

        first, second = self.sent_away(account, begun=False), self.sent_away(account, begun=True)

        assert first.rate_class is None
        assert (second.rate_class, second.at) == ("heavy", in_second(3))

    def test_brings_back_what_it_knows_and_that_it_has_begun(self, busy: Account) -> None:
        busy.clock.at = in_second(10)
        reservations = Reservations()
        busy.slot(reservations=reservations)
        reservations.known["host"] = "h-1"
        busy.clock.at = START
        with pytest.raises(ZoomSlotReserved) as later:
            busy.slot(reservations=reservations)

        reservation = Reservation.model_validate_json(str(later.value))
        assert (reservation.begun, reservation.known) == (True, {"host": "h-1"})
        assert Reservations(reservation).known == {"host": "h-1"}

    def test_asks_again_in_a_minute_where_all_of_it_is_taken(self, account: Account) -> None:
        self.take_all(account, 60)

        reservation = self.sent_away(account)

        assert (reservation.rate_class, reservation.wake_at) == (None, in_second(59))

    def test_is_not_sent_away_without_end_where_zoom_refuses_whatever_had_a_place(
        self, busy: Account
    ) -> None:
        reservations, told = Reservations(begun=True), []
        for _ in range(5):
            reservations.note(refused=True)
            with pytest.raises(ZoomRateLimited) as caught:
                busy.slot(reservations=reservations)
            told.append(caught.type)
            if isinstance(caught.value, ZoomSlotReserved):
                reservations = Reservations(caught.value.reservation)

        assert told == [*[ZoomSlotReserved] * 3, ZoomRateLimited, ZoomRateLimited]

    def test_begins_anew_once_zoom_takes_a_call(self, busy: Account) -> None:
        reservations = Reservations(begun=True)
        for refused in (True, True, True, False, True):
            reservations.note(refused=refused)

        with pytest.raises(ZoomSlotReserved):
            busy.slot(reservations=reservations)

    def test_a_click_goes_before_the_line(self, busy: Account) -> None:
        waited = {busy.reservation(Lane.JOIN) for _ in range(2)}

        assert max(waited) - START < timedelta(seconds=PATIENCE_SECONDS)


class TestPace:
    """How fast Zoom is called is found out from below."""

    def test_calls_one_after_the_other_are_never_held_up(self, new_account: Account) -> None:
        for _ in range(9):
            slot = new_account.slot()
            assert new_account.clock.at == START
            new_account.budget.prove(HEAVY, slot)

    def test_calls_at_once_are_few_until_zoom_has_taken_them(self, new_account: Account) -> None:
        slots = [new_account.slot() for _ in range(2)]
        assert new_account.clock.at == START

        new_account.slot()
        assert new_account.clock.at > START

        for slot in slots:
            new_account.budget.prove(HEAVY, slot)
        assert new_account.observed_rate().proven == 2

    def test_a_click_does_not_wait_until_zoom_is_known(self, new_account: Account) -> None:
        for _ in range(10):
            new_account.slot(Lane.JOIN)

        assert new_account.clock.at == START

    def test_a_limit_that_zoom_names_is_kept_to_for_some_minutes(self, account: Account) -> None:
        for _ in range(5):
            slot = account.slot()
        account.budget.learn(HEAVY, slot, said=4)

        reservations = Counter(account.reservation().replace(microsecond=0) for _ in range(9))
        assert reservations[START.replace(microsecond=0)] == 0
        assert max(reservations.values()) == 4

        account.clock.at += timedelta(minutes=11)
        assert account.observed_rate() == ObservedRate(proven=4, most=None)

    def test_where_others_use_the_account_it_is_called_less(self, account: Account) -> None:
        for _ in range(5):
            slot = account.slot()
        account.budget.learn(HEAVY, slot, said=10)

        assert account.observed_rate() == ObservedRate(proven=4, most=4)
        account.clock.at += timedelta(minutes=6)
        assert account.observed_rate() == ObservedRate(proven=4, most=None)

    def test_a_lower_plan_is_lower_in_every_class(self, new_account: Account) -> None:
        slots = [new_account.slot() for _ in range(2)]
        new_account.budget.learn(HEAVY, slots[-1], said=1)

        assert new_account.observed_rate("heavy").most == 1
        assert new_account.observed_rate("medium").most == 2
        assert new_account.observed_rate("light").most == 3

    def test_what_zoom_took_before_is_believed_rather(self, new_account: Account) -> None:
        new_account.store.prove("default", "light", 20, START)
        slots = [new_account.slot() for _ in range(2)]
        new_account.budget.learn(HEAVY, slots[-1], said=1)

        assert new_account.observed_rate("light") == ObservedRate(proven=20, most=20)

    def test_what_was_let_through_before_a_refusal_proves_nothing(
        self, new_account: Account
    ) -> None:
        slots = [new_account.slot(Lane.JOIN) for _ in range(5)]
        new_account.budget.learn(HEAVY, slots[-1], said=2)
        new_account.budget.prove(HEAVY, slots[3])

        assert new_account.observed_rate() == ObservedRate(proven=2, most=2)

    def test_of_one_call_a_second_a_click_has_each_twentieth(self, account: Account) -> None:
        account.store.slow_down("default", "heavy", 1, START + timedelta(minutes=10))
        seconds = {account.reservation().replace(microsecond=0) for _ in range(19)}
        [free] = {in_second(n) for n in range(20)} - seconds

        account.clock.at = free
        assert account.reservation(Lane.JOIN) == free

    def test_whoever_waits_while_it_is_found_out_asks_again_at_once(
        self, new_account: Account
    ) -> None:
        for n in range(3):
            new_account.store.take_second("default", in_second(n), "heavy", 2)
        new_account.store.take_second("default", in_second(0), "heavy", 2)

        with pytest.raises(ZoomSlotReserved) as later:
            new_account.slot(reservations=Reservations(begun=True))

        assert later.value.reservation.rate_class is None
        assert later.value.reservation.wake_at == in_second(1)


def test_the_hundred_and_first_change_of_a_host_waits_for_midnight(account: Account) -> None:
    for _ in range(100):
        account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")

    with pytest.raises(ZoomDailyLimit) as caught:
        account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")

    assert caught.value.scope is LimitScope.HOST
    assert caught.value.resume_at == datetime(2026, 12, 1, tzinfo=UTC)
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-2")
    account.clock.at = caught.value.resume_at
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")


def test_sweeps_leave_some_of_a_hosts_hundred_to_people(account: Account) -> None:
    for _ in range(70):
        account.budget.take(zoom.MEETINGS.update, Lane.BACKGROUND, "h-1")
    with pytest.raises(ZoomDailyLimit):
        account.budget.take(zoom.MEETINGS.update, Lane.BACKGROUND, "h-1")

    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")


def test_a_day_of_heavy_calls_ends(account: Account) -> None:
    for _ in range(3):
        account.store.take_day("default", START, "heavy", None)
    assert not account.store.take_day("default", START, "heavy", 3)
    assert account.store.take_day("default", START + timedelta(days=1), "heavy", 3)


def test_the_use_of_a_day_is_told_by_class_and_host(account: Account) -> None:
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")
    account.budget.take(zoom.MEETINGS.update, Lane.EDIT, "h-1")
    account.budget.take(zoom.MEETINGS.batch_registrants, Lane.EDIT, None)

    used = account.store.used_on("default", START)

    assert used.classes == {"light": 2, "heavy": 1}
    assert used.hosts == {"h-1": 2}
    assert account.store.used_on("default", START + timedelta(days=1)).hosts == {}
