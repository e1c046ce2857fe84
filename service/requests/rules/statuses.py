"""The words of the lifecycle: where a request can be, the stages in between, and what can be done to it."""

from service.kit.labels import Labelled


class Status(Labelled):
    """Where a request is on its way."""

    DRAFT = "draft", "草稿", "Draft"
    SUBMITTED = "submitted", "待受理", "Submitted"
    NEED_INFO = "need_info", "待补正", "Needs information"
    NOT_ACCEPTED = "not_accepted", "不予受理", "Not accepted"
    TO_DISPATCH = "to_dispatch", "待派单", "To be dispatched"
    TO_SIGN = "to_sign", "待签收", "To be signed for"
    RETURN_REVIEW = "return_review", "退单审核", "Return under review"
    HANDLING = "handling", "办理中", "In handling"
    SUSPENDED = "suspended", "挂起", "Suspended"
    CLOSE_REVIEW = "close_review", "办结审核", "Result under review"
    CALLBACK = "callback", "待回访评价", "Awaiting rating"
    CLOSED = "closed", "已办结", "Closed"
    ARCHIVED = "archived", "已归档", "Archived"
    WITHDRAWN = "withdrawn", "已撤单", "Withdrawn"
    MERGED = "merged", "已并单", "Merged"


class Stage(Labelled):
    """A step inside a status: a second person, or another office, has yet to agree; or what is waited for."""

    SECOND_PERSON = "second_person", "待第二人确认不予受理", "Refusal awaits a second person"
    UNSIGNED = "unsigned", "签收前申请退单", "Return asked before signing"
    SIGNED = "signed", "签收后申请退单", "Return asked after signing"
    EXTENSION_BY_UNIT = "extension_by_unit", "延期待承办单位审核", "Extension under review by the unit"
    EXTENSION_BY_DESK = "extension_by_desk", "延期待专班审核", "Extension under review by the desk"
    SUSPENSION_ASKED = "suspension_asked", "挂起待批准", "Suspension awaits approval"
    FOR_ENTERPRISE = "for_enterprise", "等待企业", "Waits for the enterprise"
    BY_UNIT = "by_unit", "承办单位审核", "Review by the handling unit"
    BY_DESK = "by_desk", "专班审核", "Review by the dispatch desk"


class Verb(Labelled):
    """What somebody does to a request."""

    SUBMIT = "submit", "提交", "Submit"
    CONFIRM = "confirm", "确认代录", "Confirm what was filed for us"
    ACCEPT = "accept", "受理", "Accept"
    ASK_INFO = "ask-info", "要求补正", "Ask for information"
    PROVIDE_INFO = "provide-info", "补充材料", "Provide information"
    DECLINE = "decline", "不予受理", "Decline"
    DISPATCH = "dispatch", "派单", "Dispatch"
    HAND_DOWN = "hand-down", "下派", "Hand down to the home unit"
    TAKE = "take", "自办", "Solve at the home unit"
    SIGN = "sign", "签收", "Sign for"
    REQUEST_RETURN = "request-return", "申请退单", "Ask to return"
    APPROVE_RETURN = "approve-return", "同意退单", "Approve the return"
    REJECT_RETURN = "reject-return", "驳回退单", "Reject the return"
    DECIDE = "decide", "会商决定", "Decide jointly"
    RAISE = "raise", "上报", "Raise to the district"
    ESCALATE = "escalate", "提级", "Escalate"
    ASSIGN = "assign", "指定承办人", "Assign"
    RECORD_CONTACT = "record-contact", "登记联系", "Record a contact"
    REQUEST_EXTENSION = "request-extension", "申请延期", "Ask for an extension"
    APPROVE_EXTENSION = "approve-extension", "同意延期", "Approve the extension"
    REJECT_EXTENSION = "reject-extension", "驳回延期", "Reject the extension"
    REQUEST_SUSPENSION = "request-suspension", "申请挂起", "Ask for a suspension"
    APPROVE_SUSPENSION = "approve-suspension", "同意挂起", "Approve the suspension"
    REJECT_SUSPENSION = "reject-suspension", "驳回挂起", "Reject the suspension"
    RESUME = "resume", "恢复办理", "Resume"
    SUBMIT_RESULT = "submit-result", "提交办理结果", "Submit the result"
    APPROVE_RESULT = "approve-result", "审核通过", "Approve the result"
    SEND_BACK = "send-back", "退回重办", "Send back"
    RECORD_CALLBACK = "record-callback", "登记回访", "Record a callback"
    RATE = "rate", "评价", "Rate"
    REDO = "redo", "发起重办", "Order a redo"
    REOPEN = "reopen", "重新打开", "Reopen"
    ARCHIVE = "archive", "归档", "Archive"
    WITHDRAW = "withdraw", "撤单", "Withdraw"
    MERGE = "merge", "并单", "Merge into another"
    SPLIT = "split", "拆单", "Split"
    RECLASSIFY = "reclassify", "调整分类", "Reclassify"
    CORRECT = "correct", "更正", "Correct"
    URGE = "urge", "催办", "Urge"
    INSTRUCT = "instruct", "批示", "Instruct"
    SUPERVISE = "supervise", "督办", "Supervise"
    SETTLE_SUPERVISION = "settle-supervision", "督办销号", "Settle the supervision"
    RAISE_CONFIDENTIALITY = "raise-confidentiality", "提高保密级别", "Raise the confidentiality"
    LOWER_CONFIDENTIALITY = "lower-confidentiality", "降低保密级别", "Lower the confidentiality"
    LIFT_IDENTITY = "lift-identity", "解密身份", "Lift the identity"


OPEN = (
    Status.SUBMITTED,
    Status.NEED_INFO,
    Status.TO_DISPATCH,
    Status.TO_SIGN,
    Status.RETURN_REVIEW,
    Status.HANDLING,
    Status.SUSPENDED,
    Status.CLOSE_REVIEW,
    Status.CALLBACK,
)
"""Somebody has still to act: each of these has a due time, but that a suspended one has a day of review."""

HELD = (Status.TO_SIGN, Status.RETURN_REVIEW, Status.HANDLING, Status.CLOSE_REVIEW, Status.CALLBACK)
"""From dispatch to rating there is a unit that answers for it, and a promise."""

STAGES: dict[Status, tuple[Stage | None, ...]] = dict.fromkeys(Status, (None,)) | {
    Status.SUBMITTED: (None, Stage.SECOND_PERSON),
    Status.NEED_INFO: (None, Stage.SECOND_PERSON),
    Status.RETURN_REVIEW: (Stage.UNSIGNED, Stage.SIGNED),
    Status.HANDLING: (
        None,
        Stage.EXTENSION_BY_UNIT,
        Stage.EXTENSION_BY_DESK,
        Stage.SUSPENSION_ASKED,
    ),
    Status.SUSPENDED: (None, Stage.FOR_ENTERPRISE),
    Status.CLOSE_REVIEW: (Stage.BY_UNIT, Stage.BY_DESK),
}
"""The stages that a request can be in, by status."""
