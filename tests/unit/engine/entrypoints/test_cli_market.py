"""`prospectus market users` and `competition`: tables in, JSON and a table out."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from engine.entrypoints import actions
from engine.entrypoints.cli.market import app

CARDS = "competitor,positioning,price_usd,unit,date,source,feature: search\nAlpha,Shops,49,month,2026-03-01,page,yes\n"
EVENTS = "user,time,kind\n" + "".join(
    f"u{n},2026-0{month}-1{n},{kind}\n" for n in range(4) for month in (1, 2) for kind in ("visit", "buy")[: 1 + n % 2]
)


def answer(*words: str) -> Any:
    found = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_tables_of_competitors_and_events_go_in_and_come_out(database: str, tmp_path: Path) -> None:
    idea = actions.add_idea("Parcel insight", "Lin", "post", "Shops", "", "quality.f1_macro", 0.6, 100.0)
    cards, events, out = tmp_path / "cards.csv", tmp_path / "events.csv", tmp_path / "out.csv"
    cards.write_text(CARDS, encoding="utf-8")
    events.write_text(EVENTS, encoding="utf-8")
    assert answer("users", idea) == {"idea": idea, "events": None}
    first = answer("competition", idea, "--data", str(cards), "--to", str(out))
    (card,) = first["competitors"]
    assert (first["new"], card["features"], card["prices"][0]["grade"]) == (1, {"search": "yes"}, "quoted")
    assert answer("competition", idea, "--data", str(out))["new"] == 0
    counted = answer("users", idea, "--data", str(events), "--step", "visit", "--step", "buy")
    assert (counted["users"], counted["settings"]["kind"]) == (4, "kind")
    assert counted["funnel"][-1]["of_first"]["value"] == 0.5
