"""AWS's signature of a request (version 4), of POSTs of JSON to a root.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Signer:
    """Signs requests to one service.

    Attributes:
        token: Of credentials for a while, as functions have; ``None`` with lasting ones.
    """

    service: str
    region: str
    key_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)

    def signed(self, headers: Mapping[str, str], body: bytes, now: float) -> dict[str, str]:
        """The headers of a request, with what shows who sends it.

        Args:
            headers: With small letters; ``host`` is one of them.
            body: What is POSTed.
            now: Epoch seconds.
        """
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
        told = {**headers, "x-amz-date": at}
        if self.token:
            told["x-amz-security-token"] = self.token
        names = ";".join(sorted(told))
        lines = [f"{name}:{told[name]}" for name in sorted(told)]
        request = "\n".join(["POST", "/", "", *lines, "", names, _sha256(body)])
        scope = f"{at[:8]}/{self.region}/{self.service}/aws4_request"
        to_sign = "\n".join([_ALGORITHM, at, scope, _sha256(request.encode())])
        signature = hmac.new(self._key(scope), to_sign.encode(), hashlib.sha256).hexdigest()
        credential = f"Credential={self.key_id}/{scope}"
        proof = f"{_ALGORITHM} {credential}, SignedHeaders={names}, Signature={signature}"
        return {**told, "authorization": proof}

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
