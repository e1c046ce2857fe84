"""Limits, and the policy of promises that holds across items."""

from typing import Self

from pydantic import Field

from service.catalog.rules.promises import PromisePolicy
from service.kit.calendar import Limit, LimitUnit
from service.kit.types import Schema


class LimitSchema(Schema):
    """How long something may take."""

    amount: int = Field(ge=1, le=1000, examples=[10])
    unit: LimitUnit = Field(examples=["working_days"])

    def limit(self) -> Limit:
        return Limit(self.amount, self.unit)

    @classmethod
    def of(cls, limit: Limit) -> Self:
        return cls(amount=limit.amount, unit=limit.unit)


class PromisePolicySchema(Schema):
    """The limits that hold across items."""

    consultation: LimitSchema = Field(description="A consultation takes at most this long.")
    answer_only: LimitSchema = Field(description="A suggestion or a praise is answered within this.")
    contact: LimitSchema = Field(
        description="Until somebody speaks with the enterprise, where the item says nothing else."
    )

    @classmethod
    def of(cls, policy: PromisePolicy) -> Self:
        return cls(
            consultation=LimitSchema.of(policy.consultation),
            answer_only=LimitSchema.of(policy.answer_only),
            contact=LimitSchema.of(policy.contact),
        )
