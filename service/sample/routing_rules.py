"""The sample routing rules: the words by which a dispatch desk knows what a request is about.

They are general words of the trade, not sentences. Order matters within an aspect: what is particular comes
before what is general. Groups of words are written `a|b`; of each group one word must occur.
"""

from dataclasses import dataclass

from service.catalog.rules.words import Confidentiality, DeclineReason, RequestType, Urgency


@dataclass(frozen=True)
class SampleRule:
    """A routing rule with the codes of its item and units; each of the last members belongs to one aspect."""

    name: str
    words: tuple[str, ...]
    without: str = ""
    in_title: bool = False
    item: str | None = None
    lead: str | None = None
    co: tuple[str, ...] | None = None
    also: tuple[str, ...] = ()
    type: RequestType | None = None
    urgency: Urgency | None = None
    confidentiality: Confidentiality | None = None
    decline: DeclineReason | None = None
    channel: str | None = None


NEIGHBOURS = ("大足", "永川", "隆昌", "泸县", "泸州", "内江", "潼南", "铜梁", "璧山")

ADMISSION = (
    SampleRule(
        "已进入诉讼、仲裁或复议",
        (
            "法院|仲裁委|仲裁庭|劳动仲裁|行政复议|打官司|诉讼",
            "立案|已受理|已经受理|起诉了|已起诉|已经起诉|审理|开庭|判决|裁决|执行阶段",
        ),
        without="请问|怎么申请|如何申请|申请法律援助",
        decline=DeclineReason.IN_LEGAL_PROCEEDINGS,
        channel="该事项已进入法定程序，请向受案的法院、仲裁机构或复议机关反映；"
        "需要法律帮助可拨打12348，或到区司法局公共法律服务中心申请法律援助。",
    ),
    SampleRule(
        "应报警的案件",
        ("被盗|失窃|被诈骗|遭遇诈骗|电信诈骗|被骗|打砸|敲诈|威胁人身",),
        in_title=True,
        decline=DeclineReason.EMERGENCY_LINE,
        channel="请立即拨打110报警；警方受理后如仍需政府协调，可再次提交。",
    ),
    SampleRule(
        "厂区在区外",
        (
            "|".join(
                f"{place}{what}" for place in NEIGHBOURS for what in ("的厂", "厂", "工厂", "分厂", "基地")
            ),
        ),
        decline=DeclineReason.OUTSIDE_DISTRICT,
        channel="该厂区不在荣昌区，请向厂区所在地的企业服务专班或当地12345反映。",
    ),
)

CONFIDENTIALITY = (
    SampleRule(
        "要求匿名",
        ("不想留名|不愿留名|不留名|匿名|不便具名|不想具名|不想透露身份",),
        confidentiality=Confidentiality.ANONYMOUS,
    ),
    SampleRule(
        "要求保密",
        (
            "请保密|要求保密|希望保密|保密办理|予以保密|我们保密|务必保密|不要透露|不想透露|请勿透露|别透露|不要公开|请勿公开|不要告诉|怕打击报复|怕被报复",
        ),
        confidentiality=Confidentiality.CONFIDENTIAL,
    ),
)

URGENCY = (
    SampleRule(
        "危及人身安全",
        (
            "起火了|着火了|正在燃烧|发生爆炸|正在泄漏|燃气泄漏|天然气泄漏|氨气泄漏|氯气泄漏|有人受伤|工人受伤送"
            "|人员被困|有人被困|发生坍塌|中毒送医",
        ),
        without="演练|培训|隐患|预案",
        urgency=Urgency.CRITICAL,
    ),
    SampleRule(
        "面临停产",
        (
            "停窑|面临停产|要停产|即将停产|被迫停产|已停产|已经停产|全线停产|面临停工|生产线停了"
            "|马上协调|立即协调|立即抢修|尽快抢修|十万火急|紧急求助|等米下锅",
        ),
        without="停产整顿|停产整改",
        urgency=Urgency.URGENT,
    ),
)

