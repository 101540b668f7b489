"""Has moto's Step Functions make once what it makes anew at every execution, or at every task.

To read a definition takes moto about half a second, to make the client by which a task calls its
function a tenth, and to read where a state's result goes a millisecond. What a definition is read
into is the same for every execution: what an execution remembers is in its environment. Seen in
moto 5.2.5.
"""

from functools import lru_cache
from typing import Any

from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser

_read = lru_cache(maxsize=16)(AmazonStateLanguageParser.parse)
_read_path = lru_cache(maxsize=64)(result_path.parse)
_make_client = lambda_eval_utils.boto_client_for


def install() -> None:
    """Has moto keep what it makes, in this process."""
    AmazonStateLanguageParser.parse = staticmethod(_read)
    result_path.parse = _read_path
    lambda_eval_utils.boto_client_for = _client_for


def _client_for(region: str, service: str, state_credentials: object = None) -> Any:  # noqa: ANN401
    """A client; moto makes all with the same credentials, whatever a state's are."""
    del state_credentials
    return _kept_client(region, service)


@lru_cache(maxsize=16)
def _kept_client(region: str, service: str) -> Any:  # noqa: ANN401 (it is of any service)
    return _make_client(region=region, service=service)
