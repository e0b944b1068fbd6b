"""The tables, one module a noun."""

from db.models.charges import ApiCharge, OwnershipInput
from db.models.costs import CostEntry, Rate
from db.models.datasets import Dataset, Labelling
from db.models.decisions import Outcome, Risk, RiskView, TeamView
from db.models.demand import Behaviour, Competitor, CompetitorFeature, CompetitorPrice, TakenBack
from db.models.estimates import RouteAdvice, RunCalibration, RunEstimate
from db.models.evidence import Decision, EvidenceRow
from db.models.ledger import Budget, DayTotal, Invoice, LedgerEntry
from db.models.market import Forecast, ForecastGrade, Market, ProductMarket, Series, SeriesVersion
from db.models.portfolio import PlanTerms, WhatIf
from db.models.products import Product
from db.models.runs import Artifact, Experiment, MetricSegment, MetricSummary, Run, RunNote, TailCursor, Worker
from db.models.scenarios import ActualsRow, ScenarioRow
from db.models.signals import (
    DocumentRow,
    ObligationAnswer,
    ObligationState,
    SignalClassifier,
    SignalCorrection,
    SignalLink,
    SignalRow,
    Visit,
)

__all__ = [
    "ActualsRow",
    "ApiCharge",
    "Artifact",
    "Behaviour",
    "Budget",
    "Competitor",
    "CompetitorFeature",
    "CompetitorPrice",
    "CostEntry",
    "Dataset",
    "DayTotal",
    "Decision",
    "DocumentRow",
    "EvidenceRow",
    "Experiment",
    "Forecast",
    "ForecastGrade",
    "Invoice",
    "Labelling",
    "LedgerEntry",
    "Market",
    "MetricSegment",
    "MetricSummary",
    "ObligationAnswer",
    "ObligationState",
    "Outcome",
    "OwnershipInput",
    "PlanTerms",
    "Product",
    "ProductMarket",
    "Rate",
    "Risk",
    "RiskView",
    "RouteAdvice",
    "Run",
    "RunCalibration",
    "RunEstimate",
    "RunNote",
    "ScenarioRow",
    "Series",
    "SeriesVersion",
    "SignalClassifier",
    "SignalCorrection",
    "SignalLink",
    "SignalRow",
    "TailCursor",
    "TakenBack",
    "TeamView",
    "Visit",
    "WhatIf",
    "Worker",
]
