"""The words of the catalog, and those words of a request by which limits and routes are chosen."""

from service.kit.labels import Labelled


class ItemKind(Labelled):
    """The four aims of the programme, and the services for talent."""

    BURDEN = "burden", "减负", "Reduce burdens"
    DIFFICULTY = "difficulty", "解难", "Solve difficulties"
    FINANCING = "financing", "融资", "Find financing"
    PRODUCTION = "production", "保产", "Keep production going"
    TALENT = "talent", "人才", "Talent"


class RequestType(Labelled):
    """What somebody wants with a request."""

    CONSULTATION = "consultation", "咨询", "Consultation"
    HELP = "help", "求助", "Help"
    COMPLAINT = "complaint", "投诉", "Complaint"
    REPORT = "report", "举报", "Report of a violation"
    SUGGESTION = "suggestion", "建议", "Suggestion"
    PRAISE = "praise", "表扬", "Praise"


class Urgency(Labelled):
    """How fast a request must move."""

    NORMAL = "normal", "普通", "Normal"
    URGENT = "urgent", "紧急（24小时内将停产）", "Urgent: production stops within 24 hours"
    CRITICAL = "critical", "特急（危及安全）", "Critical: a danger to safety"


class Confidentiality(Labelled):
    """Who may know whose request it is; rising."""

    OPEN = "open", "公开办理", "Open"
    CONFIDENTIAL = "confidential", "保密", "Confidential"
    ANONYMOUS = "anonymous", "匿名", "Anonymous"


class DeclineReason(Labelled):
    """Why a request is not accepted (domain reference §1.5)."""

    NOT_GOVERNMENT = "not_government", "非政府职责事项", "Not a matter for the government"
    EMERGENCY_LINE = "emergency_line", "应拨打110、119、120、122", "A matter for 110, 119, 120 or 122"
    IN_LEGAL_PROCEEDINGS = (
        "in_legal_proceedings",
        "已进入诉讼、仲裁、行政复议、信访、纪检或信息公开程序",
        "Already in court, arbitration, review, petition, discipline or disclosure proceedings",
    )
    SECRET_OR_PRIVATE = (
        "secret_or_private",
        "涉及国家秘密、商业秘密或个人隐私",
        "State secret, trade secret or privacy",
    )
    ANSWERED_BEFORE = "answered_before", "同一事项已答复且无新情况", "Answered before, and nothing new"
    WITHOUT_SUBSTANCE = "without_substance", "恶意或无实质内容", "Malicious or without substance"
    OUTSIDE_DISTRICT = "outside_district", "不属本区管辖", "Outside the district"
    NO_ANSWER = "no_answer", "逾期未补正", "The question was not answered in time"


class ItemUnitRole(Labelled):
    """What a unit is to an item that another unit leads."""

    ALTERNATIVE = "alternative", "可改由其主办", "May lead it instead"
    CO = "co", "协办", "Co-handler"


class Book(Labelled):
    """A part of the catalog that changes as one whole."""

    CALENDAR = "calendar", "工作日历", "Working calendar"
    ROUTING = "routing", "事项与派单规则", "Service items and routing rules"
    PROMISES = "promises", "承诺办法", "Promise policy"


class Attention(Labelled):
    """Why a routing rule is put aside until somebody looks at it."""

    ITEM_ENDED = "item_ended", "事项已终止", "An item of it is not offered any more"
    UNIT_CLOSED = "unit_closed", "单位已撤销", "A unit of it does not exist any more"
    UNREADABLE = "unreadable", "条件无法识别", "Its conditions cannot be read"
