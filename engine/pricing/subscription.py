"""Subscription: up to three plans, each with its price for a seat and month."""

from dataclasses import dataclass

from engine.business.usage import all_requests
from engine.errors import N_, InputError
from engine.spec import setting
from engine.spec.pricing import Earnings, PricingModel, Start, Terms, Tier, Use

PLANS = ("basic", "plus", "pro")
TITLES = (N_("Basic"), N_("Plus"), N_("Pro"))


@dataclass(frozen=True)
class Config:
    """Settings of a price list of up to three plans."""

    basic_usd_per_seat: float | None = setting(
        None, N_("Basic, a seat and month"), N_("List price of the basic plan."), minimum=0, unit="US$"
    )
    seats: float | None = setting(
        None, N_("Seats of a customer"), N_("Average of a new customer; expansion adds to it."), minimum=0
    )
    sign_ups: float = setting(
        1.0,
        N_("Sign-ups against a plain subscription"),
        N_("1 by definition: conversion is that of this model."),
        minimum=0,
        unit="×",
        advanced=True,
    )
    plus_usd_per_seat: float | None = setting(
        None, N_("Plus, a seat and month"), N_("Needed when somebody takes it."), minimum=0, unit="US$", advanced=True
    )
    plus_share: float = setting(
        0.0, N_("Customers on Plus"), N_("0 when there is no such plan."), minimum=0, maximum=1, advanced=True
    )
    pro_usd_per_seat: float | None = setting(
        None, N_("Pro, a seat and month"), N_("Needed when somebody takes it."), minimum=0, unit="US$", advanced=True
    )
    pro_share: float = setting(
        0.0, N_("Customers on Pro"), N_("0 when there is no such plan."), minimum=0, maximum=1, advanced=True
    )


def earn(terms: Terms, use: Use) -> Earnings:
    """Seats at their plan's price, whatever is asked."""
    seat = terms["basic_usd_per_seat"] * (1 - terms["plus_share"] - terms["pro_share"])
    for plan in PLANS[1:]:
        price = terms[f"{plan}_usd_per_seat"]
        seat = seat if price is None else seat + price * terms[f"{plan}_share"]
    revenue = use.units * (seat * terms["seats"])
    return Earnings(revenue, revenue, all_requests(use), use.customers, use.customers)


def needs(config: Config) -> tuple[str, ...]:
    """Prices of plans that somebody takes, and the seats."""
    names = ["basic_usd_per_seat", "seats"]
    names += [f"{plan}_usd_per_seat" for plan in PLANS[1:] if getattr(config, f"{plan}_share") > 0]
    return tuple(name for name in names if getattr(config, name) is None)


def check(config: Config) -> None:
    """Shares of plans add up to at most 1. Raises InputError."""
    taken = config.plus_share + config.pro_share
    if taken > 1:
        raise InputError(N_("The shares of Plus and Pro add up to {value}; they must not exceed 1."), value=taken)


def tiers(terms: Terms) -> tuple[Tier, ...]:
    """The plans that somebody takes."""
    shares = (1 - float(terms["plus_share"]) - float(terms["pro_share"]), terms["plus_share"], terms["pro_share"])
    return tuple(
        Tier(title, float(share), {**terms, "plus_share": float(plan == "plus"), "pro_share": float(plan == "pro")})
        for title, share, plan in zip(TITLES, shares, PLANS, strict=True)
        if float(share) > 0
    )


PRICING = PricingModel(
    name="subscription",
    title=N_("Subscription"),
    summary=N_("A fixed price for a seat and month, in up to three plans."),
    config=Config,
    earn=earn,
    order=3,
    starts={"basic_usd_per_seat": Start(29.0, 19.0, 39.0), "seats": Start(2.0, 1.0, 4.0)},
    needs=needs,
    check=check,
    tiers=tiers,
)
