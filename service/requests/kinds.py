"""The kinds of events of requests, and what their data may hold: ids, codes and numbers, never texts."""

from service.events import Audience, declare

# --- steps of the lifecycle, in its order --------------------------------------------------------------
DRAFTED = declare("request.drafted", "存为草稿", "drafted", data="origin")
DRAFT_CHANGED = declare("request.draft_changed", "修改草稿", "draft changed", data="fields")
SUBMITTED = declare("request.submitted", "提交", "submitted", data="origin rule_id")
CONFIRMED = declare("request.confirmed", "企业确认代录", "confirmed by the enterprise", data="note_id")
ACCEPTED = declare(
    "request.accepted", "受理", "accepted", data="type item_id urgency confidentiality note_id"
)
INFO_ASKED = declare("request.info_asked", "要求补正", "asked for information", data="note_id")
INFO_PROVIDED = declare("request.info_provided", "已补正", "information provided", data="note_id")
DECLINE_PROPOSED = declare(
    "request.decline_proposed",
    "拟不予受理",
    "refusal proposed",
    audience=Audience.INTERNAL,
    data="reason note_id",
)
DECLINED = declare("request.declined", "不予受理", "declined", data="reason note_id")
DISPATCHED = declare(
    "request.dispatched",
    "派单",
    "dispatched",
    data="lead_unit_id co_unit_ids limit_amount limit_unit is_provisional note_id",
)
SIGNED = declare("request.signed", "签收", "signed for", data="assigned_to note_id")
ASSIGNED = declare(
    "request.assigned", "指定承办人", "assigned", audience=Audience.INTERNAL, data="assigned_to note_id"
)
CONTACTED = declare("request.contacted", "已与企业联系", "enterprise contacted", data="channel note_id")
RESULT_SUBMITTED = declare(
    "request.result_submitted",
    "提交办理结果",
    "result submitted",
    audience=Audience.INTERNAL,
    data="result_id kind note_id",
)
RESULT_APPROVED_BY_UNIT = declare(
    "request.result_approved_by_unit",
    "承办单位审核通过",
    "result approved by the unit",
    audience=Audience.INTERNAL,
    data="result_id note_id",
)
RESULT_APPROVED = declare("request.result_approved", "答复", "answered", data="result_id kind note_id")
SENT_BACK_BY_UNIT = declare(
    "request.sent_back_by_unit",
    "承办单位退回",
    "sent back by the unit",
    audience=Audience.INTERNAL,
    data="result_id note_id",
)
SENT_BACK = declare(
    "request.sent_back",
    "专班退回",
    "sent back by the desk",
    audience=Audience.INTERNAL,
    data="result_id note_id",
)
RATED = declare("request.rated", "评价", "rated", data="round grade solved note_id")
REDO_ORDERED = declare(
    "request.redo_ordered",
    "重办",
    "redo ordered",
    data="round limit_amount limit_unit is_provisional note_id",
)
WITHDRAWN = declare("request.withdrawn", "撤单", "withdrawn", data="note_id")

# --- what happens beside the lifecycle -----------------------------------------------------------------
IMPORTED = declare("request.imported", "历史导入", "imported", data="source result_id")
COMMENTED = declare("request.commented", "留言", "commented", data="note_id")
ATTACHED = declare("request.attached", "上传附件", "file attached", data="attachment_id")
SHARED = declare("request.shared", "可见", "came into sight of the unit", audience=Audience.UNIT, data="")
HIDDEN = declare(
    "request.hidden", "不再可见", "went out of sight of the unit", audience=Audience.UNIT, data=""
)

LIMIT_CHANGED = declare("step_limit.changed", "环节时限已修改", "limit changed", data="step amount unit")
