"""Has others judge what CloudFormation is given: the template as SAM translates it.

`sam validate --lint` sees the template as it is written, with state machines in files of their own.
Here they are in it, so that cfn-lint judges their states (E3601) and every policy, those that SAM
writes included (E3510, W3037). checkov judges how safely each resource is set up, and parliament
whether each action of a policy goes with its resource. These two are in `.venv-lint`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.template import REGION, ROOT, load, translate

JUDGES = ROOT / ".venv-lint" / "bin"

_IGNORED = {
    "W1032": "the stream of a restored table has no value as long as none is given",
    "W2001": "SAM has put in the values of parameters that only it reads",
}
NOT_WANTED = {
    "CKV_AWS_18": "what is put aside is written and read by Lectern's own functions alone",
    "CKV_AWS_21": "what is put aside is written once, and goes after two weeks",
    "CKV_AWS_27": "queues are encrypted by SQS's own key, which this rule does not know",
    "CKV_AWS_73": "a trace of the stage would hold the path, and with it join links",
    "CKV_AWS_76": "so would an access log",
    "CKV_AWS_115": "reserved where one flood would starve another kind of work, by parameters",
    "CKV_AWS_116": "what calls a function in the background has dead letters: schedules, mappings",
    "CKV_AWS_117": "nothing that Lectern calls is in a VPC; a way out of one would cost",
    "CKV_AWS_119": "encrypted by AWS's own key; one more is paid for and can be lost with the data",
    "CKV_AWS_120": "an answer is one person's, or is to be as it is now",
    "CKV_AWS_149": "encrypted by AWS's own key, as the table is",
    "CKV_AWS_158": "logs have ids, counts and codes, and nothing of people or secrets",
    "CKV_AWS_173": "variables have no secrets: digests of keys, addresses, names of resources",
}
"""What checkov asks for, and why it is not done."""
_DIGEST = "0" * 64


def translated() -> dict[str, Any]:
    """The translated template, with each state machine as one text."""
    template, _ = translate({"ApiKeyHashes": _DIGEST})
    for resource in template["Resources"].values():
        definition = resource.get("Properties", {}).get("DefinitionString")
        if isinstance(definition, dict):
            # SAM writes a line for each line; cfn-lint would take them apart one within the other.
            separator, lines = definition["Fn::Join"]
            # cfn-lint knows functions of one partition alone.
            text = separator.join(lines).replace("${Partition}", "aws")
            resource["Properties"]["DefinitionString"] = text
    return template


def findings(template: dict[str, Any]) -> list[str]:
    """What cfn-lint finds, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder) / "translated.json", template)
        command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", REGION]
        command += ["--format", "parseable", "--ignore-checks", *_IGNORED, "--", str(file)]
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        said = found.stdout.replace(f"{file}:", "translated template:").splitlines()
    return said if said or found.returncode == 0 else [found.stderr]


def unsafe(template: dict[str, Any]) -> dict[str, set[str]]:
    """What checkov finds: the rules that are broken, each with the resources that break it."""
    with tempfile.TemporaryDirectory() as folder:
        file = _written(Path(folder) / "translated.json", template)
        how = ["--framework", "cloudformation", "--skip-download", "--quiet", "--output", "json"]
        said = _asked("checkov", "--file", str(file), *how)
    found: dict[str, set[str]] = {}
    for each in json.loads(said)["results"]["failed_checks"]:
        name = f"{each['check_id']} {each['check_name']}"
        found.setdefault(name, set()).add(each["resource"].rpartition(".")[2])
    return found


def unwanted(found: dict[str, set[str]]) -> list[str]:
    """What of that is not explained, a line each."""
    rest = {name: who for name, who in found.items() if name.split()[0] not in NOT_WANTED}
    return [f"{name}: {', '.join(sorted(who))}" for name, who in rest.items()]


def policies() -> dict[str, Any]:
    """The policies of all roles, by name."""
    return {
        f"{role}.{policy['PolicyName']}": policy["PolicyDocument"]
        for role, properties in load({"ApiKeyHashes": _DIGEST}, "http://aws")
        .of_type("AWS::IAM::Role")
        .items()
        for policy in properties.get("Policies", [])
    }


def mismatched(documents: dict[str, Any]) -> list[str]:
    """What parliament finds in policies, a line each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, document in documents.items():
            _written(Path(folder) / f"{name}.json", document)
        how = ["--include_policy_extension", "json", "--json"]
        said = _asked("parliament", "--directory", folder, *how)
        found = [json.loads(line) for line in said.splitlines()]
    return [
        f"{Path(each['location']['filepath']).stem}: {each['title']}: {each['detail']}"
        for each in found
    ]


def _asked(judge: str, *arguments: str) -> str:
    """What one of `.venv-lint` says, which finds something or not.

    Raises:
        RuntimeError: It could not judge.
    """
    done = subprocess.run(
        [str(JUDGES / judge), *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", ""), "LOG_LEVEL": "ERROR", "PYTHONWARNINGS": "ignore"},
    )
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return done.stdout


def _written(file: Path, content: dict[str, Any]) -> Path:
    file.write_text(json.dumps(content, indent=1), encoding="utf-8")
    return file


def main() -> int:
    """Prints what is found; 1 if anything is."""
    template = translated()
    found = [*findings(template), *unwanted(unsafe(template)), *mismatched(policies())]
    print("\n".join(found) or "The translated template, its state machines and policies are good.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
