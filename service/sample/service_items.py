"""The sample catalog: 35 service items for enterprises and 13 for talent, inferred from practice.

Every limit and department here is the district's to edit. ◆ of the domain reference (confidential by default)
is `confidential=True`; such an item is not offered on the public page.
"""

from dataclasses import dataclass

from service.catalog.rules.forms import Choice, FieldType, FormField
from service.catalog.rules.routing import CoKind
from service.catalog.rules.words import ItemKind
from service.kit.calendar import Limit, LimitUnit

KINDS = {
    "J": ItemKind.BURDEN,
    "N": ItemKind.DIFFICULTY,
    "R": ItemKind.FINANCING,
    "B": ItemKind.PRODUCTION,
    "T": ItemKind.TALENT,
}


@dataclass(frozen=True)
class CoHandler:
    """A co-handling unit: the code of a unit, or the name of what only a person can bring in."""

    kind: CoKind
    code: str | None = None
    name: str | None = None


@dataclass(frozen=True)
class SampleItem:
    """A service item with the codes of its units. `lead` comes first; `alternatives` may lead instead."""

    code: str
    group: str
    name: str
    lead: str
    limit: Limit
    guidance: str
    keywords: tuple[str, ...]
    co: tuple[CoHandler, ...] = ()
    alternatives: tuple[str, ...] = ()
    contact: Limit | None = None
    promise_note: str | None = None
    confidential: bool = False
    form: tuple[FormField, ...] = ()

    @property
    def kind(self) -> ItemKind:
        return KINDS[self.code[0]]


def _wd(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAYS)


def _h(amount: int) -> Limit:
    return Limit(amount, LimitUnit.NATURAL_HOURS)


def _co(*codes: str) -> tuple[CoHandler, ...]:
    return tuple(CoHandler(CoKind.UNIT, code) for code in codes)


HOME = CoHandler(CoKind.HOME)
PUNISHING_UNIT = CoHandler(CoKind.TO_NAME, name="作出处罚的单位")
CUSTOMS = CoHandler(CoKind.OUTSIDE, name="海关")


# --- fields of forms ---------------------------------------------------------------------------------


def _text(code: str, label: str, hint: str | None = None, *, required: bool = False) -> FormField:
    return FormField(code=code, label=label, type=FieldType.TEXT, hint=hint, required=required)


def _number(code: str, label: str, unit: str, *, whole: bool = False, required: bool = False) -> FormField:
    return FormField(
        code=code, label=label, type=FieldType.NUMBER, unit=unit, minimum=0, whole=whole, required=required
    )


def _date(code: str, label: str) -> FormField:
    return FormField(code=code, label=label, type=FieldType.DATE)


def _choice(
    code: str, label: str, *, several: bool = False, required: bool = False, **choices: str
) -> FormField:
    return FormField(
        code=code,
        label=label,
        type=FieldType.MULTI if several else FieldType.SINGLE,
        required=required,
        choices=[Choice(value=value, label=name) for value, name in choices.items()],
    )


def _yes(code: str, label: str) -> FormField:
    return FormField(code=code, label=label, type=FieldType.BOOLEAN)


SINCE = FormField(code="since", label="从何时起", type=FieldType.DATETIME)
STOPPED = _yes("stopped", "是否已停产")
AMOUNT = _number("amount", "金额", "万元")
LOAN = (
    _number("amount", "融资金额", "万元", required=True),
    _number("months", "期限", "个月", whole=True),
    _choice(
        "security",
        "可提供的增信",
        several=True,
        land="土地厂房",
        equipment="设备",
        receivables="应收账款",
        patent="知识产权",
        none="无",
    ),
)

# --- J: reduce burdens -------------------------------------------------------------------------------

