"""A simple guess at the language of most texts. It knows scripts and a few little words, nothing more."""

import re
from collections import Counter
from collections.abc import Sequence

from engine.data.table import spread_sample
from engine.errors import N_

METHOD = N_(
    "By script: a fifth of the letters or more being Chinese characters means Chinese (with kana, Japanese). "
    "Latin letters mean English, unless the little words of another western language are more frequent. "
    "Everything else is undetermined."
)
SAMPLED_TEXTS = 2_000
SAMPLED_CHARS = 500
SCRIPTS = {
    "han": re.compile(r"[\u3400-\u9fff]"),
    "kana": re.compile(r"[\u3040-\u30ff]"),
    "hangul": re.compile(r"[\uac00-\ud7af]"),
    "latin": re.compile(r"[A-Za-z\u00c0-\u024f]"),
    "other": re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"),
}
LITTLE_WORDS = {
    "en": "the and of to is it this that was with for not",
    "fr": "le la les des est une et pas que pour dans très",
    "de": "der die das und ist nicht ich ein eine mit für sehr",
    "es": "el los las una que es muy por con para pero está",
    "pt": "não uma que é muito com para mas os do em está",
    "it": "il che è non una per con molto sono della gli di",
    "nl": "de het een en van is niet dat op te voor met",
}


def detect_language(texts: Sequence[str]) -> str:
    """BCP 47 primary subtag of most texts, `und` when undetermined; see METHOD. Looks at up to 2,000 texts."""
    sample = "\n".join(text[:SAMPLED_CHARS] for text in spread_sample(texts, SAMPLED_TEXTS))
    counts = {script: len(letters.findall(sample)) for script, letters in SCRIPTS.items()}
    letters = sum(counts.values())
    if letters == 0:
        return "und"
    if counts["kana"] >= 0.1 * letters:
        return "ja"
    if counts["han"] >= 0.2 * letters:
        return "zh"
    if counts["hangul"] >= 0.2 * letters:
        return "ko"
    return _western(sample) if counts["latin"] >= 0.5 * letters else "und"


def _western(sample: str) -> str:
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    hits = {language: sum(words[word] for word in little.split()) for language, little in LITTLE_WORDS.items()}
    return max(hits, key=lambda language: (hits[language], language == "en"))
