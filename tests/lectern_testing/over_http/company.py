"""Scenarios by name, and who plays them: many side by side in one cloud, some with it alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from lectern.domain.meeting import Kind
from lectern_testing.over_http.scenario import Play
from local.cloud import LocalCloud

MEETING, WEBINAR = Kind.MEETING, Kind.WEBINAR

_SIDE_BY_SIDE = 16
"""Most of a scenario is waiting; what is at work at once is for the machine to say."""

Cases = Sequence[Any] | Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Scenario:
    """Something that happened to somebody, and what is to be seen then.

    Attributes:
        name: What pytest calls it.
        kind: What the event is.
        plays: Does it, and looks.
        case: What is this scenario's own among those of the same function.
        takes_long: Whether it waits for a pause of the workflow, and so goes first.
        alone: Whether it changes what all share, and so comes when all others have ended.
    """

    name: str
    kind: Kind
    plays: Callable[..., None]
    case: Mapping[str, Any] = field(default_factory=dict)
    takes_long: bool = False
    alone: bool = False


SCENARIOS: list[Scenario] = []
"""All scenarios, in the order in which they are written."""


def scenario(
    *kinds: Kind, takes_long: bool = False, alone: bool = False, **cases: Cases
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes scenarios of a function: one for each kind and each combination of cases.

    Args:
        kinds: The kinds; a meeting if there are none.
        takes_long: See ``Scenario``.
        alone: See ``Scenario``.
        cases: For each parameter of the function its values, with names or without.
    """

    def register(plays: Callable[..., None]) -> Callable[..., None]:
        for kind in kinds or (MEETING,):
            for chosen in product(*(_named(values) for values in cases.values())):
                labels = [kind.value, *(label for label, _ in chosen)]
                case = {name: value for name, (_, value) in zip(cases, chosen, strict=True)}
                name = f"{plays.__name__}[{', '.join(labels)}]"
                SCENARIOS.append(Scenario(name, kind, plays, case, takes_long, alone))
        return plays

    return register


def _named(values: Cases) -> Iterable[tuple[str, Any]]:
    if isinstance(values, Mapping):
        return values.items()
    return [(str(value), value) for value in values]


class Company:
    """Plays scenarios in a cloud.

    Args:
        cloud: The cloud.
        scenarios: What to play.
    """

    def __init__(self, cloud: LocalCloud, scenarios: Iterable[Scenario]) -> None:
        chosen = sorted(scenarios, key=lambda each: not each.takes_long)
        self._cloud = cloud
        self._together = ThreadPoolExecutor(_SIDE_BY_SIDE)
        self._alone = ThreadPoolExecutor(1)
        self._played: dict[Scenario, Future[None]] = {
            each: self._together.submit(self._play, each) for each in chosen if not each.alone
        }
        before = list(self._played.values())
        for each in sorted((each for each in chosen if each.alone), key=SCENARIOS.index):
            self._played[each] = self._alone.submit(self._play_after, before, each)

    def show(self, scenario: Scenario) -> None:
        """Waits until a scenario was played.

        Raises:
            AssertionError: What was to be seen was not.
        """
        self._played[scenario].result()

    def close(self) -> None:
        """Ends once what is being played has ended."""
        for pool in (self._together, self._alone):
            pool.shutdown(cancel_futures=True)

    def _play_after(self, others: list[Future[None]], scenario: Scenario) -> None:
        wait(others)
        self._play(scenario)

    def _play(self, scenario: Scenario) -> None:
        play = Play(self._cloud, scenario.kind)
        try:
            scenario.plays(play, **scenario.case)
            play.leave_no_mess()
        except Exception as error:
            raise AssertionError(f"{error}\n\n{play.story()}") from error
