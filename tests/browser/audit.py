"""What is asked of a drawn page: readable ink, no sideways scroll, no trace, every text in the reader's language."""

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from dashboard.i18n import LANGUAGES, catalogue_path

# One pass over the drawn page. Ink is alpha-blended over the nearest opaque ground; disabled controls, texts drawn on
# canvas and pictures of text are not counted, as in WCAG 1.4.3. `texts` holds every visible text node.
LOOK = r"""
() => {
  const rgba = (css) => {
    const m = css.match(/rgba?\(([^)]+)\)/);
    if (!m) return null;
    const p = m[1].split(/[ ,/]+/).filter(Boolean).map(Number);
    return [p[0], p[1], p[2], p.length > 3 ? p[3] : 1];
  };
  const over = (top, ground) => {
    const a = top[3];
    return [0, 1, 2].map((i) => top[i] * a + ground[i] * (1 - a)).concat(1);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => {
      v /= 255;
      return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const ground = (element) => {  // of what lies behind: a slider's value is a child of its thumb and stands above it
    const layers = [], own = element.getBoundingClientRect();
    const x = own.left + own.width / 2, y = own.top + own.height / 2;
    for (let e = element; e; e = e.parentElement) {
      const box = e.getBoundingClientRect();
      if (e !== document.body && (x < box.left || x > box.right || y < box.top || y > box.bottom)) continue;
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c && c[3] > 0) layers.push(c);
      if (c && c[3] === 1) break;
    }
    return layers.reverse().reduce((below, c) => over(c, below), [255, 255, 255, 1]);
  };
  const faded = (element) => {
    let o = 1;
    for (let e = element; e; e = e.parentElement) o *= Number(getComputedStyle(e).opacity);
    return o;
  };
  const disabled = (e) => e.closest('[disabled],[aria-disabled="true"],[aria-hidden="true"]');
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pale = [], texts = [];
  let inked = 0;
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const e = walker.currentNode.parentElement;
    if (!text || ["SCRIPT", "STYLE", "NOSCRIPT", "TITLE"].includes(e.tagName)) continue;
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || !box.height || style.visibility === "hidden") continue;
    if (e.closest('[data-testid="stIconMaterial"]')) continue;
    if (!e.closest('[translate="no"]')) texts.push(text);  // what people wrote stays as it is
    if (disabled(e)) continue;
    const svg = e.namespaceURI === "http://www.w3.org/2000/svg";
    const ink = rgba(svg ? style.fill : style.color);
    if (!ink) continue;
    ink[3] *= faded(e) * (svg ? Number(style.fillOpacity) : 1);
    if (ink[3] < 0.05) continue;
    inked += 1;
    const below = ground(e), found = ratio(over(ink, below), below);
    if (found < 4.5) pale.push(`${found.toFixed(2)}:1 ${JSON.stringify(text.slice(0, 60))}`);
  }
  for (const e of document.querySelectorAll("[placeholder],[aria-label]")) {
    for (const name of ["placeholder"]) if (e.getAttribute(name)) texts.push(e.getAttribute(name));
  }
  const main = document.querySelector('[data-testid="stMain"]');
  const wide = Math.max(
    document.documentElement.scrollWidth - window.innerWidth,
    main ? main.scrollWidth - main.clientWidth : 0,
  );
  const unlabelled = [...document.querySelectorAll(".js-plotly-plot,table")].filter(
    (e) => !e.closest("[aria-label]") && !e.querySelector("[aria-label]") && !e.closest('[role="img"]')
  ).length;
  return {
    pale: [...new Set(pale)], inked, texts, wide, unlabelled,
    traces: document.querySelectorAll('[data-testid="stException"]').length,
    numbers: texts.filter((t) => /\bNaN\b|\bundefined\b|\bNone\b|\binf\b/.test(t)),
  };
}
"""
RAW_KEY = re.compile(r"\{[a-z_]+\}|\b(?:quality|latency|cost|economics|market|serving|size)\.[a-z0-9_]+\b")
NOT_DRAWN = "This part of the page could not be drawn."
"""What stands where the guard around a part of a page caught what nobody foresaw: the trace is in the log alone."""
LONG_ENOUGH = 3
"""Words that make an English text unmistakable inside a longer one."""


@dataclass(frozen=True)
class Catalogue:
    """English texts and what stands for them in one language."""

    said: dict[str, str]

    def untranslated(self, texts: list[str]) -> list[str]:
        """Visible texts that stayed English though the catalogue has them in the reader's language."""
        # A language is named in itself, whatever language the page is in.
        exact = {english for english, here in self.said.items() if here != english} - set(LANGUAGES.values())
        long = [e for e in exact if len(e.split()) >= LONG_ENOUGH and "{" not in e]
        return sorted({t for t in texts if t in exact or any(e in t for e in long)})


@functools.cache
def catalogue(name: str) -> Catalogue:
    """The texts of one language; raises KeyError for a language there is not."""
    from babel.messages.pofile import read_po

    with catalogue_path({key: key for key in LANGUAGES}[name]).open("rb") as file:
        return Catalogue({m.id: str(m.string) for m in read_po(file, locale=name) if isinstance(m.id, str) and m.id})


def _in_language(english: str, language: str) -> str:
    return english if language == "en" else catalogue(language).said[english]


def faults(look: dict[str, Any], language: str, theirs: Collection[str] = ()) -> list[str]:
    """What is wrong with a page, in words; `look` is what `LOOK` returned.

    `theirs` are words of people's data, such as the class "positive", which stay as they are though we say them too.
    """
    found = [f"pale ink {pale}" for pale in look["pale"]]
    found += [f"scrolls sideways by {look['wide']} px"] if look["wide"] > 0 else []
    found += [f"{look['traces']} stack traces"] if look["traces"] else []
    found += [f"not drawn: {text!r}" for text in look["texts"] if _in_language(NOT_DRAWN, language) in text]
    found += [] if look["inked"] else ["no text was checked"]
    found += [f"no figure but {text!r}" for text in look["numbers"]]
    found += [f"raw key {text!r}" for text in look["texts"] if RAW_KEY.search(text)]
    if language != "en":
        ours = [text for text in look["texts"] if text not in theirs]
        found += [f"untranslated {text!r}" for text in catalogue(language).untranslated(ours)]
    return found
