"""Limits of steps, in and out."""

from typing import Annotated

from pydantic import Field

from service.kit.calendar import LimitUnit
from service.kit.types import Schema
from service.requests.rules.deadlines import StepName


class LimitSaid(Schema):
    """So many of this unit."""

    amount: Annotated[int, Field(ge=1, le=1000, examples=[1])]
    unit: LimitUnit


class StepLimitWrite(Schema):
    """The limit of a step, and another one for urgent requests, if there is."""

    limit: LimitSaid
    urgent: LimitSaid | None = None


class StepLimitRead(StepLimitWrite):
    step: StepName
    version: int
