"""The kinds of units, which kind stands under which, and when a unit exists."""

from datetime import date

from service.kit.labels import Labelled


class UnitKind(Labelled):
    """What a unit is; the tree is built from these."""

    DISTRICT = "district", "区", "District"
    PARK = "park", "园区", "Park"
    TOWN = "town", "镇街", "Town or street"
    DEPARTMENT = "department", "部门", "Department"
    WORK_GROUP = "work_group", "工作组", "Work group"
    ENTERPRISE = "enterprise", "企业", "Enterprise"


PARENT_KINDS: dict[UnitKind, frozenset[UnitKind]] = {
    UnitKind.DISTRICT: frozenset(),
    UnitKind.PARK: frozenset({UnitKind.DISTRICT}),
    UnitKind.TOWN: frozenset({UnitKind.DISTRICT}),
    UnitKind.DEPARTMENT: frozenset({UnitKind.DISTRICT, UnitKind.DEPARTMENT}),
    UnitKind.WORK_GROUP: frozenset({UnitKind.DISTRICT}),
    UnitKind.ENTERPRISE: frozenset({UnitKind.PARK, UnitKind.TOWN}),
}
"""Which kinds a unit may stand under. An enterprise stands under its home unit."""

NAMED_BY_ENTERPRISE: dict[str, frozenset[UnitKind]] = {
    "home_unit": PARENT_KINDS[UnitKind.ENTERPRISE],
    "area": frozenset({UnitKind.TOWN}),
    "work_group": frozenset({UnitKind.WORK_GROUP}),
}
"""Which kinds of units an enterprise may name as what, in a body (`area_id`) and in a sheet (`area`)."""

AREA_KINDS = frozenset({UnitKind.DISTRICT, UnitKind.PARK, UnitKind.TOWN})
"""The units that are places."""

HANDLING_KINDS = frozenset({UnitKind.DEPARTMENT, UnitKind.PARK, UnitKind.TOWN})
"""The units that a request can be dispatched to."""


class ScaleCategory(Labelled):
    """The statistics bureau's classes of above-scale enterprises (四上)."""

    INDUSTRY = "industry", "规模以上工业", "Above-scale industry"
    CONSTRUCTION = "construction", "资质等级建筑业", "Qualified construction"
    WHOLESALE = "wholesale", "限额以上批发业", "Above-quota wholesale"
    RETAIL = "retail", "限额以上零售业", "Above-quota retail"
    LODGING_CATERING = "lodging_catering", "限额以上住宿餐饮业", "Above-quota lodging and catering"
    REAL_ESTATE = "real_estate", "房地产开发经营业", "Real estate development"
    SERVICES = "services", "规模以上服务业", "Above-scale services"


def exists_on(day: date, valid_from: date, valid_to: date | None) -> bool:
    """Whether a unit valid from one day until (not including) another exists on `day`."""
    return valid_from <= day and (valid_to is None or day < valid_to)
