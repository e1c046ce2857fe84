"""The words for what a person may do, and which role gives which of them.

A role is held at a unit and reaches the units below it. Code asks for a permission, never for a role.
"""

from service.kit.labels import Labelled
from service.organizations.rules.units import HANDLING_KINDS, UnitKind


class Role(Labelled):
    """What a person is at a unit."""

    ENTERPRISE = "enterprise", "企业联系人", "Enterprise contact"
    CADRE = "cadre", "驻企干部", "Stationed cadre"
    DISPATCHER = "dispatcher", "受理派单员", "Dispatcher"
    LIAISON = "liaison", "联络员", "Liaison officer"
    HANDLER = "handler", "承办人", "Handler"
    APPROVER = "approver", "审核领导", "Approver"
    CALLBACK = "callback", "回访员", "Callback officer"
    SUPERVISOR = "supervisor", "督查员", "Supervisor"
    LEADER = "leader", "区领导", "District leader"
    AGENT = "agent", "人才代办员", "Talent agent"
    SYSTEM_ADMIN = "system_admin", "系统管理员", "System administrator"
    SECURITY_ADMIN = "security_admin", "安全管理员", "Security administrator"
    AUDITOR = "auditor", "审计员", "Auditor"


class Permission(Labelled):
    """One thing that may be done at a unit."""

    ORGANIZATION_READ = "organization.read", "查看组织机构", "Read the organization"
    ORGANIZATION_MANAGE = "organization.manage", "维护组织机构", "Manage the organization"
    ENTERPRISES_DIRECTORY = "enterprises.directory", "查看企业名录", "Look up any enterprise"
    ENTERPRISES_MANAGE = "enterprises.manage", "维护企业信息", "Manage enterprises"
    PEOPLE_READ = "people.read", "查看人员与联系方式", "See people and their contact data"
    PEOPLE_MANAGE = "people.manage", "管理人员", "Manage people"
    PEOPLE_INVITE_CONTACTS = "people.invite_contacts", "邀请企业联系人", "Invite enterprise contacts"
    CATALOG_MANAGE = "catalog.manage", "维护事项目录", "Manage the catalog"
    REQUESTS_READ = "requests.read", "查看诉求", "Read requests"
    REQUESTS_READ_INTERNAL = "requests.read_internal", "查看内部记录", "Read what staff say among themselves"
    REQUESTS_READ_CONFIDENTIAL = "requests.read_confidential", "查看保密诉求", "Read confidential requests"
    REQUESTS_RECORD = "requests.record", "提出诉求", "Record requests"
    REQUESTS_RECORD_FOR_OTHERS = "requests.record_for_others", "代录诉求", "Record requests for others"
    REQUESTS_TRIAGE = "requests.triage", "受理派单", "Accept and dispatch requests"
    REQUESTS_SIGN = "requests.sign", "签收", "Sign for requests"
    REQUESTS_HANDLE = "requests.handle", "办理", "Handle requests"
    REQUESTS_APPROVE = "requests.approve", "审核办理结果", "Approve results"
    REQUESTS_RATE = "requests.rate", "评价", "Rate results"
    REQUESTS_WITHDRAW = "requests.withdraw", "撤回诉求", "Withdraw requests"
    REQUESTS_COMMENT = "requests.comment", "留言", "Comment on requests"
    REQUESTS_CALLBACK = "requests.callback", "回访", "Call back"
    REQUESTS_SUPERVISE = "requests.supervise", "督办", "Supervise"
    EVENTS_READ = "events.read", "读取变更流", "Read the change feed"
    SECURITY_MANAGE = "security.manage", "管理账号安全", "Manage account security"
    AUDIT_READ = "audit.read", "查看审计记录", "Read the audit log"


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ENTERPRISE: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_MANAGE,
            Permission.PEOPLE_INVITE_CONTACTS,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_RECORD,
            Permission.REQUESTS_RATE,
            Permission.REQUESTS_WITHDRAW,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.CADRE: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_INVITE_CONTACTS,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_RECORD_FOR_OTHERS,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.DISPATCHER: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_INVITE_CONTACTS,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_READ_CONFIDENTIAL,
            Permission.REQUESTS_RECORD_FOR_OTHERS,
            Permission.REQUESTS_TRIAGE,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.LIAISON: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.ENTERPRISES_MANAGE,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_MANAGE,
            Permission.PEOPLE_INVITE_CONTACTS,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_SIGN,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.HANDLER: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.PEOPLE_READ,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_HANDLE,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.APPROVER: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.PEOPLE_READ,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_APPROVE,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.CALLBACK: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.PEOPLE_READ,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_CALLBACK,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.PEOPLE_READ,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_SUPERVISE,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.LEADER: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.REQUESTS_READ,
            Permission.REQUESTS_READ_INTERNAL,
            Permission.REQUESTS_COMMENT,
            Permission.EVENTS_READ,
        }
    ),
    Role.AGENT: frozenset({Permission.ORGANIZATION_READ, Permission.ENTERPRISES_DIRECTORY}),
    Role.SYSTEM_ADMIN: frozenset(
        {
            Permission.ORGANIZATION_READ,
            Permission.ORGANIZATION_MANAGE,
            Permission.ENTERPRISES_DIRECTORY,
            Permission.ENTERPRISES_MANAGE,
            Permission.PEOPLE_READ,
            Permission.PEOPLE_MANAGE,
            Permission.PEOPLE_INVITE_CONTACTS,
            Permission.CATALOG_MANAGE,
        }
    ),
    Role.SECURITY_ADMIN: frozenset(
        {Permission.ORGANIZATION_READ, Permission.PEOPLE_READ, Permission.SECURITY_MANAGE}
    ),
    Role.AUDITOR: frozenset({Permission.ORGANIZATION_READ, Permission.AUDIT_READ}),
}

ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
"""The three who keep the system and see no business content (三员分立)."""

_AT_DISTRICT = frozenset({UnitKind.DISTRICT})

ROLE_KINDS: dict[Role, frozenset[UnitKind]] = {
    Role.ENTERPRISE: frozenset({UnitKind.ENTERPRISE}),
    Role.CADRE: frozenset({UnitKind.WORK_GROUP}),
    Role.DISPATCHER: _AT_DISTRICT,
    Role.LIAISON: HANDLING_KINDS,
    Role.HANDLER: HANDLING_KINDS,
    Role.APPROVER: HANDLING_KINDS,
    Role.CALLBACK: _AT_DISTRICT,
    Role.SUPERVISOR: _AT_DISTRICT,
    Role.LEADER: _AT_DISTRICT,
    Role.AGENT: _AT_DISTRICT | {UnitKind.DEPARTMENT},
    Role.SYSTEM_ADMIN: _AT_DISTRICT,
    Role.SECURITY_ADMIN: _AT_DISTRICT,
    Role.AUDITOR: _AT_DISTRICT,
}
"""At which kinds of unit a role can be held."""