TYPE = (
    SampleRule("表扬", ("表扬|感谢|锦旗|点赞|致谢",), in_title=True, type=RequestType.PRAISE),
    SampleRule("举报", ("举报",), type=RequestType.REPORT),
    SampleRule("投诉", ("投诉|不作为|乱收费|吃拿卡要|推诿|态度恶劣|摊派",), type=RequestType.COMPLAINT),
    SampleRule(
        "咨询",
        (
            "请问|咨询|想了解|怎么办理|如何办理|怎么申请|如何申请|要不要|需要哪些材料|需要什么材料|什么条件"
            "|哪些条件|何时到账|什么时候到账|多久到账|何时能到账|有没有政策|有什么政策|有哪些政策",
        ),
        type=RequestType.CONSULTATION,
    ),
    SampleRule(
        "建议",
        ("提个建议|我们建议|建议区里|建议政府|建议设立|建议增设|建议取消|建议优化|意见建议",),
        type=RequestType.SUGGESTION,
    ),
)

_TALENT = "人才|引进|博士|硕士|专家|工程师|海归|技术总监"
_CHILD = "孩子|子女|小孩|女儿|儿子"
_SCHOOL = "入学|转学|上学|就学|读书|就读|学位|幼儿园|小学|初中"
_TITLE_DEED = (
    "产权证|不动产权|不动产证|房产证|产权登记|办不了证|没有产权|无产权|办产权|没办证|没有办证|给办证|房产手续"
)

TALENT = (
    SampleRule(
        "人才公寓并子女就学",
        ("公寓", _CHILD, _SCHOOL),
        item="T03",
        co=("HUC", "EDU"),
        also=("T05",),
    ),
    SampleRule("人才子女就学", (_TALENT, _CHILD, _SCHOOL), item="T05"),
    SampleRule("人才公寓", ("人才公寓|人才房|专家公寓",), item="T03"),
    SampleRule("人才配偶就业", (_TALENT, "配偶|爱人|妻子|丈夫|家属|老婆|老公", "工作|就业|岗位"), item="T06"),
    SampleRule("人才服务卡", ("服务卡|英才卡|人才卡",), without="体检|保健", item="T02"),
    SampleRule("人才医疗", (f"{_TALENT}|服务卡|英才卡", "体检|医疗保健|就医|看病"), item="T08"),
    SampleRule(
        "人才认定", ("高层次人才|人才认定|拔尖人才|领军人才|英才计划", "认定|申报|评审|条件"), item="T01"
    ),
    SampleRule("安家租房补贴", ("安家费|安家补贴|租房补贴|购房补贴|住房补贴|人才津贴",), item="T04"),
    SampleRule("落户", ("落户|户籍|迁户口|户口迁",), item="T07"),
    SampleRule("职称与技能", ("职称|技能等级|技能评定|技能鉴定|技师评|高级工评|职业资格证",), item="T09"),
    SampleRule(
        "社保公积金转接",
        ("社保|养老保险|医保|公积金", "转移|转接|转入|转到|接续|转过来"),
        item="T10",
    ),
    SampleRule(
        "科研项目与平台",
        (
            "科研项目|科技项目|科技计划|研发平台|重点实验室|工程技术研究中心|企业技术中心|博士后工作站|院士工作站",
        ),
        item="T11",
    ),
    SampleRule("创业扶持与人才贷", ("人才贷|创业担保贷|创业补贴|创业扶持|返乡创业",), item="T12"),
    SampleRule("外国人工作", ("外国人|外籍|外国专家|外国技师", "许可|签证|居留|聘用|入境|聘请"), item="T13"),
)

PLANTS = (
    SampleRule(
        "农牧食品的环评",
        (
            "环评|环境影响|排污许可|排污登记|排污证|环保手续",
            "饲料|养殖|屠宰|畜禽|生猪|兽药|肥料|粪污|农产品",
        ),
        item="N06",
        co=("HTZ", "ARC"),
    ),
    SampleRule("环评与排污许可", ("环评|环境影响|排污许可|排污登记|排污证|环保手续",), item="N06"),
    SampleRule(
        "无证厂房影响续贷",
        (_TITLE_DEED, "续贷|转贷|到期|过桥|倒贷"),
        item="N04",
        co=("HUC", "TAX", "HTZ", "FOB"),
        also=("R02",),
    ),
    SampleRule(
        "无证厂房影响抵押",
        (_TITLE_DEED, "抵押|贷款|银行|融资"),
        item="N04",
        co=("HUC", "TAX", "HTZ", "FOB"),
        also=("R01",),
    ),
    SampleRule("厂房产权证", (_TITLE_DEED,), item="N04"),
)

