"""The sample district as plain values: places, departments, work groups and enterprises.

Places and kinds of departments are those of the district that this system was made for; all else is invented.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from service.organizations.rules.units import ScaleCategory, UnitKind
from service.organizations.rules.uscc import complete
from service.sample import names

DISTRICT_CODE = "500153"
DISTRICT_NAME = "重庆市荣昌区"
PARK_CODE = "HTZ"
PARK_NAME = "高新区管委会"
FOUNDED = date(2016, 1, 1)
REFORMED = date(2019, 1, 1)
INDUSTRY_EDITION = 2017
SCALE_YEARS = (2026,)
GROUPS = 25
CADRES_OF_A_GROUP = 4


@dataclass(frozen=True)
class Town:
    """A town, or a street of the city."""

    code: str
    name: str

    @property
    def is_street(self) -> bool:
        return self.name.endswith("街道")


TOWN_NAMES = (
    *("昌元街道", "昌州街道", "广顺街道", "双河街道", "安富街道", "峰高街道"),
    *("荣隆镇", "仁义镇", "盘龙镇", "吴家镇", "直升镇", "万灵镇", "清升镇", "清江镇"),
    *("古昌镇", "河包镇", "观胜镇", "铜鼓镇", "清流镇", "远觉镇", "龙集镇"),
)

TOWNS = tuple(Town(f"{DISTRICT_CODE}{number:03d}", name) for number, name in enumerate(TOWN_NAMES, start=1))

PARK_TOWNS = tuple(town for town in TOWNS if town.name in ("昌州街道", "广顺街道", "安富街道", "荣隆镇"))
"""The towns that the park lies in."""


@dataclass(frozen=True)
class Department:
    """A department of the district, or a body that acts like one: a utility, an office of a higher level."""

    code: str
    name: str
    in_appraisal: bool = True
    is_enforcement: bool = False
    is_vertical: bool = False
    valid_from: date = FOUNDED


DEPARTMENTS = (
    Department("ORG", "区委组织部"),
    Department("SWD", "区委社会工作部", valid_from=date(2024, 1, 1)),
    Department("DRC", "区发展改革委"),
    Department("EIC", "区经济信息委"),
    Department("EDU", "区教委"),
    Department("STB", "区科技局"),
    Department("PSB", "区公安局", is_enforcement=True),
    Department("JUS", "区司法局"),
    Department("FIN", "区财政局"),
    Department("HRS", "区人力社保局", is_enforcement=True),
    Department("PNR", "区规划自然资源局", is_enforcement=True, valid_from=REFORMED),
    Department("EEB", "区生态环境局", is_enforcement=True, valid_from=REFORMED),
    Department("HUC", "区住房城乡建委", is_enforcement=True, valid_from=REFORMED),
    Department("UMB", "区城市管理局", is_enforcement=True),
    Department("TRC", "区交通运输委", is_enforcement=True),
    Department("WRB", "区水利局", is_enforcement=True),
    Department("ARC", "区农业农村委", is_enforcement=True, valid_from=REFORMED),
    Department("COM", "区商务委", is_enforcement=True),
    Department("HLC", "区卫生健康委", is_enforcement=True, valid_from=REFORMED),
    Department("EMB", "区应急局", is_enforcement=True, valid_from=REFORMED),
    Department("MSA", "区市场监管局", is_enforcement=True, valid_from=REFORMED),
    Department("MIB", "区医保局", is_enforcement=True, valid_from=REFORMED),
    Department("GSO", "区政务服务和大数据局", valid_from=REFORMED),
    Department("TAX", "区税务局", in_appraisal=False, is_enforcement=True, is_vertical=True),
    Department("FOB", "区金融发展中心"),
    Department("FIR", "区消防救援局", in_appraisal=False, is_enforcement=True, is_vertical=True),
    Department("UNI", "区总工会"),
    Department("FIC", "区工商联"),
    Department("STA", "区统计局", is_enforcement=True),
    Department("PWR", "区供电单位", in_appraisal=False),
    Department("WTR", "区供水单位", in_appraisal=False),
    Department("GAS", "区燃气单位", in_appraisal=False),
    Department("HPF", "区公积金分中心", in_appraisal=False),
    Department("SAS", "区国资委"),
)


@dataclass(frozen=True)
class WorkGroup:
    """A group of cadres and what it is called."""

    number: int

    @property
    def code(self) -> str:
        return f"G{self.number:02d}"

    @property
    def name(self) -> str:
        return f"驻企工作第{self.number}组"


WORK_GROUPS = tuple(WorkGroup(number) for number in range(1, GROUPS + 1))


@dataclass(frozen=True)
class Trade:
    """A trade of the district: how many of its enterprises are above scale, and in which towns they stand.

    The code is the class of GB/T 4754-2017. Without towns they are spread over the district; those in the
    park stand in its towns and have it as their home unit.
    """

    code: str
    called: str
    enterprises: int
    scale: ScaleCategory = ScaleCategory.INDUSTRY
    in_park: bool = False
    towns: tuple[str, ...] = ()


TRADES = (
    Trade("3484", "机械制造", 12, in_park=True),
    Trade("2929", "塑胶", 12, in_park=True),
    Trade("3074", "日用陶瓷", 14, towns=("安富街道",)),
    Trade("1329", "饲料", 14, in_park=True),
    Trade("2750", "动物药业", 12, in_park=True),
    Trade("1391", "粉条食品", 10, towns=("河包镇", "铜鼓镇")),
    Trade("1512", "酒业", 12, towns=("直升镇",)),
    Trade("1732", "夏布", 8, towns=("昌元街道", "盘龙镇")),
    Trade("3075", "陶艺", 8, towns=("安富街道",)),
    Trade("3071", "建筑陶瓷", 6, in_park=True),
    Trade("3072", "卫浴", 5, in_park=True),
    Trade("3055", "玻璃制品", 4, in_park=True),
    Trade("3587", "眼镜", 12, in_park=True),
    Trade("3670", "汽车零部件", 16, in_park=True),
    Trade("3752", "摩托车配件", 8, towns=("昌州街道", "广顺街道", "荣隆镇")),
    Trade("3982", "电子电路", 10, in_park=True),
    Trade("3525", "模具", 5, in_park=True),
    Trade("3534", "饲料机械", 4, in_park=True),
    Trade("3574", "畜牧机械", 3, in_park=True),
    Trade("3311", "钢结构", 6, towns=("广顺街道", "荣隆镇", "峰高街道")),
    Trade("3391", "铸造", 6, towns=("广顺街道", "吴家镇", "仁义镇")),
    Trade("3393", "锻造", 5, towns=("荣隆镇", "双河街道")),
    Trade("3021", "水泥制品", 8),
    Trade("2110", "家居", 5),
    Trade("2231", "包装", 10, in_park=True),
    Trade("2319", "印务", 4, in_park=True),
    Trade("2625", "生物肥业", 3),
    Trade("1353", "肉类食品", 8),
    Trade("1431", "粮油食品", 6),
    Trade("1469", "调味品", 4),
    Trade("1819", "服饰", 10),
    Trade("1952", "鞋业", 6),
    Trade("4710", "建筑工程", 10, ScaleCategory.CONSTRUCTION),
    Trade("4813", "市政工程", 6, ScaleCategory.CONSTRUCTION),
    Trade("4910", "机电安装工程", 3, ScaleCategory.CONSTRUCTION),
    Trade("5011", "装饰工程", 3, ScaleCategory.CONSTRUCTION),
    Trade("5113", "农牧贸易", 5, ScaleCategory.WHOLESALE),
    Trade("5127", "酒类贸易", 4, ScaleCategory.WHOLESALE),
    Trade("5153", "动物保健贸易", 3, ScaleCategory.WHOLESALE),
    Trade("5165", "建材贸易", 4, ScaleCategory.WHOLESALE),
    Trade("5211", "百货", 3, ScaleCategory.RETAIL, towns=("昌元街道", "昌州街道")),
    Trade("5212", "超市", 5, ScaleCategory.RETAIL),
    Trade("5261", "汽车销售", 6, ScaleCategory.RETAIL, towns=("昌元街道", "昌州街道")),
    Trade("6110", "酒店管理", 5, ScaleCategory.LODGING_CATERING, towns=("昌元街道", "昌州街道", "万灵镇")),
    Trade("6210", "餐饮服务", 5, ScaleCategory.LODGING_CATERING),
    Trade("7010", "房地产开发", 9, ScaleCategory.REAL_ESTATE, towns=("昌元街道", "昌州街道")),
    Trade("5431", "物流", 5, ScaleCategory.SERVICES),
    Trade("5432", "冷链物流", 2, ScaleCategory.SERVICES),
    Trade("7020", "物业服务", 3, ScaleCategory.SERVICES, towns=("昌元街道", "昌州街道")),
)

ROADS = ("示范大道", "样板路", "兴企路", "启航路", "新创路", "协同路")


@dataclass(frozen=True)
class Enterprise:
    """An above-scale enterprise. Its home unit is the park if it stands there, otherwise its town."""

    number: int
    uscc: str
    name: str
    trade: Trade
    town: Town
    work_group: WorkGroup
    address: str
    contact_name: str
    contact_phone: str

    @property
    def home(self) -> tuple[UnitKind, str]:
        return (UnitKind.PARK, PARK_CODE) if self.trade.in_park else (UnitKind.TOWN, self.town.code)


def _enterprises() -> Iterator[Enterprise]:
    """One of each trade, then a second of each that has one, and so on."""
    for number, (trade, town) in enumerate(_places(), start=1):
        yield Enterprise(
            number=number,
            uscc=_uscc(number),
            name=f"重庆{names.trade_name(number)}{trade.called}有限公司（示例）",
            trade=trade,
            town=town,
            work_group=WORK_GROUPS[(number - 1) % GROUPS],
            address=f"{town.name}{ROADS[number % len(ROADS)]}{number}号",
            contact_name=names.person(10_000 + number),
            contact_phone=names.telephone(number),
        )


def _places() -> Iterator[tuple[Trade, Town]]:
    for place in range(max(trade.enterprises for trade in TRADES)):
        for trade in TRADES:
            if place < trade.enterprises:
                towns = _towns(trade)
                yield trade, towns[place % len(towns)]


def _towns(trade: Trade) -> tuple[Town, ...]:
    if trade.in_park:
        return PARK_TOWNS
    return tuple(town for town in TOWNS if town.name in trade.towns) or TOWNS


def _uscc(number: int) -> str:
    """A code whose organization number begins where none has been given out yet.

    Most were registered in the district, some when it was a county (500226), some with the city (500000).
    """
    region = "500226" if number % 7 == 0 else "500000" if number % 11 == 0 else DISTRICT_CODE
    return complete("91", region, f"MAY{number:05d}")


ENTERPRISES = tuple(_enterprises())
