"""Lenses against published tables."""

import itertools

import pytest

from engine.errors import InputError
from engine.interval import Interval
from engine.portfolio.criteria import CRITERIA as TEAM
from engine.portfolio.criteria import PAIRS, Weighed, circles, weighed
from engine.portfolio.lenses import Criterion, mended_pairs, nine_box, paired_weights, rice, topsis, typed_weights

CRITERIA = [Criterion(name, True) for name in "abc"]
TABLE = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]


def table(rows: list[list[float | None]]) -> dict[str, dict[str, float | None]]:
    return {f"i{k}": dict(zip("abc", row, strict=True)) for k, row in enumerate(rows)}


def test_topsis_gives_the_textbook_scores() -> None:
    """Tzeng & Huang 2011: .5037 .6581 .7482 .3340."""
    found = topsis(table([list(map(float, row)) for row in TABLE]), CRITERIA, typed_weights({"a": 3, "b": 4, "c": 3}))
    assert [found[f"i{k}"].value for k in range(4)] == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=5e-5)  # type: ignore[union-attr]


def test_a_missing_cell_widens_the_score_and_is_neither_zero_nor_average() -> None:
    rows: list[list[float | None]] = [list(map(float, row)) for row in TABLE]
    rows[2][1] = None
    weights = typed_weights({"a": 3, "b": 4, "c": 3})
    found = topsis(table(rows), CRITERIA, weights)
    wide, narrow = found["i2"], found["i0"]
    assert wide is not None and narrow is not None
    assert wide.low < wide.high and narrow.low == narrow.high
    for cell in (4.0, 8.0):
        filled = [list(row) for row in rows]
        filled[2][1] = cell
        (exact,) = [v for k, v in topsis(table(filled), CRITERIA, weights).items() if k == "i2"]
        assert exact is not None and min(abs(exact.value - wide.low), abs(exact.value - wide.high)) < 1e-9


def test_nothing_known_has_no_score() -> None:
    rows: list[list[float | None]] = [[None, None, None], [1.0, 2.0, 3.0], [2.0, 1.0, 3.0]]
    found = topsis(table(rows), CRITERIA, typed_weights({"a": 1, "b": 1, "c": 1}))
    assert found["i0"] is None and found["i1"] is not None
    assert set(topsis(table(rows[:2]), CRITERIA, typed_weights({"a": 1})).values()) == {None}


def test_a_criterion_without_evidence_is_left_out_by_name() -> None:
    """The others' weights then count in their ratio, 3 to 1; with nothing left there is no score, not half of one."""
    rows: list[list[float | None]] = [[None, 1.0, 5.0], [None, 2.0, 4.0], [7.0, 3.0, 3.0]]
    given = {"a": 0.4, "b": 0.3, "c": 0.1, "d": 0.2}
    stand = weighed(table(rows), given)
    assert (stand.without_evidence, stand.alike) == (("a", "d"), ())
    assert stand.shares == pytest.approx({"b": 0.75, "c": 0.25})
    found, without = (topsis(table(rows), CRITERIA, typed_weights(by)) for by in (given, {"b": 3, "c": 1}))
    assert {slug: list(score or ()) for slug, score in found.items()} == {
        slug: pytest.approx(list(score or ())) for slug, score in without.items()
    }
    alone: list[list[float | None]] = [[None, 1.0, 2.0], [5.0, None, 2.0]]
    assert weighed(table(alone), {"a": 0.5, "b": 0.3, "c": 0.2}) == Weighed({}, ("a", "b"), ("c",))
    assert set(topsis(table(alone), CRITERIA, typed_weights({"a": 5, "b": 3, "c": 2})).values()) == {None}


def test_pairs_give_saatys_weights() -> None:
    """Drinks in the United States (Saaty 2008), as in AHPy's documentation; consistency ratio .022."""
    names = ("coffee", "wine", "tea", "beer", "soda", "milk", "water")
    judged = [
        9,
        5,
        2,
        1,
        1,
        1 / 2,
        1 / 3,
        1 / 9,
        1 / 9,
        1 / 9,
        1 / 9,
        1 / 3,
        1 / 4,
        1 / 3,
        1 / 9,
        1 / 2,
        1,
        1 / 3,
        2,
        1 / 2,
        1 / 3,
    ]
    found = paired_weights(dict(zip(itertools.combinations(names, 2), judged, strict=True)))
    expected = {
        "coffee": 0.177,
        "wine": 0.019,
        "tea": 0.042,
        "beer": 0.116,
        "soda": 0.190,
        "milk": 0.129,
        "water": 0.327,
    }
    assert dict(found.by_criterion) == pytest.approx(expected, abs=5e-4)
    assert found.consistency == pytest.approx(0.022, abs=1e-3)
    assert not found.contradictory


def test_pairs_that_contradict_each_other_say_so() -> None:
    found = paired_weights({("a", "b"): 9, ("b", "c"): 9, ("c", "a"): 9})
    assert found.contradictory


@pytest.mark.parametrize("pairs", [{("a", "b"): 10}, {("a", "b"): 0}, {("a", "b"): 2, ("b", "c"): 2}])
def test_judgements_out_of_range_or_missing_are_refused(pairs: dict[tuple[str, str], float]) -> None:
    with pytest.raises(InputError):
        paired_weights(pairs)


@pytest.mark.parametrize("weights", [{"a": -1, "b": 2}, {"a": 0}, {}])
def test_weights_that_are_none_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(InputError):
        typed_weights(weights)


def test_rice() -> None:
    """McBride 2016: reach x impact x confidence / effort."""
    assert rice(Interval(2000, 1000, 3000), 2, 0.8, 4) == (800, 400, 1200)
    with pytest.raises(InputError, match="effort"):
        rice(Interval(1, 1, 1), 1, 1, 0)
    with pytest.raises(InputError, match="confidence"):
        rice(Interval(1, 1, 1), 1, 1.1, 1)


def test_the_nine_box_cuts_at_thirds() -> None:
    one = Interval(33.4, 30, 40)
    assert nine_box(one, Interval(70, 60, 80)) == ("medium", "high")
    assert nine_box(None, one) is None
    with pytest.raises(InputError):
        nine_box(Interval(101, 0, 1), one)


def test_a_circle_is_named_and_one_change_mends_it() -> None:
    """A over B and B over C, yet C over A; all else fits: saying A over C as the others do is enough."""
    a, _b, c, *_others = TEAM
    scale = dict(zip(TEAM, (9, 3, 1, 1, 1), strict=True))
    judged = [(one, other, 1 / 5 if (one, other) == (a, c) else scale[one] / scale[other]) for one, other in PAIRS]
    assert circles(judged) == (tuple(TEAM)[:3],)
    pairs = {(one, other): value for one, other, value in judged}
    assert paired_weights(pairs).contradictory
    ((pair, value),) = mended_pairs(pairs).items()
    assert (pair, value) == ((a, c), 9) and not paired_weights({**pairs, pair: value}).contradictory
    assert circles([(one, other, 1.0) for one, other in PAIRS]) == () == tuple(mended_pairs(dict.fromkeys(PAIRS, 1.0)))
