"""Kinds of events: each is declared once, by the domain it belongs to, with its names and audience."""

from dataclasses import dataclass

from service.kit.labels import Labelled


class Audience(Labelled):
    """Who, of those who may see the subject, may see the event."""

    PUBLIC = "public", "所有可见者", "Everybody who may see the subject"
    INTERNAL = "internal", "工作人员", "Staff who may see the subject"
    UNIT = "unit", "指定单位", "Only the unit named in the event"
    SECURITY = "security", "安全与审计", "Security administrators and auditors"


@dataclass(frozen=True)
class Kind:
    """A kind of event, such as `request.accepted`: what happened, in the past tense.

    `data` names the members its data may have: ids, codes and digests, never texts or contact data.
    """

    name: str
    zh: str
    en: str
    audience: Audience
    data: frozenset[str]


KINDS: dict[str, Kind] = {}


def declare(name: str, zh: str, en: str, *, audience: Audience = Audience.PUBLIC, data: str = "") -> Kind:
    """Declare a kind of event; `data` lists its members, separated by spaces."""
    assert name not in KINDS, f"{name} is declared twice"
    kind = Kind(name, zh, en, audience, frozenset(data.split()))
    KINDS[name] = kind
    return kind
