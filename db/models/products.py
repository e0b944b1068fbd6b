"""Product ideas and the bar that each is judged by."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, now


class Product(Base):
    """An idea, from stage `idea` to `live` or `stopped`."""

    __tablename__ = "products"
    __table_args__ = (
        CheckConstraint("bar_direction in ('higher', 'lower')", name="bar_direction"),
        CheckConstraint("latency_limit_ms > 0", name="latency_limit_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    stage: Mapped[str] = mapped_column(String(20), default="idea")
    owner: Mapped[str] = mapped_column(String(120))
    domain: Mapped[str] = mapped_column(String(120), default="")
    customer: Mapped[str] = mapped_column(default="")
    hypothesis: Mapped[str] = mapped_column(default="")
    task: Mapped[str] = mapped_column(String(60), default="text_classification")
    bar_measure: Mapped[str] = mapped_column(String(80))
    bar_direction: Mapped[str] = mapped_column(String(10))
    bar_minimum: Mapped[float]
    latency_limit_ms: Mapped[float]
    dataset_id: Mapped[int | None] = mapped_column(ForeignKey("datasets.id"), index=True)
    adopted_run_id: Mapped[str | None] = mapped_column(
        ForeignKey("runs.id", use_alter=True, name="fk_products_adopted_run_id_runs")
    )
    sample: Mapped[bool] = mapped_column(default=False)
    """Shipped with Prospectus; shown as such."""
    missing: Mapped[str] = mapped_column(default="")
    """Why nothing can be measured yet, in the words of whoever added the idea."""
    created_at: Mapped[datetime] = mapped_column(default=now)
