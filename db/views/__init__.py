"""Read models for screens: a few queries each, however many rows there are; test figures stay hidden."""

from db.views.compression import compressed_family, compressed_sources
from db.views.datasets import datasets
from db.views.labellings import labelling_state
from db.views.products import portfolio, product_sheet
from db.views.queue import queue
from db.views.runs import leaderboard, run_detail, running, runs
from db.views.system import system_state

__all__ = [
    "compressed_family",
    "compressed_sources",
    "datasets",
    "labelling_state",
    "leaderboard",
    "portfolio",
    "product_sheet",
    "queue",
    "run_detail",
    "running",
    "runs",
    "system_state",
]
