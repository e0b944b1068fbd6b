"""The catalogue of obligations: whole in both languages, without amounts, and which answers make what apply."""

import pytest

from engine.errors import UnknownName
from engine.market.obligations import AREAS, LANGUAGES, REGIONS, find, grants, obligations, questions, stands


def test_every_entry_is_whole_in_both_languages_and_asks_known_questions() -> None:
    for key, one in obligations().items():
        assert one.key == key and one.region in REGIONS and one.area in AREAS and one.source
        assert set(one.title) == set(one.asks) == set(LANGUAGES)
        assert {*one.all, *one.any} <= set(questions())
    for grant in grants().values():
        assert grant.region in REGIONS and grant.source and set(grant.title) == set(grant.offers) == set(LANGUAGES)
        assert not any(sign in str(grant) for sign in "€$¥%"), "amounts are typed by people"
    assert all(set(words) == set(LANGUAGES) for words in questions().values())
    assert {(one.region, one.area) for one in obligations().values()} == {(r, a) for r in REGIONS for a in AREAS}


def test_every_question_decides_something() -> None:
    asked = {key for one in obligations().values() for key in (*one.all, *one.any)}
    assert asked == set(questions())


@pytest.mark.parametrize(
    ("answers", "applies", "lacks"),
    [
        ({}, None, ("eu", "talks", "generates")),
        ({"eu": False}, False, ("talks", "generates")),
        ({"eu": True, "talks": True}, True, ("generates",)),
        ({"eu": True, "talks": False}, None, ("generates",)),
        ({"eu": True, "talks": False, "generates": False}, False, ()),
        ({"talks": True}, None, ("eu", "generates")),
    ],
)
def test_one_no_rules_out_and_one_missing_leaves_open(
    answers: dict[str, bool], applies: bool | None, lacks: tuple[str, ...]
) -> None:
    one = obligations()["eu.ai_act_transparency"]
    assert one.applies(answers) is applies
    assert one.lacks(answers) == lacks


def test_what_a_person_said_counts_before_the_answers() -> None:
    nowhere = dict.fromkeys(("eu", "us", "china"), False)
    assert stands(nowhere, {}) == stands({**nowhere, "talks": True}, {})
    assert (stands(nowhere, {}).surely, stands(nowhere, {}).unclear) == (0, 0)
    assert stands(nowhere, {"eu.gdpr": "open"}).surely == 1
    assert stands({}, {}).unclear == len(obligations())
    assert stands({}, {"eu.gdpr": "met"}).settled == 1


def test_an_unknown_entry_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"eu\.nothing"):
        find("eu.nothing")
