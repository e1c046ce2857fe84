"""Changing how long a step may take."""

from sqlmodel import select

from service.events import record
from service.kit.database import UnitOfWork
from service.kit.errors import Stale
from service.organizations.actor import Actor, require
from service.organizations.rules import Permission
from service.requests.kinds import LIMIT_CHANGED
from service.requests.models import StepLimit
from service.requests.queries.limits import as_read
from service.requests.rules.deadlines import StepName
from service.requests.schemas.limits import StepLimitRead, StepLimitWrite


async def change(
    work: UnitOfWork, actor: Actor, step: StepName, said: StepLimitWrite, version: int | None
) -> StepLimitRead:
    """Set the limit of a step for requests that come to it from now on.

    Raises:
        NotAllowed: the actor does not keep the catalog.
        Stale: it is no longer of this version.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    row = (await work.exec(select(StepLimit).where(StepLimit.step == step).with_for_update())).one()
    if version is not None and version != row.version:
        raise Stale(row.version)
    row.amount, row.unit = said.limit.amount, said.limit.unit
    row.urgent_amount = said.urgent.amount if said.urgent else None
    row.urgent_unit = said.urgent.unit if said.urgent else None
    row.version += 1
    row.updated_at = work.now
    await record(
        work,
        LIMIT_CHANGED,
        subject_kind="step_limit",
        subject_id=row.id,
        version=row.version,
        by=actor.account_id,
        data={"step": step.value, "amount": row.amount, "unit": row.unit.value},
    )
    await work.flush()
    return as_read(row)
