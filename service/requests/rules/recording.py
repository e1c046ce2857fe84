"""Who may bring a request in, from where, and whether it must say whose it is."""

from dataclasses import dataclass

from service.organizations.rules import Permission
from service.requests.rules.words import Origin


@dataclass(frozen=True)
class Door:
    """A way in: the permission it takes at the enterprise, or in the district when none need be named."""

    needs: Permission
    enterprise_required: bool
    on_behalf: bool
    """Whether the enterprise has yet to confirm what was filed in its name."""


DOORS = {
    Origin.SELF: Door(Permission.REQUESTS_RECORD, enterprise_required=True, on_behalf=False),
    Origin.VISIT: Door(Permission.REQUESTS_RECORD_FOR_OTHERS, enterprise_required=True, on_behalf=True),
    Origin.ACTIVITY: Door(Permission.REQUESTS_RECORD_FOR_OTHERS, enterprise_required=True, on_behalf=True),
    Origin.PHONE: Door(Permission.REQUESTS_RECORD_FOR_OTHERS, enterprise_required=False, on_behalf=True),
    Origin.HOTLINE: Door(Permission.REQUESTS_RECORD_FOR_OTHERS, enterprise_required=False, on_behalf=True),
    Origin.OPEN311: Door(Permission.REQUESTS_RECORD_FOR_OTHERS, enterprise_required=False, on_behalf=False),
}
"""Imported history and anonymous requests come in by doors of their own, for which no account is asked."""
