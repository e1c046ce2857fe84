"""Bringing a request in: by an enterprise, for one, or by the desk; at once or as a draft."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from service.catalog.models import ServiceItem
from service.catalog.queries.routing import suggested
from service.catalog.rules.words import Confidentiality, RequestType, Urgency
from service.kit import crypto
from service.kit.clock import LOCAL
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid, Stale
from service.kit.ids import new_id, random_id
from service.organizations.actor import Actor, missing, reach, require
from service.organizations.models import Enterprise, Unit
from service.organizations.queries.units import exists_on, local_day
from service.requests.actions.answers import check_answers
from service.requests.actions.clockwork import due_in, set_due
from service.requests.actions.records import index, question_text, record
from service.requests.actions.suggesting import confidentiality, kept, suggest_again
from service.requests.actions.transitions import locked, transition
from service.requests.kinds import DRAFT_CHANGED, DRAFTED, SUBMITTED
from service.requests.models import ServiceRequest, numbers_sequence
from service.requests.queries import naming
from service.requests.queries.reading import open_verbs
from service.requests.rules import numbers
from service.requests.rules.lifecycle import Position
from service.requests.rules.recording import DOORS, Door
from service.requests.rules.statuses import Status, Verb
from service.requests.rules.words import Origin, SearchPart
from service.requests.schemas.recording import Content, RequestCreate, RequestPatch
from service.requests.schemas.verbs import WithNote


@dataclass(frozen=True)
class Whose:
    """The enterprise a request is of, and the town it stands in."""

    enterprise_id: UUID
    area_id: UUID | None


async def record_request(work: UnitOfWork, actor: Actor, said: RequestCreate) -> ServiceRequest:
    """Record a request with what the routing rules suggest for it, submitted at once or kept as a draft.

    Raises:
        NotAllowed: the actor may not file through this door for this enterprise.
        Invalid: it names something that does not exist, or does not fit its form.
    """
    door = DOORS[said.origin]
    whose = await _whose(work, actor, said, door)
    require(work, actor, door.needs, whose.enterprise_id if whose else None)
    request = await write(work, said, said.origin, said.confidentiality, whose, draft=said.draft)
    request.opened_by = actor.account_id
    request.origin_id = said.origin_id
    request.is_unconfirmed = door.on_behalf and whose is not None
    request.contact_name = said.contact_name
    _set_phone(request, said.contact_phone)
    await announce(work, actor, request)
    return request


async def write(
    work: UnitOfWork,
    said: Content,
    origin: Origin,
    level: Confidentiality | None,
    whose: Whose | None,
    *,
    draft: bool = False,
) -> ServiceRequest:
    """A new request with this content and what the rules suggest for it; `announce` brings it in.

    What the filer left out — type, urgency, confidentiality — is as the rules suggest, so that "do not name
    us" is heard even where nobody ticked a box.
    """
    accused = await naming.handling_units(work, said.accused_department_ids, "accused_department_ids")
    item = None if said.item_code is None else await naming.item(work, said.item_code)
    check_answers(item, said.attributes, complete=not draft)
    routing = await suggested(
        work,
        title=said.title,
        description=said.description,
        type=said.type,
        item_id=item.id if item else None,
        enterprise_id=whose.enterprise_id if whose else None,
        accused=[unit.id for unit in accused],
    )
    level = level or confidentiality(routing)
    is_open = level is Confidentiality.OPEN
    return ServiceRequest(
        id=new_id() if is_open else random_id(),
        number=await _dated_number(work) if is_open else numbers.secret(),
        status=Status.DRAFT if draft else Status.SUBMITTED,
        created_at=work.now,
        updated_at=work.now,
        submitted_at=None if draft else work.now,
        type=said.type or (routing.type and routing.type.value) or RequestType.HELP,
        item_id=item.id if item else None,
        urgency=said.urgency or (routing.urgency and routing.urgency.value) or Urgency.NORMAL,
        confidentiality=level,
        title=said.title,
        description=said.description,
        attributes=said.attributes,
        address=said.address,
        lat=said.lat,
        long=said.long,
        origin=origin,
        enterprise_id=whose.enterprise_id if whose else None,
        area_id=whose.area_id if whose else None,
        accused_unit_ids=[unit.id for unit in accused],
        suggestion=kept(routing),
    )


async def announce(work: UnitOfWork, actor: Actor, request: ServiceRequest) -> None:
    """Bring a new request in: its clock starts, search finds it, the log tells of it."""
    position = Position(status=request.status, stage=request.stage)
    set_due(request, await due_in(work, request, position))
    work.add(request)
    await work.flush()
    await index(work, request, SearchPart.QUESTION, question_text(request))
    kind = DRAFTED if request.status is Status.DRAFT else SUBMITTED
    facts = {"origin": request.origin.value}
    await record(work, actor, request, kind, facts, unit_id=request.enterprise_id)
    await work.flush()


async def submit(
    work: UnitOfWork, actor: Actor, ref: str, said: WithNote, version: int | None
) -> ServiceRequest:
    """A draft is handed in; its form must be complete now."""
    async with transition(work, actor, ref, Verb.SUBMIT, version=version, note=said.note) as taken:
        request = taken.request
        check_answers(await _item_of(work, request), request.attributes, complete=True)
        request.submitted_at = work.now
        taken.facts["origin"] = request.origin.value
    return request


async def change_draft(
    work: UnitOfWork, actor: Actor, ref: str, said: RequestPatch, version: int | None
) -> ServiceRequest:
    """Change a draft; what was submitted is changed by verbs only.

    Raises:
        Conflict: it is no draft any more.
    """
    request = await locked(work, actor, ref)
    if version is not None and version != request.version:
        raise Stale(request.version)
    if request.status is not Status.DRAFT:
        raise Conflict(
            "not_a_draft",
            "诉求已提交，不能直接修改。",
            "It was submitted and cannot be edited.",
            verbs=open_verbs(actor, request, work.now),
        )
    require(work, actor, DOORS[request.origin].needs, request.enterprise_id)
    sent = said.sent()
    for name in ("title", "description", "type", "urgency", "address", "lat", "long", "attributes"):
        if name in sent:
            setattr(request, name, sent[name])
    if "contact_name" in sent:
        request.contact_name = sent["contact_name"]
    if "contact_phone" in sent:
        _set_phone(request, sent["contact_phone"])
    if "item_code" in sent:
        code = sent["item_code"]
        request.item_id = None if code is None else (await naming.item(work, code)).id
    if "accused_department_ids" in sent:
        accused = await naming.handling_units(work, sent["accused_department_ids"], "accused_department_ids")
        request.accused_unit_ids = [unit.id for unit in accused]
    check_answers(await _item_of(work, request), request.attributes, complete=False)
    await suggest_again(work, request)
    await index(work, request, SearchPart.QUESTION, question_text(request))
    request.version += 1
    request.updated_at = work.now
    await record(work, actor, request, DRAFT_CHANGED, {"fields": sorted(sent)}, unit_id=request.enterprise_id)
    await work.flush()
    return request


# --- whose it is -----------------------------------------------------------------------------------------


async def _whose(work: UnitOfWork, actor: Actor, said: RequestCreate, door: Door) -> Whose | None:
    """The enterprise that is named, or the only one the actor can file for; None where none is needed.

    Raises:
        NotAllowed: the actor cannot file for it, whether it exists or not.
        Invalid: none is named, or there is none such.
    """
    where = reach(actor, door.needs)
    if not where:
        raise missing(door.needs)
    enterprise_id = said.enterprise_id
    if enterprise_id is None and said.uscc is None:
        if not door.enterprise_required:
            return None
        if where.everywhere or len(where.units) != 1:
            raise Invalid.at(
                ("body", "enterprise_id"),
                "enterprise_needed",
                "请填写企业或其统一社会信用代码。",
                "Name the enterprise, or its social credit code.",
            )
        (enterprise_id,) = where.units
    named = [
        *([] if enterprise_id is None else [col(Enterprise.id) == enterprise_id]),
        *([] if said.uscc is None else [col(Unit.code) == said.uscc]),
    ]
    found = (
        await work.exec(
            select(Enterprise.id, Enterprise.area_id)
            .join(Unit, col(Unit.id) == col(Enterprise.id))
            .where(*named, exists_on(local_day(work.now)))
        )
    ).one_or_none()
    if found is None and where.everywhere:
        raise Invalid.at(
            ("body", "uscc" if enterprise_id is None else "enterprise_id"),
            "unknown_enterprise",
            "没有这样的企业，请核对，或先登记企业。",
            "There is no such enterprise; check it, or register it first.",
        )
    if found is None:
        raise missing(door.needs)
    return Whose(*found)


def _set_phone(request: ServiceRequest, phone: str | None) -> None:
    request.contact_phone = phone
    request.contact_phone_digest = None if phone is None else crypto.digest("phone", phone)


async def _dated_number(work: UnitOfWork) -> str:
    sequence = await work.scalar(numbers_sequence.next_value().select())
    assert sequence is not None
    return numbers.dated(work.now.astimezone(LOCAL).date(), sequence)


async def _item_of(work: UnitOfWork, request: ServiceRequest) -> ServiceItem | None:
    return None if request.item_id is None else await work.get_one(ServiceItem, request.item_id)
