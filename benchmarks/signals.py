"""What reads the dimension of a headline best: counted words, descriptions alone, or a run trained on labels.

    python benchmarks/signals.py [--threads 2]

Trains recipes on the labelled headlines of the training part through the ordinary machinery, in a home of its own; the
run that is best on validation is asked for the frozen test part, beside keywords and zero-shot. Prints macro F1 with a
95 % bootstrap interval, the paired difference to the better of the two baselines, and the agreement of both passes.
"""

import argparse
import csv
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine.evaluation.bootstrap import measure_quality  # noqa: E402
from engine.market.headlines import DIMENSIONS, Language, Pass, labelled  # noqa: E402

RECIPES = {"en": ("baseline", "few_shot", "top_layers"), "zh": ("baseline", "few_shot")}
MEASURE = "quality.f1_macro"
RESAMPLES, SEED = 2000, 7


def classes_of(part: Pass, language: Language) -> tuple[list[str], np.ndarray]:
    """Texts and class indices of a part."""
    rows = labelled(part, language)
    return [row.text for row in rows], np.array([DIMENSIONS.index(row.dimension) for row in rows])


def trained(language: Language, threads: int, folder: Path) -> tuple[str, dict[str, float]]:
    """The id of the run that is best on validation, and every recipe's score there."""
    from db.session import session_scope
    from db.views.runs import rows_of
    from engine.entrypoints import actions
    from engine.entrypoints.worker import Worker

    path = folder / f"{language}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("text", "label"), *((row.text, row.dimension) for row in labelled("train", language))]
        )
    data, _report = actions.import_data(path, "text", "label", f"Headlines {language}", "MIT")
    ids = [actions.queue_run(None, data.id, "text_classification", recipe) for recipe in RECIPES[language]]

    def found() -> dict[str, str]:
        with session_scope() as session:
            return {row.id: row.state for row in rows_of(session, ids)}

    Worker(threads=threads, only=ids).run(until=lambda: not {"queued", "running"} & set(found().values()))
    with session_scope() as session:
        scores = {row.id: row.validation[MEASURE].value for row in rows_of(session, ids) if MEASURE in row.validation}
    best = max(scores, key=lambda run: scores[run])
    return best, dict(zip(RECIPES[language], (scores.get(run, float("nan")) for run in ids), strict=True))


def f1(y: np.ndarray, answers: np.ndarray) -> str:
    """`0.712 (0.66 to 0.76)`."""
    score = measure_quality(y, answers, len(DIMENSIONS), number=RESAMPLES).overall[MEASURE]
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"


def difference(y: np.ndarray, ours: np.ndarray, theirs: np.ndarray) -> str:
    """Paired bootstrap of the difference in macro F1 on the same headlines."""
    dice = np.random.default_rng(SEED)
    samples = [
        _macro(y[rows], ours[rows]) - _macro(y[rows], theirs[rows])
        for rows in dice.integers(0, len(y), (RESAMPLES, len(y)))
    ]
    low, high = np.quantile(samples, (0.025, 0.975))
    return f"{_macro(y, ours) - _macro(y, theirs):+.3f} ({low:+.3f} to {high:+.3f})"


def _macro(y: np.ndarray, answers: np.ndarray) -> float:
    scores = []
    for index in range(len(DIMENSIONS)):
        right = np.sum((y == index) & (answers == index))
        asked = np.sum(y == index) + np.sum(answers == index)
        scores.append(2 * right / asked if asked else 0.0)
    return float(np.mean(scores))


def agreement(language: Language) -> str:
    """Share of equal labels and Cohen's kappa (1960) of the two passes over the same test headlines."""
    first = {row.id: row.dimension for row in labelled("test", language)}
    pairs = [(first[row.id], row.dimension) for row in labelled("test again", language)]
    same = np.mean([a == b for a, b in pairs])
    one, two = (Counter(pair[side] for pair in pairs) for side in (0, 1))
    chance = sum(one[d] * two[d] for d in DIMENSIONS) / len(pairs) ** 2
    return f"{language}: {len(pairs)} labelled twice: {same:.1%} alike, kappa {(same - chance) / (1 - chance):.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    threads = parser.parse_args().threads
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ |= {"DATABASE_URL": f"sqlite:///{folder / 'signals.db'}", "PROSPECTUS_HOME": str(folder / "home")}
        from db.session import upgrade
        from engine.entrypoints.home import cache_folder, run_folder
        from engine.market.classifiers import Run, Words, ZeroShot
        from engine.market.headline_reader import Headlines

        upgrade()
        print(*map(agreement, ("en", "zh")), sep="\n")
        for language in ("en", "zh"):
            texts, y = classes_of("test", language)
            run, validation = trained(language, threads, folder)
            made = {
                "always the commonest": np.full(len(y), int(np.bincount(y).argmax())),
                "keywords": _answers(Words(), texts, language),
                "zero-shot": _answers(ZeroShot(cache_folder(), threads), texts, language),
                "labelled headlines": _answers(Headlines(cache_folder(), threads), texts, language),
                "trained": _answers(Run(run, run_folder(run) / "artifact", threads), texts, language),
            }
            scores = ", ".join(f"{name} {value:.3f}" for name, value in validation.items())
            print(f"\n{language}: {len(y)} test headlines; on validation {scores}")
            for name, answers in made.items():
                print(f"  {name:22}macro F1 {f1(y, answers)}")
            better = max(("keywords", "zero-shot"), key=lambda name: _macro(y, made[name]))
            for name in ("labelled headlines", "trained"):
                print(f"  {name} minus {better}: {difference(y, made[name], made[better])}")


def _answers(classifier: object, texts: list[str], language: str) -> np.ndarray:
    shares = classifier.classify(texts, [language] * len(texts))  # type: ignore[attr-defined]
    return np.array([max(range(len(DIMENSIONS)), key=lambda i: row[DIMENSIONS[i]]) for row in shares])


if __name__ == "__main__":
    main()
