"""What-if portfolios: means under a name, each with its own people and order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from db.portfolio import Terms, add_what_if, terms_by_slug, what_if
from db.products import get_product
from db.session import in_transaction
from engine.entrypoints.actions.checks import NAME_LENGTH, checked_number, checked_text
from engine.errors import N_, InputError
from engine.portfolio.founder import Asked, Founder, founder_of, to_document

MOST_PEOPLE = 10_000


def save_what_if(name: str, founder: Founder, author: str) -> str:
    """Keep means under a name, with what the ideas ask of a plan today; returns the key that stands in links."""
    title = checked_text(N_("The name"), name, NAME_LENGTH)
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    given = founder_of(to_document(founder))

    def work(session: Session) -> str:
        own = given.terms if given.terms is not None else _of_all_plans(session)
        return add_what_if(session, title, to_document(replace(given, terms=own)), who).key

    return in_transaction(work)


def _of_all_plans(session: Session) -> tuple[Asked, ...]:
    said = terms_by_slug(session)
    return tuple(as_asked(slug, row) for slug, row in sorted(said.items()))


def as_asked(slug: str, row: Terms) -> Asked:
    """The newest terms of an idea that were said for all plans."""
    return Asked(slug, row.people, row.needs, row.excludes, row.must)


def change_what_if(
    key: str,
    slug: str,
    *,
    people: float,
    needs: Sequence[str] = (),
    excludes: Sequence[str] = (),
    must: bool = False,
    author: str,
) -> str:
    """Say what an idea asks of this plan alone: a new what-if of the same name, whose key is returned.

    The one that was changed stays under its own link. Raises UnknownName for a key or an idea that is not there.
    """
    who = checked_text(N_("The author"), author, NAME_LENGTH)
    count = checked_number(N_("The people"), people, minimum=0, maximum=MOST_PEOPLE)
    refuse_itself(slug, needs, excludes)
    asked = Asked(slug, count, tuple(needs), tuple(excludes), must)

    def work(session: Session) -> str:
        for other in (slug, *needs, *excludes):
            get_product(session, other)
        row = what_if(session, key)
        founder = founder_of(row.document)
        others = founder.terms if founder.terms is not None else _of_all_plans(session)
        own = {each.slug: each for each in others} | {slug: asked}
        changed = replace(founder, terms=tuple(own[name] for name in sorted(own)))
        return add_what_if(session, row.name, to_document(changed), who).key

    return in_transaction(work)


def refuse_itself(slug: str, needs: Sequence[str], excludes: Sequence[str]) -> None:
    """Raise InputError for an idea that needs or excludes itself, or needs what it excludes."""
    if slug in needs or slug in excludes or set(needs) & set(excludes):
        raise InputError(
            N_("“{idea}” cannot need or exclude itself, nor need what it excludes: {others}."),
            idea=slug,
            others=", ".join(sorted({*needs, *excludes})),
        )


def asked_of(founder: Founder, said: Mapping[str, Asked]) -> Mapping[str, Asked]:
    """What the ideas ask of a plan under these means."""
    return said if founder.terms is None else {each.slug: each for each in founder.terms}
