"""The sheets of the organization: what a row says. Only the first column of each is always needed."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from service.kit.personal import Phone
from service.kit.sheets import Column, Day, Flag, ImportResult, labelled
from service.kit.types import Line, Schema, wrong
from service.organizations.rules import Role, industries
from service.organizations.rules.refusals import Refused
from service.organizations.rules.units import ScaleCategory
from service.organizations.schemas.fields import Code, Uscc, Year


class DepartmentRow(Schema):
    """A department; one with the same code is updated."""

    code: Annotated[Code, Column("部门代码", "Code", "EIC", also=("代码",))]
    name: Annotated[Line | None, Column("部门名称", "Name", "经济信息委", also=("名称",))] = None
    parent: Annotated[Line | None, Column("上级部门代码", "Parent code", "")] = None
    in_appraisal: Annotated[Flag | None, Column("纳入考核", "In appraisal", "是")] = None
    is_enforcement: Annotated[Flag | None, Column("执法部门", "Enforcement", "否")] = None
    is_vertical: Annotated[Flag | None, Column("垂直管理", "Vertical", "否", also=("垂管",))] = None
    valid_from: Annotated[Day | None, Column("设立日期", "Valid from", "2019-02-01")] = None
    valid_to: Annotated[Day | None, Column("撤销日期", "Valid to", "")] = None


class WorkGroupRow(Schema):
    """A work group; one with the same code is updated."""

    code: Annotated[Code, Column("工作组代码", "Code", "G01", also=("代码",))]
    name: Annotated[Line | None, Column("工作组名称", "Name", "第一工作组", also=("名称",))] = None
    valid_from: Annotated[Day | None, Column("成立日期", "Valid from", "2026-01-05")] = None
    valid_to: Annotated[Day | None, Column("撤销日期", "Valid to", "")] = None


class EnterpriseRow(Schema):
    """An enterprise; one with the same social credit code is updated with the columns that are filled in."""

    uscc: Annotated[
        Uscc, Column("统一社会信用代码", "Social credit code", "91500153MA0000015N", also=("信用代码",))
    ]
    name: Annotated[Line | None, Column("企业名称", "Name", "重庆样例饲料有限公司", also=("名称",))] = None
    home_unit: Annotated[Line | None, Column("属地单位", "Home unit", "高新区")] = None
    area: Annotated[Line | None, Column("所在镇街", "Area", "昌州街道", also=("镇街",))] = None
    work_group: Annotated[Line | None, Column("工作组", "Work group", "G01")] = None
    industry_edition: Annotated[int | None, Column("行业分类年版", "Industry edition", "2017")] = None
    industry_code: Annotated[str | None, Column("行业代码", "Industry code", "1329")] = None
    address: Annotated[Line | None, Column("地址", "Address", "昌州街道样例路1号")] = None
    contact_name: Annotated[Line | None, Column("联系人", "Contact", "王样例")] = None
    contact_phone: Annotated[Phone | None, Column("联系电话", "Contact phone", "023-46730000")] = None
    scale_year: Annotated[Year | None, Column("规上年份", "Above-scale year", "2026")] = None
    scale_category: Annotated[
        ScaleCategory | None, labelled(ScaleCategory), Column("规上类别", "Above-scale class", "规模以上工业")
    ] = None
    scale_source: Annotated[Line | None, Column("规上来源", "Above-scale source", "区统计局名录")] = None

    @field_validator("industry_code")
    @classmethod
    def _of_its_edition(cls, code: str, said: ValidationInfo) -> str:
        try:
            return industries.parse(code, said.data.get("industry_edition") or industries.PRESENT_EDITION)
        except Refused as refused:
            raise wrong(refused.code, refused.zh, refused.en) from None


class PersonRow(Schema):
    """A person at a unit. Who has an account with this name and phone gets the role, others an invitation."""

    phone: Annotated[Phone, Column("手机号", "Phone", "13800000000", also=("电话", "联系电话"))]
    name: Annotated[Line, Column("姓名", "Name", "张样例")]
    unit: Annotated[Line, Column("单位", "Unit", "EIC", also=("单位代码", "单位名称"))]
    role: Annotated[Role, labelled(Role), Column("角色", "Role", "承办人")]


class RoleGiven(Schema):
    """A row whose person has an account already, with this name and this phone: it gets the role at once."""

    row: int = Field(examples=[2])
    account_id: UUID
    name: str = Field(examples=["张样例"])
    unit: str = Field(examples=["经济信息委"])
    role: Role


class InvitationIssued(Schema):
    """A new invitation of an import, with its code, which is shown this once."""

    row: int = Field(examples=[2])
    invitation_id: UUID
    name: str = Field(examples=["张样例"])
    unit: str = Field(examples=["经济信息委"])
    role: Role
    code: str = Field(examples=["9F2K-7QXD-M3RB-0T5C-W8HJ"], repr=False)


class PeopleImportResult(ImportResult):
    """`created` counts new roles and invitations; `unchanged` who holds the role or is invited already."""

    roles: list[RoleGiven] = Field(description="What goes to existing accounts; in a dry run, what would.")
    invitations: list[InvitationIssued] = Field(description="Empty in a dry run.")
