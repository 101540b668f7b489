"""New API keys, and those of the local cloud."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from local.keys import LOCAL_KEYS, PARAMETERS, local_parameters, main
from local.template import ROOT
from local.yaml_files import read_yaml

DECLARED = read_yaml((Path(ROOT) / "template.yaml").read_text(encoding="utf-8"))["Parameters"]


@pytest.mark.parametrize("role", PARAMETERS)
def test_a_new_key_is_printed_with_the_digest_that_is_deployed(
    role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([role]) == 0
    told = dict(line.split() for line in capsys.readouterr().out.splitlines())

    assert re.fullmatch(rf"lectern_{role}_[\w-]{{43}}", told["key"])
    assert told["digest"] == hashlib.sha256(told["key"].encode()).hexdigest()
    assert told["parameter"] == PARAMETERS[role]
    assert re.fullmatch(DECLARED[told["parameter"]]["AllowedPattern"], told["digest"])


def test_no_two_keys_are_one(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        main(["lms"])
    keys = re.findall(r"lectern_lms_\S+", capsys.readouterr().out)
    assert len(set(keys)) == 2


@pytest.mark.parametrize("arguments", [[], ["root"], ["lms", "read"]])
def test_without_a_role_there_is_no_key(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "ROLE=" in capsys.readouterr().err


@pytest.mark.parametrize("name", PARAMETERS.values())
def test_up_to_five_keys_of_a_role_can_be_valid_at_once(name: str) -> None:
    digest, pattern = "0" * 64, DECLARED[name]["AllowedPattern"]
    assert re.fullmatch(pattern, ",".join([digest] * 5))
    for wrong in ("0" * 63, digest.replace("0", "A"), f"{digest},", ",".join([digest] * 6)):
        assert not re.fullmatch(pattern, wrong)


def test_a_stack_without_an_administrator_s_key_is_refused() -> None:
    assert "Default" not in DECLARED["ApiKeyHashes"]
    assert not re.fullmatch(DECLARED["ApiKeyHashes"]["AllowedPattern"], "")
    assert re.fullmatch(
        DECLARED["LmsKeyHashes"]["AllowedPattern"], DECLARED["LmsKeyHashes"]["Default"]
    )


def test_the_local_cloud_has_a_key_for_each_role() -> None:
    assert LOCAL_KEYS.keys() == PARAMETERS.keys()
    assert local_parameters()["ReadKeyHashes"] == hashlib.sha256(b"local-read-key").hexdigest()
