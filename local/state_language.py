"""Has moto's Step Functions read each state machine's definition once, not at every execution.

Reading it takes moto about half a second. What it reads into is the same for every execution: what
an execution remembers is in its environment.
"""

from functools import lru_cache

from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

_read = lru_cache(maxsize=16)(AmazonStateLanguageParser.parse)


def install() -> None:
    """Has moto keep what it reads, in this process."""
    AmazonStateLanguageParser.parse = staticmethod(_read)
