"""Ideas: add, find, change, adopt."""

import re
import unicodedata
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Product
from engine.errors import N_, Marked, UnknownName

SLUG_LENGTH = 60


def written(product: Product, text: str) -> str:
    """What is written on an idea: of the sample portfolio words of ours, which a screen may translate."""
    return Marked(text) if product.sample else text


def add_product(
    session: Session,
    *,
    name: str,
    owner: str,
    slug: str | None = None,
    bar_measure: str,
    bar_direction: str,
    bar_minimum: float,
    latency_limit_ms: float,
    domain: str = "",
    customer: str = "",
    hypothesis: str = "",
    task: str = "text_classification",
    dataset_id: int | None = None,
    sample: bool = False,
    missing: str = "",
) -> Product:
    """Add an idea at stage `idea`; its slug is made from the name and unique."""
    product = Product(
        slug=_unique_slug(session, slug or name),
        name=name,
        owner=owner,
        bar_measure=bar_measure,
        bar_direction=bar_direction,
        bar_minimum=bar_minimum,
        latency_limit_ms=latency_limit_ms,
        domain=domain,
        customer=customer,
        hypothesis=hypothesis,
        task=task,
        dataset_id=dataset_id,
        sample=sample,
        missing=missing,
    )
    session.add(product)
    session.flush()
    return product


def _unique_slug(session: Session, name: str) -> str:
    """Letters and digits of any script, joined by hyphens; numbered when taken."""
    plain = unicodedata.normalize("NFKC", name).lower()
    base = re.sub(r"[\W_]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-") or "idea"
    taken = set(session.scalars(select(Product.slug).where(Product.slug.startswith(base, autoescape=True))))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


def get_product(session: Session, slug: str) -> Product:
    """One idea by its slug; raises UnknownName listing some of those there are."""
    product = session.scalars(select(Product).where(Product.slug == slug)).first()
    if product is None:
        known = session.scalars(select(Product.slug).order_by(Product.slug).limit(10))
        raise UnknownName(N_("idea"), slug, list(known))
    return product


def list_products(session: Session) -> list[Product]:
    """All ideas, oldest first."""
    return list(session.scalars(select(Product).order_by(Product.id)))


def edit_product(session: Session, product: Product, **changes: Any) -> Product:
    """Change columns of an idea; the slug stays, so that links keep leading here."""
    for name, value in changes.items():
        if name not in Product.__table__.columns or name in ("id", "slug", "created_at"):
            raise UnknownName(N_("field"), name, sorted(Product.__table__.columns.keys()))
        setattr(product, name, value)
    session.flush()
    return product


def set_adopted(session: Session, product: Product, run_id: str) -> None:
    """Make a run the one that the idea stands on."""
    product.adopted_run_id = run_id
    session.flush()
