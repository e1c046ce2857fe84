"""What is promised for a request under an item, by the policy of this moment."""

from sqlalchemy import select
from sqlmodel import col

from service.catalog.models import PromisePolicyRow, ServiceItem
from service.catalog.rules.promises import Promise, PromisePolicy, Terms, promise
from service.catalog.rules.words import RequestType, Urgency
from service.kit.calendar import Limit, LimitUnit
from service.kit.database import Source, connection_of


async def promised(
    source: Source, item: ServiceItem, type: RequestType, urgency: Urgency, lead_name: str
) -> Promise:
    """The promise that this unit makes now for a request of this item, type and urgency."""
    return promise(terms_of(item), type, urgency, lead_name, await promise_policy(source))


def terms_of(item: ServiceItem) -> Terms:
    """The limits of an item as values."""
    return Terms(
        limit=Limit(item.limit_amount, item.limit_unit),
        urgent=_given(item.urgent_amount, item.urgent_unit),
        contact=_given(item.contact_amount, item.contact_unit),
        note=item.promise_note,
    )


async def promise_policy(source: Source) -> PromisePolicy:
    """The limits that hold across items."""
    table = PromisePolicyRow
    columns = (
        col(table.consultation_amount),
        col(table.consultation_unit),
        col(table.answer_only_amount),
        col(table.answer_only_unit),
        col(table.contact_amount),
        col(table.contact_unit),
    )
    row = (await (await connection_of(source)).execute(select(*columns))).one()
    return PromisePolicy(
        consultation=Limit(row.consultation_amount, row.consultation_unit),
        answer_only=Limit(row.answer_only_amount, row.answer_only_unit),
        contact=Limit(row.contact_amount, row.contact_unit),
    )


def _given(amount: int | None, unit: LimitUnit | None) -> Limit | None:
    return None if amount is None or unit is None else Limit(amount, unit)