MONEY = (
    SampleRule("信用修复", ("信用修复|信用中国|失信记录|失信名单|处罚公示|信用记录",), item="R07"),
    SampleRule(
        "科技型企业融资",
        ("知识价值|科技贷|科技型企业|高新技术企业|专利|知识产权", "贷|融资|授信"),
        item="R06",
    ),
    SampleRule("续贷转贷", ("续贷|转贷|过桥|倒贷|抽贷|断贷|还旧借新",), item="R02"),
    SampleRule(
        "贷款到期",
        ("贷款|银行|授信", "到期|不续|不再续|续不上|续不了|抽走|先还后|先还再|压贷"),
        without="保函到期",
        item="R02",
    ),
    SampleRule(
        "担保增信", ("担保|增信|反担保", "贷|融资|银行|授信|资金|保函"), without="担保人失联", item="R03"
    ),
    SampleRule(
        "公家和大企业欠款",
        (
            "款|钱|账|结算",
            "拖欠|欠|未付|没付|不付|未结|没结|不结|没给|不给|拖着|拖了|压款|结不到",
            "机关|区属|国企|国有|事业单位|大企业|平台公司|央企|管委会|政府部门|镇政府|街道办|某局|医院|学校|上市公司"
            "|总包",
        ),
        without="工资|社保|税|贷款|补贴|补助|奖补|奖励",
        item="R04",
    ),
    SampleRule(
        "上市与专精特新",
        (
            "上市辅导|上市培育|拟上市|申请上市|股改|股份制改造|专精特新|小巨人|IPO|新三板|北交所|科创板|创业板|挂牌",
        ),
        without="摘牌出让|土地挂牌|挂牌出让",
        item="R05",
    ),
)

BURDENS = (
    SampleRule(
        "违规收费与摊派",
        ("乱收费|违规收费|摊派|强制收费|搭车收费|乱罚款|指定中介|强制参加|强制购买|强制订",),
        item="J03",
    ),
    SampleRule(
        "要赞助要会费",
        (
            "赞助|捐款|会费|订报|培训费|保险",
            "强制|被要求|必须|不给|不交|不出|轮流来要|来要|要我们|变相",
            "协会|商会|报社|中介|工会|街道|部门|单位|机构",
        ),
        without="社会保险|社保",
        item="J03",
    ),
    SampleRule(
        "检查过频与重复执法",
        (
            "检查|执法|督查|抽查|巡查|来查|查了|轮着查|轮流查",
            "重复|多头|频繁|过频|过多|太多|反复|轮番|轮流|轮着|陪检|一拨接一拨|一批接一批|三天两头|几乎每周|又来|吃不消"
            "|没完没了|接二连三",
        ),
        item="J04",
    ),
    SampleRule(
        "重复报表与多头填报",
        (
            "报表|填报|台账|表格|上报数据|报数据",
            "重复|多头|反复|好几个部门|多个部门|多个系统|太多|填不完",
        ),
        item="J07",
    ),
    SampleRule(
        "多个系统录同样的数",
        ("系统|平台|录入", "同样的数|一样的数|重复录|重复填|系统太多|平台太多|多个系统|好几个系统"),
        item="J07",
    ),
    SampleRule(
        "社保缓缴与稳岗",
        ("稳岗|社保补贴|社保缓缴|缓缴社保|一次性扩岗|失业保险返还|工伤保险费率",),
        item="J06",
    ),
    SampleRule(
        "社保费减免与缓缴", ("社保|养老保险|失业保险|工伤保险", "缓缴|减免|返还|费率|缓交"), item="J06"
    ),
    SampleRule(
        "税费",
        (
            "退税|留抵|减税|免税|税收优惠|税费|增值税|所得税|加计扣除|进项|税务|开票额度|发票额度|个税|土地使用税"
            "|房产税",
        ),
        item="J02",
    ),
)

