"""The append-only record of what happened, written with the change."""

from service.events.actions import record
from service.events.kinds import Audience, Kind, declare

__all__ = ["Audience", "Kind", "declare", "record"]
