"""The desk's verbs: is it ours, what is missing, who does it."""

from collections.abc import Collection
from uuid import UUID

from service.catalog.models import ServiceItem
from service.catalog.queries.promises import promised
from service.catalog.rules.words import Confidentiality
from service.kit.database import UnitOfWork
from service.kit.errors import Conflict, Invalid
from service.organizations.actor import Actor
from service.organizations.queries.units import kin
from service.requests.actions.answers import check_answers
from service.requests.actions.clockwork import start_handling
from service.requests.actions.suggesting import suggest_again
from service.requests.actions.transitions import transition
from service.requests.models import ServiceRequest
from service.requests.queries import naming
from service.requests.rules.statuses import Stage, Verb
from service.requests.schemas.verbs import Accept, Decline, Dispatch, ProvideInfo, WithReason


async def accept(
    work: UnitOfWork, actor: Actor, ref: str, said: Accept, version: int | None
) -> ServiceRequest:
    """It is ours: the desk settles type, item, urgency and confidentiality."""
    async with transition(work, actor, ref, Verb.ACCEPT, version=version, note=said.note) as taken:
        request = taken.request
        request.type = said.type or request.type
        await _settle_item(work, request, said)
        request.urgency = said.urgency or request.urgency
        if said.confidentiality is not None:
            _raise(request, said.confidentiality)
        _drop_proposal(request)
        request.accepted_at = work.now
        taken.facts |= {
            "type": request.type.value,
            "item_id": str(request.item_id),
            "urgency": request.urgency.value,
            "confidentiality": request.confidentiality.value,
        }
    return request


async def ask_info(
    work: UnitOfWork, actor: Actor, ref: str, said: WithReason, version: int | None
) -> ServiceRequest:
    """The desk asks the enterprise, once and for everything that is missing."""
    async with transition(work, actor, ref, Verb.ASK_INFO, version=version, note=said.note) as taken:
        _drop_proposal(taken.request)
    return taken.request


async def provide_info(
    work: UnitOfWork, actor: Actor, ref: str, said: ProvideInfo, version: int | None
) -> ServiceRequest:
    """The enterprise, or who filed for it, answers."""
    async with transition(work, actor, ref, Verb.PROVIDE_INFO, version=version, note=said.note) as taken:
        request = taken.request
        answers = request.attributes | said.attributes
        if said.attributes:
            item = None if request.item_id is None else await work.get_one(ServiceItem, request.item_id)
            check_answers(item, answers, complete=True)
        request.attributes = answers
        _drop_proposal(request)
    return request


async def decline(
    work: UnitOfWork, actor: Actor, ref: str, said: Decline, version: int | None
) -> ServiceRequest:
    """One person proposes not to accept it, with a reason and the lawful channel; another one confirms."""
    async with transition(work, actor, ref, Verb.DECLINE, version=version, note=said.note) as taken:
        request = taken.request
        if request.stage is Stage.SECOND_PERSON:
            _as_proposed(request, said)
            request.closed_at = work.now
        else:
            _propose(request, said)
            request.decline_proposed_by = actor.account_id
        assert request.decline_reason is not None
        taken.facts["reason"] = request.decline_reason.value
    return request


async def dispatch(
    work: UnitOfWork, actor: Actor, ref: str, said: Dispatch, version: int | None
) -> ServiceRequest:
    """It goes to one lead unit, with others to help; the promise is frozen and the clock starts."""
    async with transition(work, actor, ref, Verb.DISPATCH, version=version, note=said.note) as taken:
        request = taken.request
        item = await work.get_one(ServiceItem, request.item_id)
        lead_id, co_ids = _destination(request, item, said)
        lead = await naming.handling_unit(work, lead_id, "lead_department_id")
        co = await naming.handling_units(work, co_ids, "co_department_ids")
        await keep_out_accused(work, request, lead.id, [unit.id for unit in co])
        promise = await promised(work, item, request.type, request.urgency, lead.name)
        request.lead_unit_id = lead.id
        request.co_unit_ids = [unit.id for unit in co if unit.id != lead.id]
        request.promised_amount = promise.limit.amount
        request.promised_unit = promise.limit.unit
        request.promised_text = promise.zh
        request.dispatched_at = work.now
        request.first_dispatched_at = request.first_dispatched_at or work.now
        is_provisional = await start_handling(work, request, promise.limit)
        request.original_due_at = request.due_at
        taken.facts |= {
            "lead_unit_id": str(lead.id),
            "co_unit_ids": [str(id) for id in request.co_unit_ids],
            "limit_amount": promise.limit.amount,
            "limit_unit": promise.limit.unit.value,
            "is_provisional": is_provisional,
        }
    return request


