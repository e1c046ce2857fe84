"""How long each step may take."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from service.requests.models import StepLimit
from service.requests.rules.deadlines import StepName
from service.requests.schemas.limits import LimitSaid, StepLimitRead


async def all_limits(reading: AsyncConnection) -> list[StepLimitRead]:
    """Every step's limit, in the order of the lifecycle."""
    rows = (await reading.execute(select(StepLimit.__table__))).all()  # type: ignore[attr-defined]
    read = {row.step: as_read(StepLimit(**row._mapping)) for row in rows}
    return [read[step] for step in StepName]


def as_read(row: StepLimit) -> StepLimitRead:
    """The row as it is answered."""
    urgent = None
    if row.urgent_amount is not None and row.urgent_unit is not None:
        urgent = LimitSaid(amount=row.urgent_amount, unit=row.urgent_unit)
    return StepLimitRead(
        step=row.step,
        limit=LimitSaid(amount=row.amount, unit=row.unit),
        urgent=urgent,
        version=row.version,
    )
