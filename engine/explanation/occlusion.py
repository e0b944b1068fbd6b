"""Leave-one-out: what the answer loses without a word, for any model that can be asked.

The asking is left to the caller, who may do it in small batches between other work: `leave_out` says which texts to
ask, `explained` reads the answers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import N_, InputError
from engine.explanation.results import Probabilities, Term, TextExplanation, log_odds, pieces_of, strongest
from engine.explanation.words import Units, units

MOST_PARTS = 48
"""Texts that one explanation asks beside the whole one: MiniLM answers as many short ones in a quarter second."""
LONGEST_WORDS = 384
"""Words from the beginning that are looked at; the bundled models read no more than 256 tokens."""
Predict = Callable[[Sequence[str]], Probabilities]


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """One text and its copies that each lack a part."""

    parts: Units

    @property
    def count(self) -> int:
        """How many texts are to be asked: the whole one and one for each part."""
        return 1 + len(self.parts.spans)

    def asked(self, start: int = 0, end: int | None = None) -> list[str]:
        """Those of the texts to ask, the whole one first, then one for each part."""
        places = range(start, min(self.count, self.count if end is None else end))
        return [self.parts.without(place - 1) if place else self.parts.text for place in places]

    def explained(
        self, probabilities: NDArray[np.floating], labels: Sequence[str], target: int | None = None
    ) -> TextExplanation:
        """Read the answers, (texts asked, labels); explains the class `target`, or the answer when none is named."""
        whole = probabilities[0]
        chosen = int(np.argmax(whole)) if target is None else target
        shares = [float(p) for p in probabilities[:, chosen]]
        value = log_odds(shares[0])
        losses = [value - log_odds(share) for share in shares[1:]]
        text, spans = self.parts.text, self.parts.spans
        named = [Term(text[a:b], loss, share) for (a, b), loss, share in zip(spans, losses, shares[1:], strict=True)]
        return TextExplanation(
            method="occlusion",
            figure="log_odds",
            label=labels[chosen],
            probability=shares[0],
            value=value,
            base=None,
            gap=None,
            pieces=pieces_of(text, spans, losses),
            terms=strongest(named),
            words_each=self.parts.words_each,
            words_read=self.parts.read,
            words=self.parts.words,
        )


def leave_out(text: str, most: int = MOST_PARTS) -> LeaveOut:
    """What to ask about a text. Raises InputError for one without a word."""
    parts = units(text, most, LONGEST_WORDS)
    if not parts.spans:
        raise InputError(N_("There is nothing to explain: the text has no words."))
    return LeaveOut(parts)


def explain_by_leaving_out(
    predict: Predict, text: str, labels: Sequence[str], target: int | None = None
) -> TextExplanation:
    """Ask and read in one go."""
    plan = leave_out(text)
    return plan.explained(predict(plan.asked()), labels, target)