BURDEN = (
    SampleItem(
        "J01",
        "政策",
        "惠企政策咨询与兑现",
        "EIC",
        _wd(3),
        "请写明政策名称或文号、申报时间和目前进度。",
        ("惠企政策", "奖补", "兑现", "技改补贴"),
        co=_co("FIN"),
        form=(_text("policy", "政策名称或文号"), AMOUNT),
    ),
    SampleItem(
        "J02",
        "税费",
        "税费减免、留抵退税",
        "TAX",
        _wd(5),
        "请写明税种、所属期和申请日期；不需要上传报表。",
        ("退税", "留抵", "减免", "加计扣除"),
        co=_co("FIN"),
        form=(
            _choice("tax", "税种", vat="增值税", income="企业所得税", stamp="印花税", other="其他"),
            _text("period", "所属期", "例如2026年9月"),
            AMOUNT,
        ),
    ),
    SampleItem(
        "J03",
        "收费",
        "违规收费、摊派",
        "MSA",
        _wd(10),
        "请写明收费单位、名目、金额和时间；有收据或通知的可上传。默认保密办理。",
        ("乱收费", "摊派", "强制服务"),
        co=_co("DRC", "FIN"),
        confidential=True,
        form=(_text("charged_by", "收费单位"), AMOUNT, _date("charged_on", "收费日期")),
    ),
    SampleItem(
        "J04",
        "检查",
        "检查过频、重复执法",
        "JUS",
        _wd(10),
        "请写明检查单位、次数和时间。被反映的单位不参与办理，默认保密办理。",
        ("检查", "执法", "扫码入企"),
        confidential=True,
        form=(
            _text("inspected_by", "检查单位"),
            _number("times", "次数", "次", whole=True),
            _date("first_on", "首次日期"),
        ),
    ),
    SampleItem(
        "J05",
        "水电气",
        "水电气价格与报装收费",
        "DRC",
        _wd(7),
        "请写明户号、收费单位和有疑问的项目，可上传账单。",
        ("电价", "水价", "气价", "转供电", "报装费"),
        co=_co("PWR", "WTR", "GAS"),
        form=(_choice("medium", "类别", required=True, power="电", water="水", gas="气"), AMOUNT),
    ),
    SampleItem(
        "J06",
        "社保",
        "社保缓缴、稳岗返还",
        "HRS",
        _wd(7),
        "请写明参保人数、险种和申请月份。",
        ("社保", "缓缴", "稳岗", "失业保险"),
        co=_co("TAX", "MIB"),
        form=(_number("insured", "参保人数", "人", whole=True),),
    ),
    SampleItem(
        "J07",
        "报表",
        "重复报表、多头填报",
        "GSO",
        _wd(5),
        "请写明报表名称、要求填报的单位和频次。",
        ("报表", "台账", "系统填报"),
        co=_co("STA", "EIC"),
        form=(_text("forms", "报表名称"), _text("asked_by", "要求填报的单位")),
    ),
    SampleItem(
        "J08",
        "物流",
        "货车通行与物流成本",
        "PSB",
        _wd(5),
        "请写明路段、车型、通行时段和每日车次。",
        ("货车", "限行", "通行证", "运费"),
        co=_co("TRC"),
        form=(_text("road", "路段"), _number("trips", "每日车次", "次", whole=True)),
    ),
)

# --- N: solve difficulties ---------------------------------------------------------------------------