async def _settle_item(work: UnitOfWork, request: ServiceRequest, said: Accept) -> None:
    """The item the desk names; else the one it was filed under; else the suggested one."""
    suggested = ((request.suggestion or {}).get("item") or {}).get("code")
    if said.item_code is not None or request.item_id is None:
        code = said.item_code or suggested
        if code is None:
            raise Invalid.at(
                ("body", "item_code"),
                "item_needed",
                "没有可依据的建议，请指定事项。",
                "The rules suggest no item; please name one.",
            )
        request.item_id = (await naming.item(work, code)).id
        if code != suggested:
            await suggest_again(work, request)


def _destination(request: ServiceRequest, item: ServiceItem, said: Dispatch) -> tuple[UUID, list[UUID]]:
    """Who leads and who helps: as the desk says, else as the rules suggest, else as the item has it."""
    suggestion = request.suggestion or {}
    lead = suggestion.get("lead_department")
    lead_id = said.lead_department_id or (UUID(lead["id"]) if lead else item.lead_unit_id)
    co_ids = said.co_department_ids
    if co_ids is None:
        co_ids = [UUID(unit["id"]) for unit in suggestion.get("co_departments", [])]
    return lead_id, co_ids


def _raise(request: ServiceRequest, to: Confidentiality) -> None:
    """Who may know whose it is can be narrowed by the desk, never widened; what has a name stays named."""
    levels = list(Confidentiality)
    if levels.index(to) < levels.index(request.confidentiality):
        raise Invalid.at(
            ("body", "confidentiality"),
            "confidentiality_lowered",
            "只有企业本人可以降低保密级别。",
            "Only the enterprise itself can lower the confidentiality.",
        )
    if to is Confidentiality.ANONYMOUS and request.confidentiality is not to:
        raise Invalid.at(
            ("body", "confidentiality"),
            "not_anonymous",
            "已具名的诉求不能改为匿名，可设为保密。",
            "A request with a name cannot become anonymous; make it confidential.",
        )
    request.confidentiality = to


def _propose(request: ServiceRequest, said: Decline) -> None:
    for name, value in (("reason", said.reason), ("channel", said.channel)):
        if value is None:
            raise Invalid.at(
                ("body", name),
                "missing",
                "不予受理须说明理由并告知合法渠道。",
                "A refusal needs a reason and the lawful channel.",
            )
    request.decline_reason, request.decline_channel = said.reason, said.channel


def _as_proposed(request: ServiceRequest, said: Decline) -> None:
    if (said.reason or request.decline_reason, said.channel or request.decline_channel) != (
        request.decline_reason,
        request.decline_channel,
    ):
        raise Conflict(
            "differs_from_proposal",
            "与拟不予受理的理由或渠道不一致；如不同意，请受理或要求补正。",
            "This differs from what was proposed; if you disagree, accept it or ask for information.",
        )


def _drop_proposal(request: ServiceRequest) -> None:
    request.decline_reason = request.decline_channel = request.decline_proposed_by = None


async def keep_out_accused(
    work: UnitOfWork, request: ServiceRequest, lead_id: UUID, co_ids: Collection[UUID]
) -> None:
    """Go on only if none of these is complained of, nor a department above or below one that is.

    Raises:
        Invalid: one of them is; it names the field.
    """
    accused = await kin(work, request.accused_unit_ids)
    for field, ids in (("lead_department_id", {lead_id}), ("co_department_ids", set(co_ids))):
        if ids & accused:
            raise Invalid.at(
                ("body", field),
                "accused_unit",
                "被反映的单位及其上级、下属部门不能主办或协办。",
                "A unit it complains of can neither lead nor help, nor can a department above or below it.",
            )
