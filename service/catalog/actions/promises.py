"""Changing the policy of promises; promises that were made stay as they are."""

from sqlmodel import col, select

from service.catalog import kinds
from service.catalog.actions.books import close_book, open_book, record
from service.catalog.models import PromisePolicyRow
from service.catalog.rules.words import Book
from service.catalog.schemas.limits import PromisePolicySchema
from service.kit.database import UnitOfWork
from service.organizations.actor import Actor, require
from service.organizations.rules import Permission


async def set_policy(work: UnitOfWork, actor: Actor, said: PromisePolicySchema, version: int | None) -> None:
    """Set the limits that hold across items.

    Raises:
        Stale: the policy is no longer at the version that the caller last saw.
    """
    require(work, actor, Permission.CATALOG_MANAGE)
    book = await open_book(work, Book.PROMISES, version)
    row = (await work.exec(select(PromisePolicyRow).where(col(PromisePolicyRow.book) == book.name))).one()
    row.consultation_amount, row.consultation_unit = said.consultation.amount, said.consultation.unit
    row.answer_only_amount, row.answer_only_unit = said.answer_only.amount, said.answer_only.unit
    row.contact_amount, row.contact_unit = said.contact.amount, said.contact.unit
    limits = [f"{limit.amount} {limit.unit}" for limit in (said.consultation, said.answer_only, said.contact)]
    await close_book(work, book)
    await record(work, kinds.PROMISE_POLICY_SET, book, actor, limits=limits)