SUPPLY = (
    SampleRule(
        "灾后复产",
        (
            "受灾|灾后|洪水|暴雨|内涝|被淹|水淹|山洪|滑坡|地震|火灾|冰雹|大风",
            "复产|恢复生产|损失|受损|停产|清淤|设备泡|被淹|厂房进水",
        ),
        item="B08",
    ),
    SampleRule(
        "错峰限产",
        (
            "错峰生产|限产|停限产|重污染天气|污染天气|应急减排|环保管控|减排清单|绩效分级|豁免|停炉|环保督察期间",
        ),
        without="豁免税",
        item="B06",
    ),
    SampleRule(
        "水电气价格与收费",
        (
            "电费|电价|水费|水价|气价|气费|燃气费|报装费|初装费|接驳费|开口费|转供电|增容费",
            "费|价|加价|标准",
        ),
        item="J05",
    ),
    SampleRule(
        "用电增容与专线",
        (
            "用电|电力|供电|电网|变压器|千伏安|kVA|配电",
            "增容|扩容|专线|双回路|双电源|变压器|报装|增加容量|扩大容量|容量不够|电不够用",
        ),
        item="B03",
    ),
    SampleRule(
        "停电限电",
        ("停电|断电|限电|拉闸|跳闸|没电|没有电|电压不稳|电压低|供电中断|闪停|电力检修",),
        item="B01",
    ),
    SampleRule("供电不稳", ("供电|电网|供电线路", "就停|经常停|频繁停|老是停|月停|不稳|中断"), item="B01"),
    SampleRule(
        "缺气",
        ("停气|断气|缺气|限气|气压不足|气压低|气压不够|气压不稳|供气不足|供气中断",),
        item="B02",
        co=("EIC", "EMB"),
    ),
    SampleRule(
        "供气压力与供应",
        (
            "燃气|天然气|供气|煤气",
            "压力低|压力上不|压力不|压力太|压力小|供应不|不够用|断供|停供|限供|中断|不稳定|限量",
        ),
        item="B02",
        co=("EIC", "EMB"),
    ),
    SampleRule(
        "缺水",
        ("停水|断水|没水|缺水|供水中断|水管爆",),
        item="B02",
        lead="WTR",
    ),
    SampleRule(
        "水压与供水",
        ("自来水|供水|水压|生产用水", "太小|偏小|小得|太低|偏低|低于|不足|不够|不稳"),
        item="B02",
        lead="WTR",
    ),
    SampleRule(
        "外贸通关",
        ("通关|报关|清关|海关|滞港|中欧班列|原产地证|出口订单|出口货物|外贸|跨境电商|集装箱",),
        item="B09",
    ),
    SampleRule(
        "原料与运力",
        (
            "原料|原材料|煤炭|钢材|玉米|豆粕|高粱|陶土|运力|物资|包材",
            "断供|紧缺|短缺|供应不上|缺货|告急|运不进|运不出|保供|只够|只剩|断货|采购不到|买不到",
        ),
        item="B04",
    ),
)

PEOPLE = (
    SampleRule(
        "劳动纠纷",
        (
            "劳动纠纷|劳动仲裁|劳资纠纷|劳动争议|讨薪|欠薪|拖欠工资|工资纠纷|工伤赔偿|工伤认定|解除劳动合同|离职补偿"
            "|经济补偿金|加班费",
        ),
        item="N02",
    ),
    SampleRule(
        "员工索赔",
        ("员工|工人|职工|离职|辞退|受伤", "要赔|索赔|赔偿|补偿|谈不拢|谈不下来|告我们"),
        item="N02",
    ),
    SampleRule(
        "校企合作招工",
        (
            "招工|招聘|用工|缺工|缺人|缺焊工|焊工|普工|技工|操作工|学徒",
            "职教|职业院校|职业学校|职高|技校|订单班|校企|实习生|荣昌职",
        ),
        item="N01",
        co=("EDU", "HTZ"),
    ),
    SampleRule(
        "招工与培训",
        (
            "招工|招聘|用工|缺工|缺人手|招不到人|招不到工人|焊工|普工|技工|操作工|熟练工|技能培训|职工培训|岗前培训"
            "|以工代训",
        ),
        item="N01",
    ),
    SampleRule("员工子女就学", (_CHILD, _SCHOOL), item="N07"),
    SampleRule(
        "员工住房", ("宿舍|公租房|廉租房|保障房|员工住房|职工住房|员工住宿|租不到房|没地方住",), item="N08"
    ),
    SampleRule(
        "缺人手",
        (
            "工人|人手|员工|师傅|熟练工|缝纫工|车工|钳工|电工|包装工|驾驶员",
            "招不到|找不到|缺口|紧缺|急缺|急需|急等|缺人|缺少|不够用|走了一半",
        ),
        item="N01",
    ),
)

