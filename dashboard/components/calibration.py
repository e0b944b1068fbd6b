"""Whether a model's probabilities can be taken at their word, for one run or for several side by side."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboard import formats
from dashboard.components.charts.reliability import Curve, reliability
from dashboard.components.charts.template import show
from dashboard.components.compare import whole
from dashboard.components.head import section_bar
from dashboard.components.ink import on_phone
from dashboard.components.table import words_table
from dashboard.components.text import listed, note, one_line, plain
from dashboard.i18n import _, translate

if TYPE_CHECKING:
    from engine.evaluation.calibration import Calibration
    from engine.recorder import Estimate

COLUMNS, PHONE_COLUMNS = 3, 1


def calibration(found: "Mapping[str, Calibration]", places: Sequence[int | None], key: str) -> None:
    """Draw curves and figures of runs by label, in the colours of `places`."""
    import streamlit as st

    section_bar(_("Says it is sure, and is right"))
    st.markdown(
        " ".join(calibration_sentence(name, one) for name, one in found.items()) if len(found) == 1 else _many()
    )
    curves = [Curve(name, one.curve, place) for (name, one), place in zip(found.items(), places, strict=True)]
    figure = reliability(curves, columns=PHONE_COLUMNS if on_phone() else COLUMNS if len(curves) > 2 else 2)
    alone = len(curves) == 1
    left, right = st.columns([2, 3], gap="medium") if alone else (st.container(), st.container())
    with left:
        show(figure, _alt(found), f"{key}_reliability")
    with right:
        _table(found)
        st.markdown(note(_notes()))


def calibration_sentence(name: str, found: "Calibration") -> str:
    """How far to trust the stated probabilities, in one sentence. Markdown."""
    gap = found.overconfidence
    words = {
        "sure": formats.percent(found.confidence),
        "right": formats.percent(found.accuracy),
        "points": formats.points(abs(gap.value), gap.low, gap.high).lstrip("+"),
    }
    if gap.low > 0:
        said = translate("It is surer than right, by {points}: it says {sure} and is right in {right}.", **words)
    elif gap.high < 0:
        said = translate("It is more often right than it says, by {points}: it says {sure}, it is {right}.", **words)
    else:
        said = translate(
            "It says {sure} on average and is right in {right}: no difference that the data show.", **words
        )
    head, _colon, tail = said.partition(":") if ":" in said else said.partition("：")
    return f"**{plain(head)}**{plain(_colon + tail)}"


def _many() -> str:
    return plain(_("On the dotted line a model is as right as it is sure; below it, it is surer than right."))


def _alt(found: "Mapping[str, Calibration]") -> str:
    said = listed(f"{name} {formats.percent(one.ece.value)}" for name, one in found.items())
    return translate("Reliability curves; calibration error: {said}", said=said)


def _table(found: "Mapping[str, Calibration]") -> None:
    import streamlit as st

    runs = list(found.values())
    if len(runs) == 1:
        (one,) = runs
        rows = [
            (_("Calibration error (ECE)"), _share(one.ece)),
            (_("Root mean square, chance taken off"), f"**{plain(formats.percent(one.debiased))}**"),
            (_("Surer than right, on average"), _signed(one.overconfidence)),
            (_("Brier score, 0 is perfect"), _brier(one)),
            (_("Rows"), plain(formats.number(one.n))),
        ]
        st.table(
            {"name": [f":gray[{plain(name)}]" for name, _value in rows], "value": [value for _name, value in rows]},
            border="horizontal",
            hide_header=True,
            hide_index=True,
            alt=_("Figures of calibration"),
        )
        return
    columns = {
        one_line(_("Run")): [plain(whole(name)) for name in found],
        one_line(_("ECE")): [_share(one.ece) for one in runs],
        one_line(_("RMS, chance taken off")): [plain(formats.percent(one.debiased)) for one in runs],
        one_line(_("Surer than right")): [_signed(one.overconfidence) for one in runs],
        one_line(_("Brier score")): [_brier(one) for one in runs],
    }
    words_table(columns, _("Figures of calibration"), deciding=(0, 1))


def _share(found: "Estimate") -> str:
    value = formats.percent(found.value, found.low, found.high)
    return f"**{plain(value)}** :gray[{plain(formats.interval('quality.ece', found.low, found.high))}]"


def _signed(found: "Estimate") -> str:
    value = formats.points(found.value, found.low, found.high)
    ends = formats.between(*(formats.number(100 * end, 1, signed=True) for end in (found.low, found.high)))
    return f"{plain(one_line(value))} :gray[{plain(ends)}]"


def _brier(found: "Calibration") -> str:
    naive = translate("naive {value}", value=formats.number(found.brier_naive, 3))
    return f"{plain(formats.number(found.brier.value, 3))} :gray[{plain(naive)}]"


def _notes() -> str:
    return plain(
        _(
            "Each dot holds about equally many validation rows, with Wilson's 95% interval. ECE over 15 bins of equal "
            "width (Guo et al. 2017), which is above 0 by chance even for a perfect model; the root mean square is "
            "debiased (Kumar et al. 2019). Of the model that is served."
        )
    )
