"""From labels, descriptions and examples to messages, and from an answer back to a label.

The prompt is fixed before a label of validation is looked at, and written into the artifact.
"""

from collections.abc import Mapping, Sequence

Message = Mapping[str, str]
INSTRUCTION = (
    "You sort texts into classes. Answer with one label of the list, exactly as it is written, and nothing else."
)
FRAME = 16
"""More tokens than role and frame of a message can have."""
QUOTES = "\"'`“”‘’「」『』"


def fixed_messages(
    instruction: str, labels: Sequence[str], descriptions: Mapping[str, str], examples: Sequence[tuple[str, str]]
) -> list[dict[str, str]]:
    """What comes before every text: the labels with their descriptions, then examples as questions and answers."""
    lines = [f"- {label}: {descriptions[label]}" if label in descriptions else f"- {label}" for label in labels]
    messages = [{"role": "system", "content": "\n".join([instruction.strip(), "", "Labels:", *lines])}]
    for text, label in examples:
        messages += [{"role": "user", "content": text}, {"role": "assistant", "content": label}]
    return messages


def asked(messages: Sequence[Message], text: str) -> list[Message]:
    """The whole conversation for one text."""
    return [*messages, {"role": "user", "content": text}]


def label_of(answer: str, labels: Sequence[str]) -> int | None:
    """The class that an answer names, or None.

    Strict: blanks around it, one pair of quotes and one full stop may be there, and capitals may differ where that
    leaves one label. A label inside a sentence is no answer.
    """
    words = answer.strip()
    for form in (words, words.rstrip(".。"), words.rstrip(".。").strip(QUOTES), words.strip(QUOTES).rstrip(".。")):
        if form in labels:
            return list(labels).index(form)
    bare = words.strip(QUOTES).rstrip(".。").strip(QUOTES).strip().casefold()
    alike = [i for i, label in enumerate(labels) if label.casefold() == bare]
    return alike[0] if len(alike) == 1 else None


def most_tokens(messages: Sequence[Message]) -> int:
    """More tokens than the messages can have: none is shorter than a byte, and roles and frames take a few each."""
    return sum(len(m["content"].encode()) + FRAME for m in messages) + FRAME
