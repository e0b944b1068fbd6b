"""Buy the answer instead of training a model: any interface that speaks OpenAI's chat completions.

The prompt holds the labels, their descriptions and, if wanted, a few training rows of each class as examples. It is
fixed before a label of validation is looked at. Answers are read strictly: what is no label is counted as wrong. Texts
leave this machine for the address that was configured, and for nothing else. How keys, money and repetitions are
treated: docs/hosted_api.md.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.lengths import CHARACTERS
from engine.errors import N_, MissingPart
from engine.inference.files import write_whole
from engine.inference.hosted.address import checked_url, read_key
from engine.inference.hosted.model import ALONE, KIND, PROMPT_FILE
from engine.inference.hosted.prices import Tokens, price_of
from engine.inference.hosted.prompt import INSTRUCTION, fixed_messages
from engine.spec import Asked, Bought, DataFacts, FitContext, Outcome, Recipe, Work, setting
from engine.training.descriptions import class_descriptions
from engine.training.stop import obey_stop
from engine.training.workload.texts import evaluated

LABEL_CHARACTERS = 12
"""Of a label whose name is not known yet; assumed."""


@dataclass(frozen=True, slots=True)
class Config:
    """Settings of asking a hosted model."""

    url: str = setting(
        "",
        N_("Address"),
        N_("Base URL of the API, up to and without /chat/completions, such as https://api.example.com/v1."),
    )
    model: str = setting("", N_("Model"), N_("Its name as the API knows it."))
    key_variable: str = setting(
        "OPENAI_API_KEY",
        N_("Variable that holds the key"),
        N_("Name of an environment variable; its value is never stored. Empty for a server that asks for no key."),
    )
    descriptions: str = setting(
        "",
        N_("What each class means"),
        N_("One line a class: its label, a colon, a description in the language of the texts."),
        lines=5,
    )
    shots: int = setting(
        0,
        N_("Examples of each class"),
        N_("Training rows shown in the prompt; 0 for none. Each is paid for with every request."),
        minimum=0,
        maximum=20,
    )
    cap_usd: float = setting(
        1.0,
        N_("Cap on API money"),
        N_("No request is sent that could pass it. A run's own spending cap counts instead where it has one."),
        unit="US$",
        minimum=0.0,
        maximum=100_000.0,
    )
    max_evaluation_rows: int = setting(
        200,
        N_("Rows to evaluate on"),
        N_("Most rows of validation and of test that are asked; 0 for all. The same rows in every run."),
        minimum=0,
        zero=N_("all of them"),
    )
    instruction: str = setting(INSTRUCTION, N_("Instruction"), N_("Begins the prompt."), advanced=True, lines=3)
    prices_of: str = setting(
        "",
        N_("Whose prices"),
        N_("Provider as genai-prices names it, such as openai or deepseek; empty to tell by the address."),
        advanced=True,
    )
    input_usd_per_mtok: float | None = setting(
        None,
        N_("Price of a million tokens read"),
        N_("Where the list knows no price; 0 for a server of your own."),
        unit="US$",
        minimum=0.0,
        maximum=10_000.0,
        advanced=True,
    )
    output_usd_per_mtok: float | None = setting(
        None,
        N_("Price of a million tokens written"),
        N_("Where the list knows no price; 0 for a server of your own."),
        unit="US$",
        minimum=0.0,
        maximum=10_000.0,
        advanced=True,
    )
    own_network: bool = setting(
        False,
        N_("In my own network"),
        N_("Allows addresses of a private network, and plain HTTP to them. This machine is always allowed."),
        advanced=True,
    )
    max_tokens: int = setting(
        32, N_("Longest answer"), N_("Tokens; longer ones are cut."), minimum=1, maximum=16_384, advanced=True
    )
    limit_name: str = setting(
        "max_tokens",
        N_("Name of that limit"),
        N_("max_completion_tokens for models that think before they answer."),
        choices=("max_tokens", "max_completion_tokens"),
        advanced=True,
    )
    temperature: float = setting(
        0.0,
        N_("Temperature"),
        N_("0 for the likeliest answer; -1 to send none, as some models demand."),
        minimum=-1.0,
        maximum=2.0,
        advanced=True,
    )
    concurrency: int = setting(4, N_("Requests at once"), N_("At most."), minimum=1, maximum=64, advanced=True)
    timeout_seconds: float = setting(
        30.0,
        N_("Longest wait for an answer"),
        N_("Then the request is repeated."),
        unit="s",
        minimum=0.1,
        maximum=600.0,
        advanced=True,
    )
    retries: int = setting(
        4, N_("Repetitions"), N_("Of a request that fails in passing."), minimum=0, maximum=20, advanced=True
    )


def check(config: Config, facts: DataFacts) -> None:
    """Raise MissingPart when it is not configured, InputError for an address, price or description that cannot be."""
    read_key(config.key_variable)
    if not config.url.strip() or not config.model.strip():
        raise MissingPart(
            N_("Set {variable} and choose a URL and a model: nothing is asked before."),
            variable=config.key_variable or N_("no key"),
        )
    checked_url(config.url, own_network=config.own_network)
    _price(config)
    if facts.labels:
        class_descriptions(config.descriptions, facts.labels)


def examples(targets: Sequence[int], k: int, seed: int) -> list[int]:
    """Up to k training rows of each class, drawn by the seed, in an order that mixes the classes."""
    generator = np.random.default_rng(seed)
    classes = np.asarray(targets)
    chosen = [row for c in np.unique(classes) for row in generator.permutation(np.flatnonzero(classes == c))[:k]]
    return [int(row) for row in generator.permutation(np.asarray(chosen, dtype=np.int64))]


def work(config: Config, asked: Asked) -> Work:
    """Requests, their characters and what tokens cost: every evaluated row is asked once, kept answers not known of."""
    counts = asked.counts(CHARACTERS)
    rows = evaluated(asked, counts, config.max_evaluation_rows)
    lengths = [*rows["validation"], *rows["test"]]
    shown = float(np.mean(counts["train"] or [0])) + LABEL_CHARACTERS if config.shots else 0.0
    classes = len(config.descriptions) or asked.labels * LABEL_CHARACTERS
    prompt = len(config.instruction) + classes + config.shots * asked.labels * shown
    price = _price(config)
    read, written = (1000 * float(price.usd(tokens)) for tokens in (Tokens(1000, 0, 0), Tokens(0, 0, 1000)))
    alone = min(ALONE, len(lengths))
    return Work(
        phases={
            "setup": {"start": 1, "krows_read": sum(asked.rows.values()) / 1000},
            "evaluate": {"requests_waited": alone + (len(lengths) - alone) / config.concurrency, "splits_scored": 2.0},
        },
        moments={"evaluate": {"mb_python": 1.0}},
        bought=Bought(
            requests=len(lengths),
            characters=float(sum(lengths) + len(lengths) * prompt),
            language=asked.language,
            most_written=config.max_tokens,
            usd_per_mtok_read=read,
            usd_per_mtok_written=written,
            price=price.source,
            cap_usd=config.cap_usd,
        ),
    )


def fit(context: FitContext) -> Outcome:
    """Write the prompt; what is asked with it is the evaluation."""
    config: Config = context.config
    obey_stop(context.recorder)
    labels = context.job.labels
    check(config, DataFacts(context.job.task, context.job.language, labels))
    rows = examples(context.targets["train"], config.shots, context.job.seed) if config.shots else []
    shown = [(context.inputs["train"][row], labels[context.targets["train"][row]]) for row in rows]
    messages = fixed_messages(config.instruction, labels, class_descriptions(config.descriptions, labels), shown)
    _write(context.artifact / PROMPT_FILE, messages)
    price = _price(config)
    context.recorder.facts(price=price.source, price_grade=price.grade, prompt_characters=_characters(messages))
    return Outcome(
        runtime={"kind": KIND, "files": [PROMPT_FILE], "prompt": PROMPT_FILE, **_runtime(config)},
        base_model={"name": config.model, "revision": "", "licence": "", "served_by": config.url.strip()},
    )


def _runtime(config: Config) -> dict[str, Any]:
    names = (
        "model",
        "key_variable",
        "prices_of",
        "input_usd_per_mtok",
        "output_usd_per_mtok",
        "own_network",
        "max_tokens",
        "limit_name",
        "temperature",
        "concurrency",
        "timeout_seconds",
        "retries",
        "cap_usd",
    )
    url = checked_url(config.url, own_network=config.own_network)
    return {"url": url} | {name: getattr(config, name) for name in names}


def _price(config: Config) -> Any:
    return price_of(
        config.model, config.url.strip(), config.prices_of, config.input_usd_per_mtok, config.output_usd_per_mtok
    )


def _write(path: Path, messages: Sequence[dict[str, str]]) -> None:
    write_whole(path, json.dumps({"messages": messages}, ensure_ascii=False, indent=1).encode())


def _characters(messages: Sequence[dict[str, str]]) -> int:
    return sum(len(m["content"]) for m in messages)


RECIPE = Recipe(
    name="hosted_api",
    title=N_("Hosted API: buy the answer"),
    summary=N_(
        "Asks a model that somebody else serves, with your class descriptions and a few examples. Trains nothing, "
        "costs money for every request, and sends the texts to the address you choose."
    ),
    tasks=("text_classification",),
    config=Config,
    fit=fit,
    order=17,
    check=check,
    work=work,
    cannot={"image_classification": N_("Pictures are not sent to an API: only texts are.")},
)
