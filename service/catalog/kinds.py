"""What can happen to the catalog: the kinds of events it records."""

from service.events import Audience, declare

DAY_SET = declare(
    "calendar.day_set",
    "设定某日是否上班",
    "Day set as worked or not",
    audience=Audience.INTERNAL,
    data="day is_workday is_confirmed",
)
SCHEDULE_ENTERED = declare(
    "calendar.schedule_entered",
    "录入年度放假安排",
    "Year's schedule entered",
    audience=Audience.INTERNAL,
    data="year from_day",
)
OFFICE_HOURS_SET = declare(
    "calendar.office_hours_set",
    "设定办公时间",
    "Office hours set",
    audience=Audience.INTERNAL,
    data="spans",
)
PROMISE_POLICY_SET = declare(
    "promises.policy_set",
    "设定承诺办法",
    "Promise policy set",
    audience=Audience.INTERNAL,
    data="limits",
)
ITEM_CREATED = declare("service_item.created", "新增服务事项", "Service item created", data="code")
ITEM_CHANGED = declare("service_item.changed", "修改服务事项", "Service item changed", data="code fields")
ITEM_ENDED = declare("service_item.ended", "终止服务事项", "Service item ended", data="code")
ITEM_REOPENED = declare("service_item.reopened", "恢复服务事项", "Service item offered again", data="code")
RULE_CREATED = declare(
    "routing.rule_created",
    "新增派单规则",
    "Routing rule created",
    audience=Audience.INTERNAL,
    data="rule_id aspect is_active",
)
RULE_CHANGED = declare(
    "routing.rule_changed",
    "修改派单规则",
    "Routing rule changed",
    audience=Audience.INTERNAL,
    data="rule_id aspect is_active",
)
RULES_REORDERED = declare(
    "routing.reordered",
    "调整派单规则顺序",
    "Routing rules reordered",
    audience=Audience.INTERNAL,
    data="rule_ids",
)
