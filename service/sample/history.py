"""How far the ten sample requests have come when the demo opens: one in each of the usual situations."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_
from sqlmodel import col, select

from service.accounts.models import Account
from service.accounts.rules import Via
from service.catalog.rules.words import DeclineReason
from service.kit.database import Database, UnitOfWork
from service.kit.ids import repeatable
from service.organizations.actor import Actor, Grant
from service.organizations.models import Unit
from service.requests.actions import anonymous, handling, judging, recording, triage
from service.requests.models import ServiceRequest
from service.requests.rules.words import ContactChannel, ResultKind
from service.requests.schemas.recording import AnonymousCreate, RequestCreate
from service.requests.schemas.verbs import (
    Accept,
    Decline,
    Dispatch,
    Rate,
    RecordContact,
    Sign,
    SubmitResult,
    WithNote,
    WithReason,
)
from service.sample.people import PEOPLE
from service.sample.requests import REQUESTS, SampleRequest

Action = Callable[[UnitOfWork, Actor, str, Any, int | None], Awaitable[ServiceRequest]]


@dataclass(frozen=True)
class Deed:
    """Somebody takes a step."""

    by: str
    does: Action
    saying: Any


ACCEPTED = Deed("dispatcher", triage.accept, Accept())
DISPATCHED = Deed("dispatcher", triage.dispatch, Dispatch())


def _signed(unit: str) -> Deed:
    return Deed(f"liaison-{unit}", handling.sign, Sign())


def _called(unit: str, note: str) -> Deed:
    said = RecordContact(channel=ContactChannel.PHONE, note=note)
    return Deed(f"handler-{unit}", handling.record_contact, said)


def _answered(unit: str, answer: str) -> Deed:
    said = SubmitResult(kind=ResultKind.EXPLAINED, text=answer)
    return Deed(f"handler-{unit}", handling.submit_result, said)


#: The deeds of each request after it was recorded, by its number; 2, 3 and 6 wait to be accepted.
DEEDS: dict[int, tuple[Deed, ...]] = {
    1: (ACCEPTED, DISPATCHED, _signed("pwr"), _called("pwr", "约定明日上午到车间查勘变压器和用电负荷。")),
    4: (ACCEPTED, DISPATCHED),
    5: (ACCEPTED,),
    7: (Deed("dispatcher", triage.ask_info, WithReason(note="请补充工程师的学历、职称和孩子现就读学校。")),),
    8: (
        ACCEPTED,
        DISPATCHED,
        _signed("eeb"),
        _called("eeb", "已了解产能变化和现有排污许可情况。"),
        _answered(
            "eeb",
            "增加制粒机并扩大产能，须重新报批环境影响报告表，并在投产前变更排污许可证。"
            "材料清单已发送给您，我局安排了专人指导，园区可以代办报送。",
        ),
        Deed("approver-eeb", handling.approve_result, WithNote()),
        Deed("dispatcher", handling.approve_result, WithNote()),
        Deed("enterprise-004", judging.rate, Rate(grade=5, solved=True, note="说得很清楚，谢谢。")),
    ),
    9: (
        Deed(
            "dispatcher",
            triage.decline,
            Decline(
                reason=DeclineReason.IN_LEGAL_PROCEEDINGS,
                channel="请向受理案件的人民法院反映；法律援助可拨打12348。",
                note="法院已立案，政府不得干预审判。",
            ),
        ),
    ),
    10: (
        ACCEPTED,
        DISPATCHED,
        _signed("tax"),
        _called("tax", "已核对退税申请，向企业说明审核进度。"),
        _answered("tax", "9月的留抵退税申请已通过审核，退库手续正在办理，预计3个工作日内到账。"),
    ),
}

#: The first was recorded so long before the demo opened, the others one after the other.
BEGAN, NEXT = timedelta(hours=22), timedelta(minutes=20)
#: From one step of a request to its next.
STEP = timedelta(hours=2)


async def load(database: Database, opened_at: datetime) -> None:
    """Record what is not there yet of the ten requests, and take the steps that are missing.

    Each step of a request is its next version: a loading that was cut off goes on with the next one.
    """
    for sample in REQUESTS:
        deeds = DEEDS.get(sample.number, ())
        taken = await _steps_taken(database, sample)
        for place in range(taken, 1 + len(deeds)):
            async with database.begin(opened_at - BEGAN + sample.number * NEXT + place * STEP) as work:
                if place == 0:
                    await _record(work, sample)
                else:
                    await _do(work, sample, deeds[place - 1])


async def _steps_taken(database: Database, sample: SampleRequest) -> int:
    """The version of the request: 0 while it is not recorded."""
    async with database.reading() as reading:
        version: int | None = await reading.scalar(select(ServiceRequest.version).where(_is(sample)))
    return version or 0


def _is(sample: SampleRequest) -> ColumnElement[bool]:
    """That a request is this one: it may be confidential, so its id is not known beforehand."""
    return and_(
        col(ServiceRequest.title) == sample.title, col(ServiceRequest.description) == sample.description
    )


async def _record(work: UnitOfWork, sample: SampleRequest) -> None:
    with repeatable(f"request {sample.number}", work.now):
        if sample.anonymous:
            unnamed = AnonymousCreate(title=sample.title, description=sample.description)
            await anonymous.file_anonymously(work, unnamed, "127.0.0.1")
        else:
            said = RequestCreate(title=sample.title, description=sample.description)
            await recording.record_request(work, await _actor(work, sample.username), said)


async def _do(work: UnitOfWork, sample: SampleRequest, deed: Deed) -> None:
    request_id = (await work.exec(select(ServiceRequest.id).where(_is(sample)))).one()
    await deed.does(work, await _actor(work, deed.by), str(request_id), deed.saying, None)


async def _actor(work: UnitOfWork, username: str) -> Actor:
    """The person of this name, as if they were signed in."""
    person = next(person for person in PEOPLE if person.username == username)
    account = (await work.exec(select(Account).where(Account.username == username))).one()
    unit = (
        await work.exec(select(Unit).where(Unit.kind == person.unit_kind, Unit.code == person.unit_code))
    ).one()
    grant = Grant(person.role, unit.id, unit.kind, frozenset({unit.id}))
    return Actor(account.id, account.name, Via.TOKEN, grants=(grant,))
