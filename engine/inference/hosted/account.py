"""Money of one run's requests: reserved before each, charged once after it, never past the cap."""

import hashlib
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.errors import N_, ProspectusError
from engine.evidence import Grade
from engine.inference.hosted.prices import Tokens

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Charge:
    """What one answer cost. `key` names it: a charge of the same key is the same charge, however often it is told."""

    key: str
    model: str
    tokens: Tokens
    usd: Decimal
    grade: Grade
    source: str
    """Who says what tokens cost, and as of when."""

    def about(self) -> dict[str, str | int]:
        """All but key and money, as JSON values."""
        return {
            "model": self.model,
            "input_tokens": self.tokens.input,
            "cached_tokens": self.tokens.cached,
            "output_tokens": self.tokens.output,
            "grade": self.grade,
            "source": self.source,
        }


class CapReached(ProspectusError):
    """The next request could pass the cap."""

    def __init__(self, cap: Decimal, spent: Decimal) -> None:
        super().__init__(
            N_("The cap of {cap} USD is reached: {spent} USD are spent, and the next request could pass it."),
            cap=str(cap),
            spent=str(spent),
            kept=N_("Answers that came are kept and are not paid for again."),
            remedy=N_("Resume it with a larger budget."),
        )


def charge_key(content: str, request: str) -> str:
    """Names a charge by what was asked and the API's own id of the request."""
    return hashlib.sha256(f"{content}\n{request}".encode()).hexdigest()[:32]


class Account:
    """Safe from several threads. A request reserves the most that it can cost, so that no two pass the cap together."""

    def __init__(
        self,
        cap_usd: Decimal | None,
        tell: Callable[[Charge], None],
        known: Iterable[tuple[str, Decimal]] = (),
    ) -> None:
        """known: keys and money of charges that earlier attempts told."""
        self.cap_usd = cap_usd
        self._tell = tell
        self._charges = dict(known)
        self._reserved = Decimal(0)
        self._settled = threading.Condition()

    @property
    def spent_usd(self) -> Decimal:
        """All charges, each once."""
        return sum(self._charges.values(), Decimal(0))

    @contextmanager
    def reserved(self, most_usd: Decimal) -> "Iterator[None]":
        """Hold back `most_usd` while the block asks; waits for others to settle rather than refuse too early.

        Raises CapReached.
        """
        with self._settled:
            while self.cap_usd is not None and self.spent_usd + self._reserved + most_usd > self.cap_usd:
                if not self._reserved:
                    raise CapReached(self.cap_usd, self.spent_usd)
                self._settled.wait()
            self._reserved += most_usd
        try:
            yield
        finally:
            with self._settled:
                self._reserved -= most_usd
                self._settled.notify_all()

    def charge(self, charge: Charge) -> None:
        """Count it and tell it, unless its key is known."""
        with self._settled:
            if charge.key in self._charges:
                return
            self._tell(charge)
            self._charges[charge.key] = charge.usd
