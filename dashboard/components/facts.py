"""A plain list of facts: what it is, what its value is."""

from collections.abc import Sequence

from dashboard.components.table import words_table


def facts(rows: Sequence[tuple[str, str]], alt: str) -> None:
    """Draw (name, value) rows; both are Markdown, so written text must have passed `text.plain`."""
    columns = {"name": [f":gray[{name}]" for name, _ in rows], "value": [value for _, value in rows]}
    words_table(columns, alt, header=False)
