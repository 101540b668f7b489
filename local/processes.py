"""The processes that the local cloud starts, and what they print."""

import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_CHILD = Path(__file__).with_name("child.py")
_GOODBYE_SECONDS = 3


class Logs:
    """The last lines that each process printed."""

    def __init__(self, lines: int = 5000) -> None:
        self._lines: dict[str, deque[str]] = {}
        self._limit = lines

    def add(self, source: str, line: str) -> None:
        """Keeps a line, and forgets the oldest one if there are too many."""
        self._lines.setdefault(source, deque(maxlen=self._limit)).append(line)

    def last(self, count: int) -> dict[str, list[str]]:
        """The last lines of each source."""
        return {source: list(lines)[-count:] for source, lines in sorted(self._lines.items())}


class Process:
    """A module that runs in a process of its own, and ends with this one.

    Args:
        arguments: the module and its arguments.
        environment: all of its environment variables.
        folder: its working directory, first on its path.
        output: is given each line that it prints.
        ended: is called once it is no more.
        python: the interpreter, with its options.
    """

    def __init__(
        self,
        arguments: list[str],
        environment: Mapping[str, str],
        folder: Path,
        output: Callable[[str], None],
        ended: Callable[[int], None] = lambda _: None,
        *,
        python: Sequence[str] = (sys.executable,),
    ) -> None:
        self._process = subprocess.Popen(
            [*python, str(_CHILD), *arguments],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the parent, which then ends the children
        )
        threading.Thread(target=self._watch, args=(output, ended), daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Ends it at once."""
        self._process.kill()
        self._process.wait()

    def say_goodbye(self) -> None:
        """Lets it end; `stop` waits for that."""
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def stop(self) -> None:
        """Ends it, by force if need be."""
        self.say_goodbye()
        try:
            self._process.wait(_GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def _watch(self, output: Callable[[str], None], ended: Callable[[int], None]) -> None:
        if self._process.stdout:
            with self._process.stdout as lines:
                for line in lines:
                    output(line.decode(errors="replace").rstrip("\n"))
        status = self._process.wait()
        self.say_goodbye()  # closes what is left of the way to it
        ended(status)
