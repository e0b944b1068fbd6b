"""Real recipes through the real worker: an idea earns its figures; stopping, budgets and a full disk cost nothing."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.session import session_scope
from db.shapes import ProductSheet, RunDetail
from db.views import product_sheet, run_detail
from engine.entrypoints import actions
from engine.recorder import EVENTS_FILE, read_events
from tests.flow.conftest import Stage
from tests.flow.real import SHORT_LORA, write_reviews

TASK = "text_classification"


@pytest.fixture
def idea(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An idea with a price, a volume and data; its slug."""
    monkeypatch.setenv("PROSPECTUS_THREADS", "1")
    assumed = {
        "economics.price_per_1k_usd": (0.5, 0.3, 0.8, "a guess"),
        "market.requests_per_month": (1e6, None, None, "a guess"),
    }
    slug = actions.add_idea("Parcel insight", "Mei", "", "", "", "quality.f1_macro", 0.8, 100.0, assumed)
    actions.import_data(write_reviews(tmp_path / "reviews.csv"), "text", "label", "reviews", product_slug=slug)
    return slug


@pytest.fixture
def real(idea: str, tmp_path: Path) -> Iterator[Stage]:
    """A stage whose worker runs real recipes; the stand-in data set beside the real one is not used."""
    made = Stage(tmp_path / "home")
    yield made
    made.end()


def sheet(slug: str) -> ProductSheet:
    with session_scope() as session:
        return product_sheet(session, slug)


def detail(run_id: str) -> RunDetail:
    with session_scope() as session:
        return run_detail(session, run_id)


@pytest.mark.postgresql_only
def test_from_an_idea_to_measured_evidence(real: Stage, idea: str) -> None:
    run_id = actions.queue_run(idea, 1, TASK, "baseline")
    real.start("engine.entrypoints.cli", "worker")
    real.wait_for(run_id, "complete", seconds=60)
    real.until(lambda: sheet(idea).row.quality is not None, what="evidence")
    row = sheet(idea).row
    assert row.quality is not None and row.quality.grade == "measured" and row.quality.run_id == run_id
    assert row.p_bar_met is not None and row.quality.low <= row.quality.value <= row.quality.high
    assert row.latency_p95 is not None and row.latency_p95.grade == "measured"
    assert row.cost_per_1k is not None and row.cost_per_1k.grade == "assumed"
    assert row.gross_margin is not None and row.break_even is not None and row.spent_usd > 0
    assert detail(run_id).test is None
    actions.adopt_run(idea, run_id, "Mei")
    assert sheet(idea).adopted_run_id == run_id and detail(run_id).test is not None


@pytest.mark.faults
def test_stop_keeps_a_checkpoint_and_resume_ends_as_if_nothing_had_been(real: Stage, idea: str) -> None:
    """Also: over its budget a run stops with a checkpoint, and goes on with a larger one."""
    whole = actions.queue_run(idea, 1, TASK, "lora", SHORT_LORA)
    parts = actions.queue_run(idea, 1, TASK, "lora", SHORT_LORA)
    real.start("engine.entrypoints.cli", "worker")
    real.until(lambda: len(detail(parts).series.get("train.loss", ())) >= 6, 120, "some steps")
    actions.stop_run(parts)
    stopped = real.wait_for(parts, "stopped", seconds=60)
    assert stopped.stop_reason == "person" and stopped.checkpoint_step is not None
    actions.resume_run(parts, budget_usd=float(stopped.cost_nano) / 1e9 + 1e-9)
    over = real.wait_for(parts, "stopped", seconds=60)
    assert over.stop_reason == "budget" and over.checkpoint_step >= stopped.checkpoint_step
    actions.resume_run(parts, budget_usd=1.0)
    real.wait_for(parts, "complete", seconds=120)
    assert detail(parts).series["train.loss"] == detail(whole).series["train.loss"]
    assert weights(real, parts) == weights(real, whole)
    assert detail(parts).row.seconds > stopped.seconds


def weights(stage: Stage, run_id: str) -> dict[str, str]:
    """sha256 of the served files, by name."""
    import hashlib

    folder = stage.home / "runs" / run_id / "artifact"
    files = [path for path in folder.rglob("*") if path.suffix in (".onnx", ".safetensors", ".npz")]
    assert files
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_fails_the_run_with_that_reason_and_resume_goes_on(real: Stage, idea: str, tiny_base: str) -> None:
    disk = real.home / "runs"
    disk.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "prospectus-test", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this container may not mount a small disk")
    try:
        run_id = actions.queue_run(idea, 1, TASK, "lora", SHORT_LORA | {"model": tiny_base})
        real.start("engine.entrypoints.cli", "worker")
        failed = real.wait_for(run_id, "failed", "complete", seconds=120)
        assert failed.state == "failed" and "disk is full" in failed.error["message"]
        assert not (disk / run_id / "artifact").exists()
        assert failed.seconds == pytest.approx(spent_seconds(disk / run_id))
        subprocess.run(["mount", "-o", "remount,size=400m", str(disk)], check=True)
        actions.resume_run(run_id)
        complete = real.wait_for(run_id, "complete", "failed", seconds=120)
        assert complete.state == "complete", complete.error
        steps = [step for step, _ in detail(run_id).series["train.loss"]]
        assert steps == sorted(set(steps)) and max(steps) >= SHORT_LORA["max_steps"] - 1
        assert complete.seconds == pytest.approx(spent_seconds(disk / run_id))
    finally:
        real.end()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def spent_seconds(folder: Path) -> float:
    return sum(e["end"] - e["start"] for e, _ in read_events(folder / EVENTS_FILE) if e["kind"] == "spend")
