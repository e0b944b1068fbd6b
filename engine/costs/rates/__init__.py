"""Dated prices, each with its source: rate files, cloud price lists, prices of hosted models, exchange rates.

Lookups answer from the shipped rates, or from the rows of the database that `engine.entrypoints.actions.rates.book`
returns, among which are a person's own: `gpu_hour("a100-80", on=day, rates=book())`.
"""

from engine.costs.rates.cloud_lists import cloud_rates
from engine.costs.rates.currency import CURRENCIES, Exchange, convert, exchange
from engine.costs.rates.entry import KIND_NAMES, KINDS, MEMORY, UNIT_NAMES, UNIT_OF, UNITS, RateEntry
from engine.costs.rates.files import FOLDER, read_rates
from engine.costs.rates.lookup import (
    egress,
    electricity,
    find,
    gpu_hour,
    in_force,
    instance_hour,
    labelling_item,
    salary_hour,
    shipped_rates,
    storage,
)
from engine.costs.rates.tokens import ApiPrice, api_price, token_rates

__all__ = [
    "CURRENCIES",
    "FOLDER",
    "KINDS",
    "KIND_NAMES",
    "MEMORY",
    "UNITS",
    "UNIT_NAMES",
    "UNIT_OF",
    "ApiPrice",
    "Exchange",
    "RateEntry",
    "api_price",
    "cloud_rates",
    "convert",
    "egress",
    "electricity",
    "exchange",
    "find",
    "gpu_hour",
    "in_force",
    "instance_hour",
    "labelling_item",
    "read_rates",
    "salary_hour",
    "shipped_rates",
    "storage",
    "token_rates",
]
