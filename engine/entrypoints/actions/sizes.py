"""The size of an idea's market: write down inputs, take them back, fit a curve of adoption."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from db.evidence import current, take_back
from db.products import get_product
from db.session import in_transaction
from engine.entrypoints.actions.checks import NAME_LENGTH, TEXT_LENGTH, checked_text
from engine.entrypoints.actions.demand import SIZE_INPUTS
from engine.entrypoints.actions.figures import assume_figure, recompute_product
from engine.errors import N_, InputError
from engine.evidence import measure
from engine.market.adoption import METHODS, Adoption
from engine.market.size import Given, check_inputs

Typed = tuple[float, float | None, float | None, str]
"""value, low, high, why."""


def size_market(slug: str, inputs: Mapping[str, Typed | None], author: str) -> int:
    """Write down the inputs that differ from what stands there, and compute again; returns how many did.

    None empties an input. All of them together are checked with those that stay; nothing is written when one is wrong.
    """
    who = checked_text(N_("The author"), author, NAME_LENGTH)

    def work(session: Session) -> int:
        product = get_product(session, slug)
        rows = current(session, product.id).rows
        stays = {
            key: (rows[key].value, rows[key].low, rows[key].high, rows[key].note) for key in SIZE_INPUTS if key in rows
        }
        changed = {key: typed for key, typed in inputs.items() if typed != stays.get(key)}
        _check({**stays, **changed}, changed)
        for key, typed in changed.items():
            if typed is None:
                take_back(session, product.id, key, author=who, why=N_("emptied on the market page"))
            else:
                assume_figure(session, product, key, typed[:3], why=typed[3].strip(), author=who)
        recompute_product(session, product)
        return len(changed)

    return in_transaction(work)


def _check(inputs: Mapping[str, Typed | None], changed: Mapping[str, Typed | None]) -> None:
    check_inputs({key: Given(*typed[:3]) for key, typed in inputs.items() if typed is not None})
    for key, typed in changed.items():
        if typed is not None and not typed[3].strip():
            raise InputError(N_("{label} needs a reason: where the figure comes from."), label=N_(measure(key).title))
        if typed is not None:
            checked_text(N_("The reason of an assumption"), typed[3], TEXT_LENGTH)


def fit_curve(sales: Sequence[float], method: str = METHODS[0], ahead: int = 0) -> Adoption:
    """A curve of adoption, fitted in a process of its own. Raises InputError."""
    from engine.market.child import adoption

    return adoption(sales, method, ahead)


def parsed_sales(text: str) -> list[float]:
    """Numbers typed or pasted, separated by blanks, commas, semicolons or lines. Raises InputError."""
    found: list[float] = []
    for word in text.replace(";", " ").replace(",", " ").split():
        try:
            found.append(float(word))
        except ValueError:
            raise InputError(
                N_("“{value}” is no number; write sales as 120 340 560, without thousands separators."), value=word[:60]
            ) from None
    return found


def input_rows(figures: Mapping[str, Any]) -> dict[str, Given]:
    """The inputs of a size among current figures."""
    return {
        key: Given(figures[key].value, figures[key].low, figures[key].high) for key in SIZE_INPUTS if key in figures
    }