DIFFICULTY = (
    SampleItem(
        "N01",
        "用工",
        "招工用工、技能培训",
        "HRS",
        _wd(10),
        "请写明岗位、人数、待遇和到岗时间。",
        ("招聘", "招工", "培训", "订单班"),
        co=_co("HTZ", "EDU"),
        form=(
            _text("jobs", "岗位", required=True),
            _number("people", "人数", "人", whole=True, required=True),
            _date("needed_on", "到岗日期"),
        ),
    ),
    SampleItem(
        "N02",
        "用工",
        "劳动纠纷调解",
        "HRS",
        _wd(10),
        "请写明涉及人数和争议事项；已申请仲裁或起诉的请直接向受理机构反映。",
        ("劳动纠纷", "工资", "工伤"),
        co=_co("UNI", "JUS"),
        form=(_number("people", "涉及人数", "人", whole=True),),
    ),
    SampleItem(
        "N03",
        "用地",
        "用地与规划许可",
        "PNR",
        _wd(15),
        "请写明项目名称、地块位置和面积。",
        ("用地", "供地", "规划许可"),
        co=_co("HTZ"),
        form=(_text("plot", "地块位置"), _number("area", "面积", "亩")),
    ),
    SampleItem(
        "N04",
        "用地",
        "厂房产权证历史遗留",
        "PNR",
        _wd(15),
        "请写明厂房位置、建成年份、面积和已有的手续。",
        ("产权证", "不动产", "历史遗留"),
        co=_co("HUC", "TAX", "HTZ"),
        form=(
            _number("area", "建筑面积", "平方米"),
            _number("built", "建成年份", "年", whole=True),
            _choice(
                "papers",
                "已有手续",
                several=True,
                land="土地证",
                plan="规划许可",
                build="施工许可",
                none="无",
            ),
        ),
    ),
    SampleItem(
        "N05",
        "建设",
        "施工许可、竣工验收",
        "HUC",
        _wd(7),
        "请写明项目名称、目前环节和卡在哪一步。",
        ("施工许可", "竣工验收", "消防验收"),
        co=_co("FIR", "PNR"),
        form=(_text("project", "项目名称"),),
    ),
    SampleItem(
        "N06",
        "环保",
        "环评与排污许可指导",
        "EEB",
        _wd(10),
        "请写明项目内容、产能变化和现有环评批复。",
        ("环评", "排污许可"),
        co=_co("HTZ"),
        form=(_text("project", "项目内容"), _yes("has_approval", "是否已有环评批复")),
    ),
    SampleItem(
        "N07",
        "生活",
        "员工子女入学",
        "EDU",
        _wd(10),
        "请写明人数、年级和期望的片区；请不要填写孩子的姓名和证件号码。",
        ("子女入学", "转学", "学位"),
        co=_co("HTZ"),
        form=(_number("children", "人数", "人", whole=True), _text("grades", "年级")),
    ),
    SampleItem(
        "N08",
        "生活",
        "员工住房、公租房",
        "HUC",
        _wd(10),
        "请写明人数和户型需求。",
        ("宿舍", "公租房", "住房"),
        co=_co("HTZ"),
        form=(_number("people", "人数", "人", whole=True),),
    ),
    SampleItem(
        "N09",
        "登记",
        "登记许可卡点",
        "MSA",
        _wd(3),
        "请写明办理的事项、提交日期和窗口的答复。",
        ("营业执照", "登记", "许可证"),
        co=_co("GSO"),
        form=(_text("matter", "办理事项"), _date("handed_in_on", "提交日期")),
    ),
    SampleItem(
        "N10",
        "维权",
        "侵权假冒、知识产权",
        "MSA",
        _wd(10),
        "请写明被侵权的商标或专利、侵权方和线索。",
        ("商标", "专利", "假冒"),
        co=_co("PSB"),
        form=(_text("right", "商标、专利名称或号码"),),
    ),
    SampleItem(
        "N11",
        "园区",
        "园区道路、公交、排水",
        "HTZ",
        _wd(15),
        "请写明位置和现象，可上传照片。",
        ("道路", "公交", "排水", "路灯"),
        co=_co("TRC", "UMB", "HUC"),
        form=(
            _choice("facility", "设施", road="道路", bus="公交", drain="排水", light="照明", other="其他"),
        ),
    ),
)

# --- R: find financing -------------------------------------------------------------------------------

FINANCING = (
    SampleItem(
        "R01",
        "信贷",
        "银行贷款对接",
        "FOB",
        _wd(10),
        "请写明金额、期限、用途和可提供的增信。",
        ("贷款", "融资", "授信"),
        co=_co("EIC"),
        form=LOAN,
    ),
    SampleItem(
        "R02",
        "信贷",
        "应急转贷、续贷",
        "FOB",
        _wd(3),
        "请写明贷款银行、金额和到期日。",
        ("续贷", "转贷", "过桥"),
        co=_co("FIN"),
        form=(AMOUNT, _text("bank", "贷款银行"), _date("due_on", "到期日")),
    ),
    SampleItem(
        "R03",
        "信贷",
        "担保增信",
        "FIN",
        _wd(10),
        "请写明融资金额和现有抵押物。",
        ("担保", "反担保", "增信"),
        co=_co("FOB"),
        form=LOAN,
    ),
    SampleItem(
        "R04",
        "账款",
        "机关、国企、大企业拖欠账款",
        "EIC",
        Limit(30, LimitUnit.NATURAL_DAYS),
        "请写明欠款单位、合同日期、验收日期和金额。本平台协助办理，不代替法定的违约拖欠投诉渠道。默认保密办理。",
        ("拖欠账款", "工程款", "清欠"),
        co=_co("FIN", "SAS"),
        promise_note="您也可以通过国家违约拖欠中小企业款项登记（投诉）平台投诉。",
        confidential=True,
        form=(
            _text("debtor", "欠款单位"),
            AMOUNT,
            _date("signed_on", "合同日期"),
            _date("accepted_on", "验收日期"),
        ),
    ),
    SampleItem(
        "R05",
        "培育",
        "上市、股改、专精特新",
        "EIC",
        _wd(15),
        "请写明企业目前的阶段和需要的辅导。",
        ("上市", "股改", "专精特新", "小巨人"),
        co=_co("FOB"),
    ),
    SampleItem(
        "R06",
        "信贷",
        "科技型企业贷、知识价值信用贷",
        "STB",
        _wd(10),
        "请写明是否已入库科技型企业、金额和用途。",
        ("科技贷", "知识价值", "专利质押"),
        co=_co("FOB"),
        form=(*LOAN, _yes("registered", "是否已入库科技型企业")),
    ),
    SampleItem(
        "R07",
        "信用",
        "信用修复",
        "DRC",
        _wd(10),
        "请写明处罚决定书文号、作出处罚的单位和整改情况。",
        ("信用修复", "失信", "信用中国"),
        co=(PUNISHING_UNIT,),
        form=(_text("decision", "处罚决定书文号"), _text("punished_by", "作出处罚的单位")),
    ),
)

