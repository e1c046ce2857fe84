"""What can happen to the organization and its people: the kinds of events it records."""

from service.events import Audience, declare

UNIT_CREATED = declare(
    "unit.created", "新建单位", "Unit created", audience=Audience.INTERNAL, data="code parent_id"
)
UNIT_CHANGED = declare(
    "unit.changed", "修改单位", "Unit changed", audience=Audience.INTERNAL, data="code fields"
)
UNIT_CLOSED = declare(
    "unit.closed", "撤销单位", "Unit closed", audience=Audience.INTERNAL, data="code valid_to"
)
UNIT_REOPENED = declare(
    "unit.reopened", "恢复单位", "Unit opened again", audience=Audience.INTERNAL, data="code"
)
ENTERPRISE_MOVED = declare(
    "enterprise.moved",
    "调整企业属地或工作组",
    "Enterprise moved to another home unit or work group",
    audience=Audience.INTERNAL,
    data="from_home_unit_id to_home_unit_id from_work_group_id to_work_group_id",
)
SCALE_STATED = declare(
    "enterprise.scale_stated",
    "登记规上状态",
    "Above-scale status recorded",
    audience=Audience.INTERNAL,
    data="year category",
)
MEMBERSHIP_GIVEN = declare(
    "membership.given",
    "授予角色",
    "Role given",
    audience=Audience.SECURITY,
    data="account_id role valid_to",
)
MEMBERSHIP_ENDED = declare(
    "membership.ended", "结束任职", "Role ended", audience=Audience.SECURITY, data="account_id role valid_to"
)
INVITATION_MADE = declare(
    "invitation.made", "发出邀请", "Invitation made", audience=Audience.SECURITY, data="role expires_at"
)
INVITATION_ACCEPTED = declare(
    "invitation.accepted",
    "接受邀请",
    "Invitation accepted",
    audience=Audience.SECURITY,
    data="account_id role",
)
INVITATION_REVOKED = declare(
    "invitation.revoked", "撤回邀请", "Invitation revoked", audience=Audience.SECURITY, data="role"
)
HANDOVER_MADE = declare(
    "handover.made",
    "交接在办事项",
    "Open work handed over",
    audience=Audience.INTERNAL,
    data="from_account_id to_account_id starts_at ends_at",
)
HANDOVER_ENDED = declare(
    "handover.ended",
    "结束交接",
    "Handover ended",
    audience=Audience.INTERNAL,
    data="from_account_id to_account_id",
)
