"""The plug-ins there are, by name. Listing them imports no heavy library."""

from functools import cache

from engine.errors import N_, InputError, UnknownName
from engine.market import methods
from engine.registry import discover
from engine.spec import Recipe, Task
from engine.spec.forecaster import Forecaster
from engine.spec.pricing import PricingModel
from engine.spec.routine import Routine


@cache
def tasks() -> dict[str, Task]:
    """Tasks by name."""
    return discover("engine.tasks", "TASK", Task)


@cache
def recipes() -> dict[str, Recipe]:
    """Recipes by name, simplest first."""
    found = discover("engine.recipes", "RECIPE", Recipe)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def task(name: str) -> Task:
    """One task; raises UnknownName listing the known ones."""
    if name not in tasks():
        raise UnknownName(N_("task"), name, list(tasks()))
    return tasks()[name]


def recipe(name: str) -> Recipe:
    """One recipe; raises UnknownName listing the known ones."""
    if name not in recipes():
        raise UnknownName(N_("recipe"), name, list(recipes()))
    return recipes()[name]


def recipe_for(task_name: str, name: str) -> Recipe:
    """A recipe that serves the task. Raises UnknownName, or InputError saying why it does not."""
    found = recipe(name)
    if task(task_name).name not in found.tasks:
        raise InputError(
            N_("The recipe “{recipe}” does not serve the task “{task}”. It serves: {known}."),
            recipe=name,
            task=task_name,
            known=", ".join(found.tasks),
            remedy=found.cannot.get(task_name, ""),
        )
    return found


def recipes_for(task_name: str) -> list[Recipe]:
    """Recipes that can serve a task, simplest first."""
    return [r for r in recipes().values() if task(task_name).name in r.tasks]


@cache
def routines() -> dict[str, Routine]:
    """Routines by name."""
    return discover("engine.routines", "ROUTINE", Routine)


def routine(name: str) -> Routine:
    """One routine; raises UnknownName listing the known ones."""
    if name not in routines():
        raise UnknownName(N_("routine"), name, list(routines()))
    return routines()[name]


@cache
def pricing_models() -> dict[str, PricingModel]:
    """Business models by name, the plainest first."""
    found = discover("engine.pricing", "PRICING", PricingModel)
    return dict(sorted(found.items(), key=lambda item: item[1].order))


def pricing_model(name: str) -> PricingModel:
    """One business model; raises UnknownName listing the known ones."""
    if name not in pricing_models():
        raise UnknownName(N_("business model"), name, list(pricing_models()))
    return pricing_models()[name]


def configs() -> list[type]:
    """The Config of every plug-in that has one."""
    found = [recipe.config for recipe in recipes().values()]
    found += [routine.config for routine in routines().values()]
    found += [model.config for model in pricing_models().values()]
    found += [forecaster.config for forecaster in forecasters().values()]
    return found


def forecasters() -> dict[str, Forecaster]:
    """Forecasters by name, simplest first."""
    return methods.forecasters()


def forecaster(name: str) -> Forecaster:
    """One forecaster; raises UnknownName listing the known ones."""
    return methods.forecaster(name)
