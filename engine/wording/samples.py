"""Names of the sample ideas, which are shown in the reader's language for as long as nobody has renamed them."""

import dataclasses
from collections.abc import Mapping
from typing import Any, TypeVar

from engine.errors import N_, Marked
from engine.wording import SOURCE, _, language

T = TypeVar("T")
SAMPLE_NAMES = {
    "review-insight": N_("Review insight"),
    "apparel-review-insight": N_("Apparel review insight"),
    "mail-risk-filter": N_("Mail risk filter"),
    "chinese-review-sentiment": N_("Chinese review sentiment"),
    "form-digit-reader": N_("Form digit reader"),
    "catalogue-photo-sorter": N_("Catalogue photo sorter"),
    "support-triage": N_("Support triage"),
    "contract-clause-finder": N_("Contract clause finder"),
}
"""By address, as `engine/samples/portfolio.yml` has them."""
PAIRS = (
    ("slug", "name"), ("slug", "idea"), ("product_slug", "product_name"), ("product_slug", "dataset_name"),
    ("products", "name"),
)  # fmt: skip
"""Fields of rows: the address of an idea, or several, and a name that is the idea's or that of its data."""


def idea_name(slug: str, name: str) -> str:
    """The name of an idea in the reader's language where it is an untouched sample, else as somebody typed it."""
    return _(name) if SAMPLE_NAMES.get(slug) == name else name


def told_name(slug: str, name: str) -> str:
    """The same for a message that is written before its reader is known."""
    return Marked(name) if SAMPLE_NAMES.get(slug) == name else name


def typed_name(slug: str, typed: str) -> str:
    """The name to keep of what came back from a form: that of an untouched sample stays what it was."""
    own = SAMPLE_NAMES.get(slug)
    return own if own is not None and typed == _(own) else typed


def named(found: T) -> T:
    """What was read, with the names of untouched samples in the reader's language; nothing is changed in place."""
    return found if language() == SOURCE else _named(found)


def _named(found: Any) -> Any:
    if not _may_name(found):
        return found
    if dataclasses.is_dataclass(found):
        return _row(found)
    if _is_pair(found):
        return (found[0], _(found[1])) if SAMPLE_NAMES.get(found[0]) == found[1] else found
    if isinstance(found, Mapping):
        values = {
            key: idea_name(*pair) if _is_pair(pair := (key, value)) else _named(value) for key, value in found.items()
        }
        return values if any(values[key] is not found[key] for key in found) else found
    parts = [_named(each) for each in found]
    return type(found)(parts) if any(new is not old for new, old in zip(parts, found, strict=True)) else found


def _row(row: Any) -> Any:
    inside = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    new = {name: said for name, value in inside.items() if (said := _named(value)) is not value}
    for address, name in PAIRS:
        slugs, known = inside.get(address), inside.get(name)
        for slug in (slugs,) if isinstance(slugs, str) else slugs or ():
            if isinstance(known, str) and SAMPLE_NAMES.get(slug) == known:
                new[name] = _(known)
    return dataclasses.replace(row, **new) if new else row


def _is_pair(found: Any) -> bool:
    return type(found) is tuple and len(found) == 2 and all(isinstance(part, str) for part in found)


def _may_name(found: Any) -> bool:
    """Whether there may be a name inside; of many things of a kind the first tells."""
    if dataclasses.is_dataclass(found):
        return not isinstance(found, type)
    if _is_pair(found):
        return True
    if isinstance(found, Mapping):
        first = next(iter(found.items()), None)
        return type(found) is dict and first is not None and (_is_pair(first) or _may_name(first[1]))
    return type(found) in (tuple, list) and bool(found) and _may_name(found[0])
