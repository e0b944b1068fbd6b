"""Check a FOCUS 1.0 export with the official validator, in an environment of its own: it needs old libraries.

    python tests/focus_check.py export.csv

Version 1.0.0 of the validator asks for five columns by the names that they had before FOCUS 1.0 was published
(Provider, Publisher, InvoiceIssuer, ResourceID, ChargeType). It is given a copy of the export that has them beside the
specification's own; its list of currencies is only found from the folder that it is installed in.
"""

import csv
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

OLD_NAMES = {
    "Provider": "ProviderName",
    "Publisher": "PublisherName",
    "InvoiceIssuer": "InvoiceIssuerName",
    "ResourceID": "ResourceId",
    "ChargeType": "ChargeCategory",
}
NEEDED = ("focus-validator==1.0.0", "multimethod<2")
FOLDER = Path(os.environ.get("FOCUS_ENVIRONMENT", "var/focus-validator")).resolve()


def validator() -> Path:
    """The validator, installed when it is not there."""
    program = FOLDER / "bin" / "focus-validator"
    if not program.is_file():
        venv.create(FOLDER, with_pip=True)
        subprocess.run([FOLDER / "bin" / "pip", "install", "--quiet", *NEEDED], check=True)
    return program


def with_old_names(export: Path, copy: Path) -> None:
    """The export with the columns that the validator looks for under older names."""
    with export.open(encoding="utf-8", newline="") as given, copy.open("w", encoding="utf-8", newline="") as written:
        rows = csv.DictReader(given)
        writer = csv.DictWriter(written, [*(rows.fieldnames or ()), *OLD_NAMES])
        writer.writeheader()
        for row in rows:
            writer.writerow(row | {old: row[name] for old, name in OLD_NAMES.items()})


def main(arguments: list[str]) -> int:
    """The validator's exit code."""
    if len(arguments) != 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    program = validator()
    (site,) = FOLDER.glob("lib/python*/site-packages")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "export.csv"
        with_old_names(Path(arguments[0]), copy)
        command = [program, "--data-file", copy, "--validate-version", "1.0"]
        return subprocess.run(command, cwd=site, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
