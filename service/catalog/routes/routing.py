"""Routing rules over HTTP: reading, writing and ordering them, and trying them on a draft."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from service.catalog.actions import routing as actions
from service.catalog.queries import rules
from service.catalog.queries.books import version_of
from service.catalog.queries.routing import tried
from service.catalog.rules.words import Book
from service.catalog.schemas.routing import (
    RoutingDraft,
    RoutingRead,
    RoutingRuleCreate,
    RoutingRuleFilter,
    RoutingRuleRead,
    RoutingRuleWrite,
    RuleOrder,
)
from service.kit.database import Now, Reading
from service.kit.errors import (
    Invalid,
    Malformed,
    NotAllowed,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthorized,
    documented,
)
from service.kit.pages import Page, page
from service.kit.routing import IfMatchRequired, Router, versioned
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.queries.units import local_day

router = Router(prefix="/routing-rules", tags=["catalog"])


@router.get(
    "",
    operation_id="list_routing_rules",
    summary="派单规则列表 List routing rules in their order",
    response_model=Page[RoutingRuleRead],
    responses=documented(Unauthorized, Malformed, Invalid),
)
async def list_routing_rules(
    request: Request, actor: Reader, reading: Reading, now: Now, wanted: Annotated[RoutingRuleFilter, Query()]
) -> Response:
    """Of each aspect the first active rule that matches decides, unless it needs attention."""
    statement = await rules.routing_rules(reading, wanted, local_day(now))
    return await page(request, reading, statement, wanted, by=rules.ORDER, read=rules.read_rule)


@router.post(
    "",
    operation_id="create_routing_rule",
    summary="新增派单规则 Create a routing rule",
    status_code=201,
    responses=documented(Unauthorized, NotAllowed, Invalid),
)
async def create_routing_rule(
    request: Request, actor: CurrentActor, work: Work, new: RoutingRuleCreate
) -> RoutingRuleRead:
    rule = await actions.create_rule(work, actor, new)
    versioned(request, rule.version)
    return await rules.routing_rule(work, rule.id, local_day(work.now))


@router.post(
    "/preview",
    operation_id="preview_routing",
    summary="试算派单 Where a draft would be sent, and why",
    responses=documented(Unauthorized, NotFound, Invalid),
)
async def preview_routing(actor: CurrentActor, work: Work, draft: RoutingDraft) -> RoutingRead:
    """Records nothing. `reason` says which rule decides, and which words were found where."""
    return await tried(work, actor, draft)


@router.get(
    "/order",
    operation_id="get_routing_order",
    summary="派单规则顺序 The order of the active rules",
    responses=documented(Unauthorized),
)
async def get_routing_order(request: Request, actor: Reader, reading: Reading) -> RuleOrder:
    versioned(request, await version_of(reading, Book.ROUTING))
    return RuleOrder(rule_ids=await rules.rule_order(reading))


@router.put(
    "/order",
    operation_id="set_routing_order",
    summary="调整派单规则顺序 Put the active rules into another order",
    responses=documented(Unauthorized, NotAllowed, Stale, Invalid, PreconditionRequired),
)
async def set_routing_order(
    request: Request, actor: CurrentActor, work: Work, said: RuleOrder, expected: IfMatchRequired
) -> RuleOrder:
    """All at once: `If-Match` is the ETag of the order as it was read, so that nobody's new rule is lost."""
    await actions.order_rules(work, actor, said, expected)
    versioned(request, await version_of(work, Book.ROUTING))
    return RuleOrder(rule_ids=await rules.rule_order(work))


@router.get(
    "/{id}",
    operation_id="get_routing_rule",
    summary="派单规则 One routing rule",
    responses=documented(Unauthorized, NotFound),
)
async def get_routing_rule(
    request: Request, actor: Reader, reading: Reading, now: Now, id: UUID
) -> RoutingRuleRead:
    rule = await rules.routing_rule(reading, id, local_day(now))
    versioned(request, rule.version)
    return rule


@router.put(
    "/{id}",
    operation_id="change_routing_rule",
    summary="修改、停用派单规则 Write a routing rule anew, or switch it off",
    responses=documented(Unauthorized, NotAllowed, NotFound, Stale, Invalid, PreconditionRequired),
)
async def change_routing_rule(
    request: Request,
    actor: CurrentActor,
    work: Work,
    id: UUID,
    said: RoutingRuleWrite,
    expected: IfMatchRequired,
) -> RoutingRuleRead:
    """A rule keeps its place; one that is switched on again goes last."""
    rule = await actions.change_rule(work, actor, id, said, expected)
    versioned(request, rule.version)
    return await rules.routing_rule(work, rule.id, local_day(work.now))
