"""Real purchases to look at before there are users of one's own: CDNOW's customers of early 1997."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import N_, StoredFileError

FILE = "CDNOW_master.txt"


@dataclass(frozen=True, slots=True)
class SampleEvents:
    """What the sample is."""

    carrier: str
    file: str
    name: str
    licence: str
    source: str
    silent_months: int


SAMPLE = SampleEvents(
    carrier="cdnow",
    file="cdnow_purchases.csv",
    name="Sample: CDNOW purchases 1997-98",
    licence="no licence stated; published for research and teaching (the package that carries it is MIT)",
    source="Bruce Hardie, brucehardie.com, CDNOW_master; carried by lifetimes 0.11.3",
    silent_months=6,
)
"""Who buys records seldom: six silent months instead of two."""


def sample_csv(folder: Path) -> bytes:
    """One line a purchase, customer and day, of the carrier's aligned columns. Raises StoredFileError."""
    lines = ["customer,date"]
    for number, line in enumerate((folder / FILE).read_text("ascii").splitlines()[1:], 2):
        cells = line.split()
        if len(cells) != 4 or len(cells[1]) != 8:
            raise StoredFileError(
                N_("{file} cannot be read: {reason}."), file=FILE, reason=f"line {number}: {line[:40]}"
            )
        customer, day = cells[:2]
        lines.append(f"{customer},{day[:4]}-{day[4:6]}-{day[6:]}")
    return ("\n".join(lines) + "\n").encode()
