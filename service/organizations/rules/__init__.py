"""What the organization allows, as plain values: kinds of units, roles, permissions, codes."""

from service.organizations.rules.permissions import ROLE_PERMISSIONS, Permission, Role
from service.organizations.rules.units import HANDLING_KINDS, UnitKind

__all__ = ["HANDLING_KINDS", "ROLE_PERMISSIONS", "Permission", "Role", "UnitKind"]
