"""The profile of a data set: is it fit to learn from, what was left out, what does it look like."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import formats
from dashboard.components import profile_pictures
from dashboard.components.charts.bars import balance_bars
from dashboard.components.charts.template import show
from dashboard.components.facts import facts
from dashboard.components.head import section_bar
from dashboard.components.kpis import Kpi, kpi_row
from dashboard.components.profile_pictures import formats_of, reads_pictures, size_kpi
from dashboard.components.table import words_table
from dashboard.components.text import ended, listed, note, plain, sentences
from dashboard.i18n import _, translate
from engine.errors import N_
from engine.spec import SPLITS

LOPSIDED = 0.6
"""Share of the largest class from which accuracy misleads."""
RARE = 30
"""Rows of a class under which little can be said of it."""
SMALL = 200
"""Validation rows under which intervals are wide."""
MOST_BARS = 12
SPLIT_NAMES = (N_("train"), N_("validation"), N_("test"))
LANGUAGE_NAMES = {"en": N_("English"), "zh": N_("Chinese"), "und": N_("no language found")}
LEFT_OUT = {
    "missing_text": N_("no text"),
    "missing_label": N_("no label"),
    "exact_duplicates": N_("exact duplicates"),
    "normalised_duplicates": N_("duplicates but for case, spaces or signs"),
    "conflicting_rows": N_("same text under different labels"),
}
SUSPICIOUS = {
    "formula": N_("begin like a spreadsheet formula"),
    "replacement": N_("hold damaged characters"),
    "control": N_("hold control characters"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """A data set as its profile shows it. `profile` is `engine.data.profile.Profile.as_dict()`."""

    name: str
    added: str
    ideas: str
    """Links to the ideas it is for, Markdown."""
    profile: Mapping[str, Any]


def language_name(code: str) -> str:
    """The language in words, or its code."""
    return _(LANGUAGE_NAMES[code]) if code in LANGUAGE_NAMES else code


def class_counts(profile: Mapping[str, Any]) -> dict[str, int]:
    """Rows of each class over all splits."""
    return {label: sum(profile["classes"][split].get(label, 0) for split in SPLITS) for label in profile["labels"]}


def split_counts(counts: Mapping[str, int]) -> str:
    """Rows of each split in words."""
    named = zip(SPLITS, SPLIT_NAMES, strict=True)
    return listed(f"{_(name)} {formats.number(counts[split])}" for split, name in named if split in counts)


def verdict(profile: Mapping[str, Any]) -> str:
    """One or two sentences: how much there is, and what to mind. Markdown."""
    counts = class_counts(profile)
    most = max(counts, key=counts.__getitem__)
    share = counts[most] / max(1, profile["used"])
    template = (
        N_("{rows} pictures in {classes} classes")
        if reads_pictures(profile)
        else N_("{rows} rows in {classes} classes, {language}")
    )
    said = translate(
        template,
        rows=formats.number(profile["used"]),
        classes=formats.number(len(counts)),
        language=language_name(profile["language"]),
    )
    minds = []
    if share >= LOPSIDED:
        minds.append(
            translate(
                "“{label}” is {share} of them, so always saying it looks good: judge by macro F1.",
                label=plain(most, 40),
                share=formats.number(100 * share) + "%",
            )
        )
    least = min(counts.values())
    if least < RARE:
        minds.append(translate("The rarest class has {rows} rows: what is said of it stays rough.", rows=least))
    if sum(profile["classes"]["validation"].values()) < SMALL:
        minds.append(_("The set is small: every figure will have a wide interval."))
    return sentences(f"**{plain(ended(said))}**", *(minds or [_("Large and balanced enough to compare recipes on.")]))


def draw_profile(described: Described, examples: Callable[[], None] | None = None) -> None:
    """Key figures, class balance, what was left out, examples and origin.

    `examples` draws them where they are no texts.
    """
    import streamlit as st

    profile = described.profile
    _key_figures(profile)
    st.space("xsmall")
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _balance(profile)
    with right:
        _left_out(profile)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        if examples is None:
            _examples(profile)
        else:
            examples()
    with right:
        _origin(described)


def _key_figures(profile: Mapping[str, Any]) -> None:
    out = profile["rows"] - profile["used"]
    kpi_row(
        [
            Kpi(_("Rows used"), formats.number(profile["used"]), interval=_of_rows(profile["rows"])),
            Kpi(_("Left out"), formats.number(out), interval=_share(out, profile["rows"])),
            Kpi(
                _("Classes"),
                formats.number(len(profile["labels"])),
                interval=translate("least {rows} rows", rows=formats.number(min(class_counts(profile).values()))),
            ),
            size_kpi(profile) if reads_pictures(profile) else _length_kpi(profile["lengths"]),
        ]
    )


def _length_kpi(lengths: Mapping[str, float]) -> Kpi:
    return Kpi(
        _("Characters"),
        formats.number(lengths["p50"]),
        interval=translate("95% ≤ {length}", length=formats.number(lengths["p95"])),
        help=translate(
            "Half of the texts are shorter than this. The longest has {most}.", most=formats.number(lengths["max"])
        ),
    )


def _of_rows(rows: int) -> str:
    return translate("of {rows}", rows=formats.number(rows))


def _share(part: int, whole: int) -> str:
    return formats.number(100 * part / max(1, whole), 1) + "%"


def _balance(profile: Mapping[str, Any]) -> None:
    import streamlit as st

    counts = class_counts(profile)
    section_bar(_("Rows of each class"))
    figure = balance_bars(list(counts), list(counts.values()), most=MOST_BARS)
    show(figure, translate("Bars: rows of each of {count} classes", count=len(counts)), "balance")
    if len(counts) > MOST_BARS:
        st.markdown(note(translate("The {most} largest of {count}.", most=MOST_BARS, count=len(counts))))
    parts = split_counts({split: sum(profile["classes"][split].values()) for split in SPLITS})
    if given := profile.get("given_splits"):
        named = listed(_(name) for split, name in zip(SPLITS, SPLIT_NAMES, strict=True) if split in given)
        said = translate("Splits of the file ({given}): {parts}.", given=named, parts=parts)
        if crossing := profile["across_splits"]:
            said += " " + translate("Left out, because they stood in two: {count}.", count=formats.number(crossing))
    else:
        said = translate("Split by class, seed {seed}: {parts}.", seed=profile["seed"], parts=parts)
    st.markdown(note(plain(said)))


def _left_out(profile: Mapping[str, Any]) -> None:
    import streamlit as st

    section_bar(_("Left out before splitting"))
    pictures = reads_pictures(profile)
    reasons = profile_pictures.LEFT_OUT if pictures else LEFT_OUT
    rows = [(_(why), formats.number(profile[count])) for count, why in reasons.items()]
    facts(rows, _("Rows left out, by reason"))
    if pictures:
        if done := profile_pictures.what_was_done(profile):
            st.markdown(note(plain(done)))
        profile_pictures.unreadable(profile)
    odd = [
        f"{formats.number(count)} {_(SUSPICIOUS[kind])}"
        for kind, count in profile["suspicious"].items()
        if count and kind in SUSPICIOUS
    ]
    if odd:
        st.markdown(note(plain(translate("Kept as they are, but look: {odd}.", odd="; ".join(odd)))))


def _examples(profile: Mapping[str, Any]) -> None:
    section_bar(_("Examples"))
    words_table(
        {
            _("Text"): [plain(example["text"], 140) for example in profile["examples"]],
            _("Label"): [plain(example["label"], 40) for example in profile["examples"]],
        },
        _("A few training rows"),
    )


def _kept_too(profile: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is kept beside inputs and labels; nothing for older data sets."""
    found = []
    if columns := profile.get("columns"):
        found.append((_("Kept too"), plain(", ".join(columns), 120)))
    if waiting := profile.get("unlabelled"):
        found.append((_("To be labelled"), formats.number(waiting)))
    return found


def _origin(described: Described) -> None:
    profile = described.profile
    section_bar(_("Origin"))
    facts(
        [
            (_("Licence"), plain(profile["licence"]) or _("not said")),
            (_("Source"), plain(profile["source"]) or _("not said")),
            (_("File"), plain(profile["file_name"])),
            (_("Columns"), plain(f"{profile['text_column']} → {profile['label_column']}")),
            *_kept_too(profile),
            (_("Formats"), plain(formats_of(profile)))
            if reads_pictures(profile)
            else (_("Encoding"), plain(profile["encoding"]) or "–"),
            (_("Ideas"), described.ideas),
            (_("Added"), plain(described.added)),
            (_("Fingerprint"), f"`{profile['fingerprint'][:16]}`"),
        ],
        _("Where the data comes from"),
    )
