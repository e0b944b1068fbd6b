"""Data sets as a list."""

from collections import defaultdict

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from db.models import Dataset, Experiment, Product
from db.shapes import DatasetRow


def datasets(session: Session) -> list[DatasetRow]:
    """Every data set, newest first, with the ideas that use it."""
    users: dict[int, list[str]] = defaultdict(list)
    used = union(
        select(Product.dataset_id, Product.slug, Product.name).where(Product.dataset_id.is_not(None)),
        select(Experiment.dataset_id, Product.slug, Product.name).join(Product, Product.id == Experiment.product_id),
    ).subquery()
    for dataset_id, slug in session.execute(select(used.c.dataset_id, used.c.slug).order_by(used.c.name)):
        users[dataset_id].append(slug)
    found = session.scalars(select(Dataset).order_by(Dataset.created_at.desc(), Dataset.id.desc()))
    return [dataset_row(dataset, tuple(users[dataset.id])) for dataset in found]


def dataset_row(dataset: Dataset, products: tuple[str, ...] = ()) -> DatasetRow:
    """One data set as it is listed."""
    return DatasetRow(
        id=dataset.id,
        name=dataset.name,
        fingerprint=dataset.fingerprint,
        language=dataset.language,
        licence=dataset.licence,
        source=dataset.source,
        text_column=dataset.text_column,
        label_column=dataset.label_column,
        labels=tuple(dataset.labels),
        rows_train=dataset.rows_train,
        rows_validation=dataset.rows_validation,
        rows_test=dataset.rows_test,
        profile=dataset.profile,
        folder=dataset.folder,
        created_at=dataset.created_at,
        products=products,
        input_kind=dataset.input_kind,
        parent_id=dataset.parent_id,
        change=dataset.change,
        columns=tuple(dataset.columns),
    )