PERMITS = (
    SampleRule(
        "施工与验收",
        ("施工许可|竣工验收|消防验收|联合验收|施工图审|开工手续|规划核实|验收备案|质监手续",),
        item="N05",
    ),
    SampleRule(
        "畜牧饲料与防疫",
        (
            "饲料|畜牧|生猪|仔猪|种猪|荣昌猪|养殖|兽药|屠宰|家禽",
            "防疫|检疫|疫情|疫苗|许可|备案|检测|调运|产品批准|批准文号|抽检|非洲猪瘟",
        ),
        item="B07",
    ),
    SampleRule("动物防疫", ("动物防疫|动物检疫|非洲猪瘟|检疫证",), item="B07"),
    SampleRule(
        "侵权假冒与知识产权",
        ("侵权|假冒|仿冒|商标|专利|知识产权|山寨|冒用|盗版|地理标志",),
        item="N10",
    ),
    SampleRule(
        "登记许可",
        (
            "营业执照|工商登记|企业登记|变更登记|注销登记|股权变更|法人变更|法定代表人变更|经营范围|许可证|食品许可"
            "|生产许可|经营异常|一照多址|名称核准|特种设备",
        ),
        item="N09",
    ),
    SampleRule(
        "用地与规划",
        (
            "用地|供地|拿地|买地|土地出让|一块地|亩地|地块|土地指标|土地挂牌|摘牌|规划许可|容积率|规划条件|农转用|红线图|征地|扩建用地",
        ),
        item="N03",
    ),
)

ROADS = (
    SampleRule(
        "货车通行",
        (
            "货车|大货车|大车|卡车|半挂|重载车|运输车|物流车|车辆",
            "限行|禁行|通行证|通行|入城|进城|绕行|限高|限重|过路费",
        ),
        item="J08",
    ),
    SampleRule("物流成本", ("物流成本|运费太高|运费上涨|运输成本|高速通行费",), item="J08"),
    SampleRule(
        "园区道路与设施",
        (
            "道路|路面|那段路|这段路|进厂路|公交|班车|排水|排不走水|污水管|雨水管|水沟|积水|路灯|坑洼"
            "|窨井|红绿灯|停车场|停车位|堵路|绿化带|下水道",
        ),
        item="N11",
    ),
    SampleRule(
        "安全隐患整改",
        ("隐患|安全生产标准化|安全评价|安全整改|消防整改|应急预案",),
        item="B05",
    ),
    SampleRule(
        "安全与消防整改",
        ("消防|安全检查|喷淋|烟感|除尘|粉尘|危化品", "整改|不合格|不达标|怎么改|有问题|指导"),
        item="B05",
    ),
)

GENERAL = (
    SampleRule(
        "银行贷款",
        ("贷款|融资|授信|信贷|资金周转|流动资金|抵押",),
        without="公积金贷款|住房贷款|房贷",
        item="R01",
    ),
    SampleRule(
        "惠企政策",
        (
            "惠企政策|政策兑现|奖补|补贴|补助|奖励资金|扶持资金|贴息|设备更新|以旧换新|专项资金|技改资金|以奖代补|优惠政策|扶持政策|政策支持",
        ),
        item="J01",
    ),
)

RULES = (
    *ADMISSION,
    *CONFIDENTIALITY,
    *URGENCY,
    *TYPE,
    *TALENT,
    *PLANTS,
    *MONEY,
    *BURDENS,
    *SUPPLY,
    *PEOPLE,
    *PERMITS,
    *ROADS,
    *GENERAL,
)
