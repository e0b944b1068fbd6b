from dataclasses import replace
from pathlib import Path

import pytest

from engine.catalog import recipe
from engine.data.images.prepare import prepare_pictures
from engine.data.images.samples import PICTURE_SAMPLES
from engine.data.mail import mail_text
from engine.data.prepare import prepare
from engine.data.sample_ideas import load_first_runs, load_portfolio, read_portfolio
from engine.data.samples import LABEL_COLUMN, SAMPLES, TEXT_COLUMN, write_sample
from engine.errors import ConfigError, MissingPart, UnknownName
from engine.spec import build_config


@pytest.mark.parametrize(
    ("name", "rows", "used", "labels", "language"),
    [
        ("review_sentences", 3_000, 2_972, ("negative", "positive"), "en"),
        ("apparel_reviews", 22_641, 22_633, ("not recommended", "recommended"), "en"),
        ("mails", 6_046, 5_914, ("ham", "spam"), "en"),
        ("chinese_reviews", 35_123, 17_326, ("negative", "positive"), "zh"),
    ],
)
def test_samples(tmp_path: Path, name: str, rows: int, used: int, labels: tuple[str, ...], language: str) -> None:
    """Row counts as found in the pinned carriers; used = after deduplication."""
    done = prepare(write_sample(name, tmp_path), TEXT_COLUMN, LABEL_COLUMN, tmp_path, name=name)
    assert (done.profile.rows, done.profile.used, done.labels, done.language) == (rows, used, labels, language)
    idea = next(idea for idea in load_portfolio() if idea.data and idea.data.sample == name)
    assert idea.data is not None
    assert (idea.data.rows, idea.data.file) == (rows, SAMPLES[name].file_name)


def test_digits_are_pictures(tmp_path: Path) -> None:
    """1,797 of them; two are nearly equal. Fashion-MNIST is read the same way where Debian's package is."""
    done = prepare_pictures(write_sample("digits", tmp_path), tmp_path, name="digits")
    assert (done.profile.rows, done.profile.used, len(done.labels)) == (1797, 1796, 10)
    assert done.profile.normalised_duplicates == 1
    idea = next(idea for idea in load_portfolio() if idea.data and idea.data.sample == "digits")
    assert (idea.task, idea.data and idea.data.rows) == ("image_classification", 1797)
    assert write_sample("digits", tmp_path / "again").read_bytes() == (tmp_path / "digits.zip").read_bytes()


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = replace(PICTURE_SAMPLES["fashion"], folder=lambda: tmp_path / "nowhere")
    monkeypatch.setitem(PICTURE_SAMPLES, "fashion", gone)
    with pytest.raises(MissingPart, match="Fashion-MNIST, as Debian packs it is not here") as caught:
        write_sample("fashion", tmp_path)
    assert caught.value.values["command"] == "apt-get install dataset-fashion-mnist"


def test_an_unknown_sample_lists_the_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Known: review_sentences"):
        write_sample("reviews", tmp_path)


def test_the_portfolio_says_what_is_missing() -> None:
    ideas = load_portfolio()
    assert len(ideas) >= 6
    assert sum(idea.data is not None for idea in ideas) >= 4
    assert all(idea.missing for idea in ideas if idea.data is None)
    money = {"economics.price_per_1k_usd", "market.requests_per_month", "market.customers"}
    assert all(set(idea.assumptions) == money for idea in ideas)


def test_first_runs_go_from_simple_to_slow_and_their_settings_are_known() -> None:
    runs = load_first_runs()
    order = [run.recipe for run in runs]
    assert order == sorted(order, key=["baseline", "few_shot", "lora"].index)
    for run in runs:
        build_config(recipe(run.recipe).config, run.config)


BROKEN = """
assumed_by: sample
first_runs: [{idea: two, recipe: baseline}]
ideas:
  - {slug: one, name: One, domain: d, customer: c, hypothesis: h, owner: o, stage: dream, task: text_classification,
     bar: {measure: quality.f1, direction: higher, minimum: 1, reason: r}, latency_limit_ms: 1,
     assumptions: {market.customers: {value: 5, low: 6, high: 7, why: " "}}}
  - {slug: two, colour: red}
"""


def test_every_fault_of_a_portfolio_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "portfolio.yml").write_text(BROKEN)
    with pytest.raises(ConfigError) as caught:
        read_portfolio(tmp_path / "portfolio.yml")
    told = str(caught.value)
    assert "no measure called “quality.f1”" in told
    assert "5 is not between 6 and 7" in told
    assert "does not say why" in told
    assert "stage dream is none of idea" in told
    assert "give either data or what is missing" in told
    assert "two: KeyError" in told
    assert "two: a first run of baseline needs an idea with data" in told


PLAIN = b"""From someone@example.com Thu Aug 22 13:17:22 2002
Received: from relay.example.com
List-Id: <secret-list.example.com>
Subject: =?utf-8?q?Caf=C3=A9?= today
Content-Type: text/plain; charset=utf-8

See you\xe2\x80\xa6
"""
HTML = b"""Subject: Offer
Content-Type: text/html; charset=no-such-charset
Content-Transfer-Encoding: quoted-printable

<html><head><title>unseen</title><style>p {}</style></head><body><p>Save=20now</p><p>caf=E9</p></body></html>
"""
BOTH = b"""Subject: Two forms
Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain

plain words
--x
Content-Type: text/html

<b>marked words</b>
--x
Content-Type: text/plain
Content-Disposition: attachment; filename=a.txt

attached
--x--
"""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (PLAIN, "Café today\n\nSee you…"),
        (HTML, "Offer\n\nSave now café"),
        (BOTH, "Two forms\n\nplain words"),
        (b"Subject: caf\xe9\n\nbody", "café\n\nbody"),
        (b"no header at all", "no header at all"),
        (b"", ""),
    ],
)
def test_a_mail_is_its_subject_and_words(raw: bytes, text: str) -> None:
    assert mail_text(raw) == text
