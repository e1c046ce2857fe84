"""Routing rules as they are written, ordered and read, and what they suggest for a draft."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from service.catalog.rules.promises import Promise
from service.catalog.rules.routing import (
    Aspect,
    Condition,
    Decline,
    Hint,
    Item,
    Reason,
    Routing,
    Unit,
    normalised,
)
from service.catalog.rules.words import Attention, Confidentiality, DeclineReason, RequestType, Urgency
from service.catalog.schemas.items import ItemCode, ItemRef
from service.catalog.schemas.limits import LimitSchema
from service.kit.language import language
from service.kit.pages import Paging
from service.kit.types import Line, Schema, Text, Word, wrong
from service.organizations.schemas.units import UnitRef


def _worth_looking_for(word: str) -> str:
    if not normalised(word):
        raise wrong("blank", "不能为空白。", "The word must not be blank.")
    return word


SearchWord = Annotated[Word, AfterValidator(_worth_looking_for)]
Words = Annotated[list[SearchWord], Field(min_length=1, max_length=100)]
Industry = Annotated[str, StringConstraints(pattern=r"^([A-T]|[0-9]{2,4})$"), Field(examples=["15"])]


class ConditionsSchema(Schema):
    """When a rule applies: everything that is given must hold."""

    items: list[ItemCode] = Field(default=[], max_length=100, description="Chosen by the requester.")
    types: list[RequestType] = Field(default=[], max_length=10)
    areas: list[UUID] = Field(
        default=[], max_length=100, description="The enterprise's home unit, or the town it stands in."
    )
    industries: list[Industry] = Field(
        default=[], max_length=100, description="Section letters, or the first 2 to 4 digits of the code."
    )
    above_scale: bool | None = Field(default=None, description="Whether the enterprise is above scale.")
    words: list[Words] = Field(
        default=[],
        max_length=10,
        description="Of each group at least one word must occur in title or description.",
        examples=[[["用电", "供电"], ["增容", "专线"]]],
    )
    without: list[SearchWord] = Field(default=[], max_length=100, description="None of these may occur.")
    in_title: bool = Field(default=False, description="Look for the words in the title alone.")

    @model_validator(mode="after")
    def _some_condition(self) -> Self:
        some = (self.items, self.types, self.areas, self.industries, self.words)
        if not any(some) and self.above_scale is None:
            raise wrong(
                "no_condition",
                "规则至少要有一个条件，否则会匹配所有诉求。",
                "A rule needs a condition, or it would match every request.",
            )
        return self


class RoutingRuleWrite(Schema):
    """A routing rule. Which of the last members it takes depends on its aspect."""

    name: Line = Field(examples=["用电增容与专线"])
    aspect: Aspect = Field(examples=["destination"])
    conditions: ConditionsSchema
    is_active: bool = True
    item_code: ItemCode | None = Field(default=None, description="Of `destination`.")
    lead_unit_id: UUID | None = Field(
        default=None, description="Of `destination`; unless given, the item's own lead."
    )
    co_unit_ids: list[UUID] | None = Field(
        default=None, max_length=20, description="Of `destination`; unless given, the item's own."
    )
    also_item_codes: list[ItemCode] = Field(
        default=[], max_length=5, description="Of `destination`: further items that the same matter touches."
    )
    type: RequestType | None = Field(default=None, description="Of `type`.")
    urgency: Urgency | None = Field(default=None, description="Of `urgency`.")
    confidentiality: Confidentiality | None = Field(default=None, description="Of `confidentiality`.")
    decline_reason: DeclineReason | None = Field(default=None, description="Of `admission`.")
    channel: Text | None = Field(
        default=None, max_length=1000, description="Of `admission`: whom the law has the requester turn to."
    )

    @model_validator(mode="after")
    def _speaks_of_its_aspect(self) -> Self:
        said = {
            Aspect.DESTINATION: self.item_code or self.lead_unit_id,
            Aspect.TYPE: self.type,
            Aspect.URGENCY: self.urgency,
            Aspect.CONFIDENTIALITY: self.confidentiality,
            Aspect.ADMISSION: self.decline_reason and self.channel,
        }
        foreign = [
            aspect for aspect, value in said.items() if value is not None and aspect is not self.aspect
        ]
        half_declined = (self.decline_reason is None) != (self.channel is None)
        stray = self.aspect is not Aspect.DESTINATION and (
            self.co_unit_ids is not None or self.also_item_codes
        )
        if not said[self.aspect] or foreign or half_declined or stray:
            raise wrong(
                "not_of_its_aspect",
                f"“{self.aspect.zh}”规则应当且只应当给出本方面的结论。",
                f"A rule of the aspect `{self.aspect}` must give its own conclusion, and no other.",
            )
        return self


class RoutingRuleCreate(RoutingRuleWrite):
    before: UUID | None = Field(default=None, description="The rule that it goes before; unless given, last.")


class RuleOrder(Schema):
    """The active rules in their order."""

    rule_ids: list[UUID] = Field(max_length=2000, examples=[["019a1b2c-3d4e-7f50-8123-456789abcdef"]])


class RoutingRuleRead(Schema):
    """A routing rule. One that needs attention is put aside until what it names is mended."""

    id: UUID
    place: int | None = Field(description="Its order among the active rules.", examples=[12])
    name: str = Field(examples=["用电增容与专线"])
    aspect: Aspect
    conditions: ConditionsSchema | None = Field(description="None if they cannot be read.")
    is_active: bool
    item: ItemRef | None
    lead_unit: UnitRef | None
    co_units: list[UnitRef] | None
    also_items: list[ItemRef]
    type: RequestType | None
    urgency: Urgency | None
    confidentiality: Confidentiality | None
    decline_reason: DeclineReason | None
    channel: str | None
    needs_attention: list[Attention]
    version: int


class RoutingRuleFilter(Paging):
    aspect: Aspect | None = None
    item: ItemCode | None = Field(default=None, description="Sends to this item.")
    is_active: bool = True
    needs_attention: bool | None = None


# --- what the rules suggest for a draft --------------------------------------------------------------


class RoutingDraft(Schema):
    """What is known of a request that is not recorded yet."""

    title: Line = Field(examples=["车间用电高峰频繁跳闸，申请增容"])
    description: Text | None = Field(
        default=None, examples=["新增两条注塑线，申请由630千伏安增至1250千伏安。"]
    )
    item_code: ItemCode | None = Field(default=None, description="If the requester has chosen one.")
    type: RequestType | None = None
    urgency: Urgency | None = None
    enterprise_id: UUID | None = Field(default=None, description="Whose it is; the caller must see it.")
    accused_department_ids: list[UUID] = Field(
        default=[], max_length=50, description="Units that it complains of; none of them is suggested."
    )


class RoutedUnit(Schema):
    """A unit that a request may be sent to."""

    id: UUID
    code: str = Field(examples=["PWR"])
    name: str = Field(examples=["供电公司"])


class RuleRef(Schema):
    """A routing rule, as it is named elsewhere."""

    id: UUID
    name: str = Field(examples=["用电增容与专线"])


class MatchRead(Schema):
    """A condition that held, and by what."""

    condition: Condition = Field(examples=["title"])
    value: str = Field(examples=["增容"])


class ReasonRead(Schema):
    """Why something is suggested."""

    text: str = Field(examples=["规则“用电增容与专线”：标题含“用电”，标题含“增容”。"])
    rule: RuleRef | None = Field(description="None where no rule decided.")
    matches: list[MatchRead]

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(
            text=reason.text(language()),
            rule=reason.rule and RuleRef(id=reason.rule.id, name=reason.rule.name),
            matches=[MatchRead(condition=match.condition, value=match.value) for match in reason.matches],
        )


class TypeHint(Schema):
    """The type that the rules suggest."""

    value: RequestType
    reason: ReasonRead


class UrgencyHint(Schema):
    """The urgency that the rules suggest."""

    value: Urgency
    reason: ReasonRead


class ConfidentialityHint(Schema):
    """The confidentiality that the rules suggest."""

    value: Confidentiality
    reason: ReasonRead


class DeclineHint(Schema):
    """That the rules would not accept it, and whom the requester is to turn to instead."""

    decline_reason: DeclineReason
    channel: str
    reason: ReasonRead


class PromiseSketch(Schema):
    """What would be promised if it were dispatched so."""

    limit: LimitSchema
    contact_limit: LimitSchema
    text: str = Field(examples=["供电公司承诺10个工作日内办结，1个工作日内与您联系。"])

    @classmethod
    def of(cls, promise: Promise) -> Self:
        return cls(
            limit=LimitSchema.of(promise.limit),
            contact_limit=LimitSchema.of(promise.contact),
            text=promise.text(language()),
        )


class RoutingRead(Schema):
    """Where the rules would send a draft, and why. Without a lead unit the dispatch desk chooses."""

    reason: ReasonRead
    item: ItemRef | None
    lead_unit: RoutedUnit | None
    co_units: list[RoutedUnit]
    also_items: list[ItemRef] = Field(description="Further items that the same matter touches.")
    to_arrange: list[str] = Field(description="Co-handlers that only a person can bring in.")
    avoided_units: list[RoutedUnit] = Field(description="Left out, since the request complains of them.")
    type: TypeHint | None
    urgency: UrgencyHint | None
    confidentiality: ConfidentialityHint | None
    decline: DeclineHint | None
    promise: PromiseSketch | None

    @classmethod
    def of(cls, routing: Routing, promise: Promise | None) -> Self:
        return cls(
            reason=ReasonRead.of(routing.reason),
            item=routing.item and _item(routing.item),
            lead_unit=routing.lead and _unit(routing.lead),
            co_units=[_unit(unit) for unit in routing.co],
            also_items=[_item(item) for item in routing.also],
            to_arrange=list(routing.to_arrange),
            avoided_units=[_unit(unit) for unit in routing.avoided],
            type=routing.type
            and TypeHint(value=routing.type.value, reason=ReasonRead.of(routing.type.reason)),
            urgency=routing.urgency
            and UrgencyHint(value=routing.urgency.value, reason=ReasonRead.of(routing.urgency.reason)),
            confidentiality=routing.confidentiality
            and ConfidentialityHint(
                value=routing.confidentiality.value, reason=ReasonRead.of(routing.confidentiality.reason)
            ),
            decline=routing.decline and _decline(routing.decline),
            promise=promise and PromiseSketch.of(promise),
        )


def _item(item: Item) -> ItemRef:
    return ItemRef(code=item.code, name=item.name)


def _unit(unit: Unit) -> RoutedUnit:
    return RoutedUnit(id=unit.id, code=unit.code, name=unit.name)


def _decline(hint: Hint[Decline]) -> DeclineHint:
    return DeclineHint(
        decline_reason=hint.value.reason, channel=hint.value.channel, reason=ReasonRead.of(hint.reason)
    )
