"""What runs the processes of functions: this environment's Python, or one with nothing of it."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Runtime:
    """What Lambda brings to a function: an interpreter, and modules of its own.

    Attributes:
        python: The interpreter, with its options.
        packages: Folders of modules that are found after the function's own and its layers'.
        client: The module that asks for invocations, and is given the handler.
    """

    python: tuple[str, ...] = (sys.executable,)
    packages: tuple[Path, ...] = ()
    client: str = "awslambdaric"

    @classmethod
    def bare(cls, interpreter: str, *packages: Path, client: str = "awslambdaric") -> "Runtime":
        """A runtime without the packages that are installed beside its interpreter.

        It also writes no bytecode, as Lambda's processes cannot.
        """
        return cls((interpreter, "-B", "-S", "-s"), packages, client)


THIS_ENVIRONMENT = Runtime()
"""The virtual environment, in which the packages of the layers are installed."""
