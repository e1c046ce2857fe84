"""The ten sample requests: what enterprises of the district ask for, in their own words."""

from dataclasses import dataclass

from service.sample.organization import ENTERPRISES


@dataclass(frozen=True)
class SampleRequest:
    """A request as its enterprise writes it. `trade` says whose: the first enterprise of that industry's."""

    number: int
    trade: str
    title: str
    description: str
    anonymous: bool = False

    @property
    def username(self) -> str:
        """Who files it, unless it is filed without a name."""
        enterprise = next(firm for firm in ENTERPRISES if firm.trade.code == self.trade)
        return f"enterprise-{enterprise.number:03d}"


REQUESTS: tuple[SampleRequest, ...] = (
    SampleRequest(
        1,
        "2929",
        "车间用电高峰频繁跳闸，申请增容",
        "我公司新增两条注塑线，7月以来每天下午跳闸两三次，申请由630千伏安增至1250千伏安，请告知流程和时间。",
    ),
    SampleRequest(
        2,
        "4813",
        "区属单位拖欠工程尾款",
        "2024年完工的管网工程已验收，尾款86万元至今未付，怕影响后续合作，请不要透露公司名称。",
    ),
    SampleRequest(
        3,
        "1353",
        "一个月内五批人上门检查",
        "本月有五个部门分别检查，内容大多重复，停工陪检三天，不想留名。",
        anonymous=True,
    ),
    SampleRequest(
        4,
        "3074",
        "窑炉夜间气压不足，面临停窑",
        "陶瓷窑昨晚11点起气压低于0.05兆帕，再降要停窑，一窑损失约20万元，请马上协调！",
    ),
    SampleRequest(5, "3484", "急需20名焊工", "订单排到年底，缺焊工20名，希望组织招聘并与职教中心开订单班。"),
    SampleRequest(
        6,
        "3587",
        "厂房无产权证，银行不认抵押",
        "2012年入驻的厂房一直没有不动产权证，800万元续贷下月到期。",
    ),
    SampleRequest(
        7,
        "3982",
        "引进工程师的公寓和孩子转学",
        "从外省引进的高级工程师下月到岗，申请人才公寓一套，孩子读小学三年级需转学。",
    ),
    SampleRequest(
        8,
        "1329",
        "饲料生产线扩建要不要重新环评",
        "拟加一台制粒机，产能由年6万吨到9万吨，请问环评和排污许可怎么办？",
    ),
    SampleRequest(
        9,
        "1512",
        "合同纠纷法院已立案，请政府出面",
        "与外地客户货款纠纷上月已由法院立案，希望政府让对方先付款。",
    ),
    SampleRequest(
        10,
        "3670",
        "留抵退税何时到账（第二次反映）",
        "9月申请的留抵退税还没到账，上周打过12345，驻企干部也帮我们登记过。",
    ),
)
