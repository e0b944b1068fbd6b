"""A recurrent net over many series: one model, quantile loss, early stopping on the newest examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.errors import N_
from engine.market.windows import Scaled, example, lags_for, scaled
from engine.spec import setting
from engine.spec.forecaster import History

QUANTILES = (0.05, 0.5, 0.95)
FEWEST_ROWS = 30
FARTHEST = 30.0
VALIDATION = 0.15
"""Share of the examples, those with the newest origins, that training stops by."""


@dataclass(frozen=True)
class Config:
    """Settings of a recurrent net."""

    hidden: int = setting(48, N_("Hidden units"), minimum=4, maximum=1024)
    epochs: int = setting(40, N_("Epochs"), N_("At most so many passes over the examples."), minimum=1, maximum=1000)
    patience: int = setting(
        5, N_("Patience"), N_("Passes without a better validation loss before it stops."), minimum=1, maximum=100
    )
    batch: int = setting(256, N_("Batch"), minimum=8, maximum=8192, advanced=True)
    learning_rate: float = setting(0.003, N_("Learning rate"), minimum=0.00001, maximum=1.0, advanced=True)
    rows: int = setting(
        40_000, N_("Examples"), N_("At most so many, drawn at random."), minimum=100, maximum=5_000_000, advanced=True
    )
    seed: int = setting(0, N_("Seed"), minimum=0, maximum=2**31 - 1, advanced=True)


def predict(cell: Literal["GRU", "LSTM"], histories: Sequence[History], horizon: int, config: Config) -> list[Any]:
    """The median of each step by one net over all histories. Raises ValueError when there are too few examples."""
    import torch

    series, lags = [scaled(history) for history in histories], lags_for(histories)
    inputs, targets = _examples(series, lags, horizon, config)
    if len(inputs) < FEWEST_ROWS:
        raise ValueError(f"{len(inputs)} examples are too few to learn from")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        net = _net(cell, inputs.shape[1] - lags, horizon, config.hidden)
        _train(net, inputs, targets, lags, config)
    ends = [example(one, len(one.y), lags, horizon) for one in series]
    rows = np.array([_row(end) for end in ends], dtype=np.float32)
    with torch.no_grad():
        said = net(torch.from_numpy(rows), lags)[:, :, QUANTILES.index(0.5)].numpy()
    return [
        one.back(end.naive + end.unit * step) for one, end, step in zip(series, ends, said.astype(float), strict=True)
    ]


def _row(seen: Any) -> Any:
    """The window, then what is known of the steps."""
    return np.concatenate([np.clip(seen.window, -FARTHEST, FARTHEST), [np.clip(seen.trend, -FARTHEST, FARTHEST)],
                           np.clip((seen.naive - seen.level) / seen.unit, -FARTHEST, FARTHEST)])  # fmt: skip


def _examples(series: Sequence[Scaled], lags: int, horizon: int, config: Config) -> tuple[Any, Any]:
    """Oldest first, by how near the end of their series they stand; steps that are not known yet are NaN."""
    places = [
        (origin / len(one.y), i, origin)
        for i, one in enumerate(series)
        for origin in range(max(lags // 2, 2), len(one.y))
    ]
    if len(places) > config.rows:
        chosen = np.random.default_rng(config.seed).choice(len(places), config.rows, replace=False)
        places = [places[i] for i in chosen]
    inputs, targets = [], []
    for _age, i, origin in sorted(places):
        seen = example(series[i], origin, lags, horizon)
        known = series[i].y[origin : origin + horizon]
        target = np.full(horizon, np.nan)
        target[: len(known)] = np.clip((known - seen.naive[: len(known)]) / seen.unit, -FARTHEST, FARTHEST)
        inputs.append(_row(seen))
        targets.append(target)
    return np.array(inputs, dtype=np.float32), np.array(targets, dtype=np.float32)


def _net(cell: str, known: int, horizon: int, hidden: int) -> Any:
    import torch

    class Net(torch.nn.Module):  # type: ignore[misc]
        """Reads the window step by step, then says all quantiles of all steps at once."""

        def __init__(self) -> None:
            super().__init__()
            self.reader = getattr(torch.nn, cell)(1, hidden, batch_first=True)
            self.head = torch.nn.Sequential(
                torch.nn.Linear(hidden + known, hidden),
                torch.nn.ReLU(),
                torch.nn.Linear(hidden, horizon * len(QUANTILES)),
            )

        def forward(self, rows: Any, lags: int) -> Any:
            read, _state = self.reader(rows[:, :lags, None])
            both = torch.cat([read[:, -1], rows[:, lags:]], dim=1)
            return self.head(both).view(len(rows), horizon, len(QUANTILES))

    return Net()


def _train(net: Any, inputs: Any, targets: Any, lags: int, config: Config) -> None:
    """Adam until the loss on the newest examples has not fallen for `patience` passes; the best state is kept."""
    import torch

    cut = int(len(inputs) * (1 - VALIDATION))
    given, wanted = torch.from_numpy(inputs), torch.from_numpy(targets)
    optimizer = torch.optim.Adam(net.parameters(), lr=config.learning_rate)
    best, kept, waited = float("inf"), {k: v.clone() for k, v in net.state_dict().items()}, 0
    for _epoch in range(config.epochs):
        net.train()
        for batch in torch.randperm(cut).split(config.batch):
            optimizer.zero_grad()
            _loss(net(given[batch], lags), wanted[batch]).backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
        net.eval()
        with torch.no_grad():
            now = float(_loss(net(given[cut:], lags), wanted[cut:]))
        if now < best:
            best, kept, waited = now, {k: v.clone() for k, v in net.state_dict().items()}, 0
        elif (waited := waited + 1) >= config.patience:
            break
    net.load_state_dict(kept)
    net.eval()


def _loss(said: Any, wanted: Any) -> Any:
    """Mean pinball loss over the quantiles and the steps that are known."""
    import torch

    known = ~torch.isnan(wanted)
    d = torch.nan_to_num(wanted)[:, :, None] - said
    levels = torch.tensor(QUANTILES)
    return (torch.maximum(levels * d, (levels - 1) * d).mean(dim=2) * known).sum() / known.sum().clamp(min=1)