# --- B: keep production going ------------------------------------------------------------------------

PRODUCTION = (
    SampleItem(
        "B01",
        "水电气",
        "突发停电、限电",
        "PWR",
        _h(24),
        "请写明停电范围、开始时间和是否停产；有人身危险请先拨打119或120。",
        ("停电", "限电", "跳闸"),
        co=_co("EIC"),
        contact=_h(2),
        promise_note="24小时内恢复供电或告知抢修方案。",
        form=(SINCE, STOPPED),
    ),
    SampleItem(
        "B02",
        "水电气",
        "停水停气、气压不足",
        "GAS",
        _h(24),
        "请写明缺水还是缺气、开始时间、压力和是否停产；燃气泄漏请先拨打119。",
        ("停水", "停气", "气压"),
        co=_co("EIC", "UMB"),
        alternatives=("WTR",),
        contact=_h(2),
        promise_note="24小时内恢复供应或告知抢修方案。",
        form=(_choice("medium", "类别", required=True, gas="燃气", water="自来水"), SINCE, STOPPED),
    ),
    SampleItem(
        "B03",
        "水电气",
        "用电增容、专线",
        "PWR",
        _wd(10),
        "请写明户号、现有容量、申请容量和期望时间。",
        ("增容", "专线", "变压器"),
        co=_co("EIC", "HTZ"),
        form=(
            _number("present_kva", "现有容量", "千伏安"),
            _number("wanted_kva", "申请容量", "千伏安"),
            _date("wanted_on", "期望送电日期"),
        ),
    ),
    SampleItem(
        "B04",
        "供应",
        "原料与运输保供",
        "EIC",
        _wd(5),
        "请写明原料品种、日需求量和库存天数。",
        ("原料", "运力", "保供"),
        co=_co("TRC"),
        form=(_text("material", "原料"), _number("days_left", "库存可用", "天")),
    ),
    SampleItem(
        "B05",
        "安全",
        "安全隐患整改指导",
        "EMB",
        _wd(7),
        "请写明隐患内容和整改期限，可上传整改通知书。本服务是指导，不是检查。",
        ("隐患", "整改", "安全生产"),
        co=_co("FIR", "HTZ"),
        form=(_text("hazard", "隐患内容"), _date("deadline", "整改期限")),
    ),
    SampleItem(
        "B06",
        "环保",
        "错峰限产、环保协调",
        "EEB",
        _wd(3),
        "请写明通知单位、限产比例和起止时间。",
        ("错峰", "限产", "重污染天气"),
        co=_co("EIC"),
        form=(_text("ordered_by", "通知单位"), _date("from_day", "开始日期")),
    ),
    SampleItem(
        "B07",
        "农牧",
        "畜牧饲料、动物防疫",
        "ARC",
        _wd(5),
        "请写明品种、数量和需要协调的环节。",
        ("饲料", "防疫", "检疫", "兽药"),
        co=_co("MSA"),
    ),
    SampleItem(
        "B08",
        "安全",
        "灾后复产",
        "EMB",
        _h(24),
        "请写明灾害类型、受损情况和最急需的支持；有人员被困请先拨打119。",
        ("灾后", "复产", "受灾"),
        co=(HOME, *_co("HTZ")),
        contact=_h(2),
        form=(_choice("disaster", "灾害", flood="洪涝", fire="火灾", slide="滑坡", other="其他"), STOPPED),
    ),
    SampleItem(
        "B09",
        "外贸",
        "外贸通关、出口物流",
        "COM",
        _wd(7),
        "请写明货物、口岸、报关单号和卡在哪一步。",
        ("通关", "报关", "出口"),
        co=(CUSTOMS,),
        form=(_text("port", "口岸"), _text("goods", "货物")),
    ),
)

