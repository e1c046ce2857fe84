"""The words of a request: each enumeration that is stored with it or shown to people."""

from service.kit.labels import Labelled


class Origin(Labelled):
    """Where a request came from."""

    SELF = "self", "企业自报", "Filed by the enterprise"
    VISIT = "visit", "走访", "Visit"
    ACTIVITY = "activity", "活动", "Activity"
    PHONE = "phone", "来电", "Telephone"
    HOTLINE = "hotline", "12345热线", "Hotline"
    IMPORT = "import", "历史导入", "Imported history"
    OPEN311 = "open311", "Open311接口", "Open311"
    ANONYMOUS = "anonymous", "匿名提交", "Filed anonymously"


class Light(Labelled):
    """How the step that is due now stands."""

    GREEN = "green", "正常", "In time"
    YELLOW = "yellow", "临期", "Due soon"
    RED = "red", "超期", "Overdue"
    GREY = "grey", "不计时", "Clock stands"


class ResultKind(Labelled):
    """What a unit says it has achieved."""

    SOLVED = "solved", "已解决", "Solved"
    PARTLY = "partly", "部分解决", "Partly solved"
    EXPLAINED = "explained", "政策解释", "Explained"
    CANNOT_YET = "cannot_yet", "暂不能解决", "Cannot be solved yet"


class ContactChannel(Labelled):
    """How a handler spoke with the enterprise."""

    PHONE = "phone", "电话", "Telephone"
    VISIT = "visit", "上门", "Visit"
    MEETING = "meeting", "约见", "Meeting"
    MESSAGE = "message", "消息", "Message"


#: The five grades of 好差评, as stars; 1 and 2 are low (差评).
GRADES = {
    5: ("非常满意", "Very satisfied"),
    4: ("满意", "Satisfied"),
    3: ("基本满意", "Fairly satisfied"),
    2: ("不满意", "Dissatisfied"),
    1: ("非常不满意", "Very dissatisfied"),
}
LOWEST_SATISFIED = 3


class ApplicationKind(Labelled):
    """What a unit applies for."""

    RETURN = "return", "退单", "Return"
    EXTENSION = "extension", "延期", "Extension"
    SUSPENSION = "suspension", "挂起", "Suspension"


class ApplicationOutcome(Labelled):
    """What became of an application."""

    APPROVED = "approved", "同意", "Approved"
    REJECTED = "rejected", "驳回", "Rejected"
    LAPSED = "lapsed", "失效", "Lapsed"


class SuspensionCause(Labelled):
    """For what a request may wait; there are no other causes."""

    COURT = "court", "等待司法裁判", "Waits for a court"
    UPPER_LEVEL = "upper_level", "等待上级决定", "Waits for a higher authority"
    SEASON = "season", "受季节限制", "Waits for the season"
    ENTERPRISE = "enterprise", "等待企业提供材料", "Waits for the enterprise"


class NoteAudience(Labelled):
    """Who, of those who may see a request, may read a note."""

    PUBLIC = "public", "公开", "Everybody who may see the request"
    INTERNAL = "internal", "内部", "Staff only"


class SearchPart(Labelled):
    """Which text of a request is searched."""

    QUESTION = "question", "标题与内容", "Subject and description"
    ANSWER = "answer", "答复", "Answers"
