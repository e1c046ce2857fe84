"""What the routing rules suggest for a request, kept with it for the desk to confirm."""

from typing import Any

from service.catalog.queries.routing import suggested
from service.catalog.rules.routing import Item, Reason, Routing, Unit
from service.catalog.rules.words import Confidentiality
from service.kit.database import UnitOfWork
from service.requests.models import ServiceRequest
from service.requests.schemas.reading import SuggestionRead


def confidentiality(routing: Routing) -> Confidentiality:
    """How confidential the rules would have it; nobody who gave a name becomes anonymous by a rule."""
    if routing.confidentiality is None or routing.confidentiality.value is Confidentiality.OPEN:
        return Confidentiality.OPEN
    return Confidentiality.CONFIDENTIAL


def kept(routing: Routing) -> dict[str, Any]:
    """The suggestion as it is kept, in the form of `SuggestionRead`: with the names of this moment."""
    decline = routing.decline and routing.decline.value
    hints = {
        "type": routing.type,
        "urgency": routing.urgency,
        "confidentiality": routing.confidentiality,
        "decline": routing.decline,
    }
    reasons = {name: _reason(hint.reason) for name, hint in hints.items() if hint is not None}
    suggestion = SuggestionRead(
        item=routing.item and _item(routing.item),
        lead_department=routing.lead and _unit(routing.lead),
        co_departments=[_unit(unit) for unit in routing.co],
        type=routing.type and routing.type.value,
        urgency=routing.urgency and routing.urgency.value,
        confidentiality=routing.confidentiality and routing.confidentiality.value,
        decline=decline and decline.reason,
        channel=decline and decline.channel,
        rule_id=routing.rule and routing.rule.id,
        reasons={"destination": _reason(routing.reason), **reasons},
    )
    return suggestion.model_dump(mode="json")


async def suggest_again(work: UnitOfWork, request: ServiceRequest) -> None:
    """Ask the rules anew, after the request's content or item has changed."""
    routing = await suggested(
        work,
        title=request.title,
        description=request.description,
        type=request.type,
        item_id=request.item_id,
        enterprise_id=request.enterprise_id,
        accused=request.accused_unit_ids,
    )
    request.suggestion = kept(routing)


def _item(item: Item) -> dict[str, str]:
    return {"code": item.code, "name": item.name}


def _unit(unit: Unit) -> dict[str, str]:
    return {"id": str(unit.id), "code": unit.code, "name": unit.name}


def _reason(reason: Reason) -> dict[str, str]:
    return {"zh": reason.text("zh"), "en": reason.text("en")}
