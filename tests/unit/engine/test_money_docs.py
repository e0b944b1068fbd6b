"""docs/evidence.md and docs/costs.md name what there is."""

from pathlib import Path

from engine.business.margin import HOURS_PER_MONTH, SECONDS_PER_MONTH
from engine.costs.rates import UNIT_OF, read_rates
from engine.costs.serving import UTILISATION
from engine.evidence import GRADES, MEASURES

DOCS = Path(__file__).parents[3] / "docs"


def test_every_measure_and_grade_is_listed() -> None:
    text = (DOCS / "evidence.md").read_text("utf-8")
    for found in MEASURES.values():
        assert f"| `{found.key}` | {found.unit} | {found.direction} | {found.help} |" in text
    for grade in GRADES:
        assert f"| {grade} |" in text


def test_constants_and_rates_are_stated() -> None:
    text = (DOCS / "costs.md").read_text("utf-8")
    assert f"It is {UTILISATION:.0%}".replace("%", " %") in text
    assert f"{SECONDS_PER_MONTH:,}" in text and f"{HOURS_PER_MONTH} hours" in text
    assert "`local_cpu`" in text and "`local_gpu`" in text


def test_every_rate_file_and_kind_is_described() -> None:
    text = (DOCS / "rates.md").read_text("utf-8")
    for name in {entry.origin for entry in read_rates()}:
        assert f"`{name}`" in text
    for kind, unit in UNIT_OF.items():
        assert f"| `{kind}` | `{unit}` |" in text
