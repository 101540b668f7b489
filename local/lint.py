"""Has cfn-lint judge what CloudFormation is given: the template as SAM translates it.

`sam validate --lint` sees the template as it is written, with state machines in files of their own.
Here they are in it, so that their states are judged (E3601), and every policy is, those that SAM
writes included (E3510, W3037).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.template import REGION, translate

_IGNORED = {
    "W1032": "the stream of a restored table has no value as long as none is given",
    "W2001": "SAM has put in the values of parameters that only it reads",
}
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
        file = Path(folder) / "translated.json"
        file.write_text(json.dumps(template, indent=1), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("cfn-lint")), "--regions", REGION]
        command += ["--format", "parseable", "--ignore-checks", *_IGNORED, "--", str(file)]
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        said = found.stdout.replace(f"{file}:", "translated template:").splitlines()
    return said if said or found.returncode == 0 else [found.stderr]


def main() -> int:
    """Prints what is found; 1 if anything is."""
    found = findings(translated())
    print("\n".join(found) or "The translated template, its state machines and policies are good.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