# --- T: talent ---------------------------------------------------------------------------------------

TALENT = (
    SampleItem(
        "T01",
        "认定",
        "高层次人才认定",
        "ORG",
        _wd(30),
        "由用人单位推荐申报；请写明拟认定的层次和依据。",
        ("高层次人才", "认定"),
        co=_co("HRS"),
    ),
    SampleItem(
        "T02",
        "认定",
        "人才服务卡申领、换发",
        "HRS",
        _wd(10),
        "请写明卡的类别和到期日。",
        ("服务卡", "英才卡"),
    ),
    SampleItem(
        "T03",
        "安居",
        "人才公寓申请",
        "ORG",
        _wd(15),
        "请写明人才层次、到岗时间和同住人数。",
        ("人才公寓",),
        co=_co("HUC"),
        form=(_date("arrives_on", "到岗日期"), _number("people", "同住人数", "人", whole=True)),
    ),
    SampleItem(
        "T04",
        "安居",
        "安家、租房补贴",
        "HRS",
        _wd(20),
        "请写明人才层次和劳动合同起始日期。",
        ("安家补贴", "租房补贴"),
        co=_co("FIN"),
    ),
    SampleItem(
        "T05",
        "家属",
        "人才子女入学、转学",
        "EDU",
        _wd(10),
        "请写明年级和期望的学校；请不要填写孩子的姓名和证件号码。",
        ("子女入学", "转学"),
        form=(_text("grade", "年级"),),
    ),
    SampleItem(
        "T06",
        "家属",
        "人才配偶就业推荐",
        "HRS",
        _wd(20),
        "请写明专业、工作经历和期望岗位。",
        ("配偶就业",),
    ),
    SampleItem(
        "T07",
        "家属",
        "人才户籍迁入",
        "PSB",
        _wd(5),
        "请写明迁出地和随迁人数。",
        ("落户", "户籍"),
    ),
    SampleItem(
        "T08",
        "健康",
        "人才医疗保健、体检",
        "HLC",
        _wd(10),
        "请写明服务卡类别和需要的服务。",
        ("体检", "医疗保健"),
    ),
    SampleItem(
        "T09",
        "发展",
        "职称与技能评定",
        "HRS",
        _wd(20),
        "请写明专业、现有职称和拟评级别。",
        ("职称", "技能等级"),
    ),
    SampleItem(
        "T10",
        "社保",
        "社保、医保、公积金转接",
        "HRS",
        _wd(10),
        "请写明转出地和险种。",
        ("社保转移", "公积金"),
        co=_co("MIB", "HPF"),
    ),
    SampleItem(
        "T11",
        "发展",
        "科研项目与平台申报",
        "STB",
        _wd(15),
        "请写明项目或平台的类别和级别。",
        ("科研项目", "重点实验室"),
    ),
    SampleItem(
        "T12",
        "发展",
        "创业扶持、人才贷",
        "HRS",
        _wd(15),
        "请写明项目、金额和用途。",
        ("创业", "人才贷"),
        co=_co("FOB"),
        form=(AMOUNT,),
    ),
    SampleItem(
        "T13",
        "发展",
        "外国人工作许可、出入境",
        "STB",
        _wd(15),
        "请写明国籍、岗位和签证到期日。",
        ("外国人", "工作许可"),
        co=_co("PSB"),
        alternatives=("HRS",),
    ),
)

ITEMS = BURDEN + DIFFICULTY + FINANCING + PRODUCTION + TALENT
