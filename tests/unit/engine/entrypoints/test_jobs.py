"""What a run is given to compute on, for described machines."""

import pytest

from db.session import session_scope
from engine import catalog
from engine.devices import CPU, GPU, Gpu, Machine
from engine.entrypoints import settings
from engine.entrypoints.actions.runs import device_for
from engine.entrypoints.jobs import job_of
from engine.errors import MissingPart
from tests.rows import a_run

TWO_GPUS = Machine(tuple(Gpu(i, f"GPU-{i}", "made-up", 24 * 10**9, (8, 0)) for i in range(2)), torch_cuda=True)
TRAINS = catalog.recipe("lora")
COUNTS = catalog.recipe("baseline")


def test_a_recipe_is_queued_for_what_it_can_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.DEVICE, "auto")
    assert (device_for(TRAINS, TWO_GPUS), device_for(COUNTS, TWO_GPUS)) == (GPU, CPU)
    assert device_for(TRAINS, Machine()) == CPU


def test_the_environment_can_forbid_a_gpu_and_insist_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(settings.DEVICE, "cpu")
    assert device_for(TRAINS, TWO_GPUS) == CPU
    monkeypatch.setenv(settings.DEVICE, "gpu")
    assert device_for(TRAINS, TWO_GPUS) == GPU
    with pytest.raises(MissingPart, match="A GPU was asked for, but the driver shows none"):
        device_for(TRAINS, Machine())


@pytest.mark.parametrize(
    ("recipe", "device", "batch_size", "devices"),
    [("lora", GPU, 32, 2), ("lora", GPU, 8, 1), ("lora", CPU, 32, 1), ("baseline", GPU, 32, 1)],
)
def test_a_run_is_spread_where_its_recipe_and_batch_allow(
    database: str, recipe: str, device: str, batch_size: int, devices: int
) -> None:
    with session_scope() as session:
        run = a_run(session, recipe=recipe, device=device, config={"batch_size": batch_size})
        assert job_of(session, run, 1, TWO_GPUS).devices == devices
