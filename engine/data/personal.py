"""Finds what looks like personal data in texts, and puts placeholders in its place.

Made for precision: what carries a check digit must pass it, and telephone numbers must exist in the numbering plan of
their country. Found are e-mail addresses; telephone numbers in international form, of China and of North America; ID
numbers (China, 18 digits; US social security with hyphens; IBAN); payment cards. Names, addresses, licence plates,
passports and numbers written out in words are not looked for.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from engine.errors import N_, UnknownName

Kind = Literal["email", "phone", "id_number", "card"]
PLACEHOLDERS: Mapping[Kind, str] = {"email": "[EMAIL]", "phone": "[PHONE]", "id_number": "[ID]", "card": "[CARD]"}
KINDS: tuple[Kind, ...] = tuple(PLACEHOLDERS)
EXAMPLES = 3
CONTEXT_CHARS = 40

WORTH_A_LOOK = re.compile(r"@|(?:\d[\s().+-]{0,3}){7}")
"""Without one of these a text holds nothing that is looked for."""
EMAIL = re.compile(
    r"(?<![\w.+%-])[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,24})(?![\w@])",
    re.ASCII,
)
FILE_ENDINGS = re.compile(
    r"png|jpe?g|gif|svg|webp|bmp|ico|css|[jt]s|py|json|html?|xml|md|txt|csv|zip|so", re.IGNORECASE
)
"""`icon@2x.png` is no address."""
CHINESE_ID = re.compile(r"(?<![\dA-Za-z])[1-8]\d{16}[\dXx](?![\dA-Za-z])", re.ASCII)
PROVINCES = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
"""GB/T 2260."""
SOCIAL_SECURITY = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])", re.ASCII)
IBAN = re.compile(r"(?<![\dA-Za-z])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\dA-Za-z])", re.ASCII)
CARD = re.compile(r"(?<![\w.-])\d{4}(?:([ -]?)\d{4}\1\d{4}\1\d{1,7}|([ -]?)\d{6}\2\d{4,5})(?![\w-]|\.\d)", re.ASCII)
NORTH_AMERICAN = r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([ .-]))\d{3}[.-]\d{4}(?![\w-]|\.\d)"
PHONES = (
    (re.compile(r"(?<![\w+])\+\d{1,3}(?:[ .-]?\(?\d{1,5}\)?){2,6}(?![\w-])", re.ASCII), None),
    (re.compile(r"(?<![\w.+-])1[3-9]\d([ -]?)\d{4}\1\d{4}(?![\w-]|\.\d)", re.ASCII), "CN"),
    (re.compile(r"(?<![\w.+-])0\d{2,3}-\d{7,8}(?![\w-]|\.\d)", re.ASCII), "CN"),
    (
        re.compile(
            r"(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d([ .-]))\d{3}[.-]\d{4}(?![\w-]|\.\d)", re.ASCII
        ),
        "US",
    ),
)
"""Candidates and the country whose plan they are read by; None where the number names it."""
CARD_PREFIXES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|"
    r"6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}"
)
"""ISO/IEC 7812 issuer ranges with their lengths: Visa, Mastercard, Amex, Discover, UnionPay, JCB, Diners."""
IBAN_LENGTHS: Mapping[str, int] = {
    country: int(length)
    for length, countries in {
        "15": "NO", "16": "BE", "18": "DK FI FO GL NL", "19": "MK SI", "20": "AT BA EE KZ LT LU XK",
        "21": "CH HR LI LV", "22": "BG BH DE GB GE IE ME RS", "23": "AE GI IL",
        "24": "AD CZ ES MD PK RO SA SE SK TN VG", "25": "PT", "26": "IS TR", "27": "FR GR IT MC SM",
        "28": "AL AZ CY DO GT HU LB PL", "29": "BR PS QA UA", "30": "JO KW MU", "31": "MT SC",
    }.items()
    for country in countries.split()
}  # fmt: skip
"""SWIFT IBAN registry."""


@dataclass(frozen=True, slots=True)
class Found:
    """One place in a text: characters `start` to `end`."""

    kind: Kind
    start: int
    end: int


def find_personal(text: str) -> list[Found]:
    """What looks like personal data, in order, without overlaps."""
    if not WORTH_A_LOOK.search(text):
        return []
    found: list[Found] = []
    for one in _candidates(text):
        if all(one.end <= other.start or one.start >= other.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def mask_personal(text: str, kinds: Collection[Kind] = KINDS) -> str:
    """The text with a placeholder for each finding of these kinds; all of a kind get the same one."""
    masked = text
    for one in reversed(find_personal(text)):
        if one.kind in kinds:
            masked = masked[: one.start] + PLACEHOLDERS[one.kind] + masked[one.end :]
    return masked


def count_personal(rows: Iterable[Iterable[str]]) -> dict[str, dict[str, Any]]:
    """Of each kind that occurs: how many rows hold it, how often, and a few surroundings with all findings masked.

    A row is its text and its further cells.
    """
    counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}
    examples: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    for row in rows:
        seen: set[Kind] = set()
        for text in row:
            for one in find_personal(text):
                counts[one.kind]["found"] += 1
                seen.add(one.kind)
                if len(examples[one.kind]) < EXAMPLES:
                    examples[one.kind].append(_surroundings(text, one))
        for kind in seen:
            counts[kind]["rows"] += 1
    return {kind: {**counts[kind], "examples": examples[kind]} for kind in KINDS if counts[kind]}


def checked_kinds(kinds: Collection[str]) -> tuple[Kind, ...]:
    """The kinds of these names, all for none; raises UnknownName listing the known ones."""
    for name in kinds:
        if name not in KINDS:
            raise UnknownName(N_("kind of personal data"), name, list(KINDS))
    return tuple(kind for kind in KINDS if not kinds or kind in kinds)


def _surroundings(text: str, one: Found) -> str:
    before = mask_personal(text[: one.start])
    after = mask_personal(text[one.end :])
    left = before if len(before) <= CONTEXT_CHARS else "…" + before[-CONTEXT_CHARS:]
    right = after if len(after) <= CONTEXT_CHARS else after[:CONTEXT_CHARS] + "…"
    return " ".join(f"{left}{PLACEHOLDERS[one.kind]}{right}".split())


def _candidates(text: str) -> Iterator[Found]:
    """Findings of every rule; what comes first wins where two overlap."""
    rules: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
        ("email", EMAIL, lambda match: not FILE_ENDINGS.fullmatch(match[1])),
        ("id_number", IBAN, lambda match: is_iban(match[0])),
        ("id_number", CHINESE_ID, lambda match: is_chinese_id(match[0])),
        ("card", CARD, lambda match: is_card(match[0])),
        ("id_number", SOCIAL_SECURITY, lambda match: True),
    )
    for kind, pattern, passes in rules if "@" in text else rules[1:]:
        yield from (Found(kind, m.start(), m.end()) for m in pattern.finditer(text) if passes(m))
    for pattern, country in PHONES:
        yield from (Found("phone", m.start(), m.end()) for m in pattern.finditer(text) if is_phone(m[0], country))


def is_chinese_id(number: str) -> bool:
    """GB 11643-1999: province, date of birth, and the check character by ISO 7064 MOD 11-2."""
    if not PROVINCES.fullmatch(number[:2]):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number[:17]))
    return born.year >= 1900 and born <= date.today() and "10X98765432"[total % 11] == number[17].upper()


def is_iban(number: str) -> bool:
    """ISO 13616: the country's length, and remainder 1 modulo 97."""
    plain = number.replace(" ", "")
    if IBAN_LENGTHS.get(plain[:2]) != len(plain):
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_card(number: str) -> bool:
    """An issuer's range and length, and the check digit by Luhn's rule (ISO/IEC 7812-1)."""
    digits = re.sub(r"\D", "", number)
    if not CARD_PREFIXES.fullmatch(digits) or len(set(digits)) < 2:
        return False
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def is_phone(number: str, country: str | None) -> bool:
    """Whether the number exists in the plan of its country, by Google's libphonenumber."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return False
