"""Sheets of departments, work groups, enterprises and people over HTTP; the body is the file itself."""

from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import BaseModel

from service.kit import sheets
from service.kit.database import PublicWork
from service.kit.errors import Invalid, Malformed, NotAllowed, TooLarge, Unauthorized, WrongType, documented
from service.kit.routing import Router
from service.kit.sheets import CALLED, CSV, XLSX, ImportResult
from service.organizations.actions import importing
from service.organizations.callers import CurrentActor, Reader, Work
from service.organizations.schemas.imports import (
    DepartmentRow,
    EnterpriseRow,
    PeopleImportResult,
    PersonRow,
    WorkGroupRow,
)

router = Router(tags=["imports"])

SHEETS: dict[str, type[BaseModel]] = {
    "departments": DepartmentRow,
    "work-groups": WorkGroupRow,
    "enterprises": EnterpriseRow,
    "people": PersonRow,
}
IMPORTS = documented(Unauthorized, Malformed, NotAllowed, Invalid, TooLarge, WrongType)
A_SHEET: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file itself; what it is is told by its bytes.",
        "content": {
            CSV: {"schema": {"type": "string"}, "example": "部门代码,部门名称\nEIC,经济信息委\n"},
            XLSX: {"schema": {"type": "string", "contentMediaType": XLSX}},
        },
    }
}

DryRun = Annotated[bool, Query(description="Only tell what would be done, and what is wrong.")]


async def _content(request: Request) -> bytes:
    called = request.headers.get("content-type")
    if called is not None and called.partition(";")[0].strip().lower() not in CALLED:
        raise WrongType(
            "wrong_content_type",
            "请求体应为 CSV 或 XLSX 文件（text/csv、XLSX 的类型或 application/octet-stream）。",
            "The body must be a CSV or an XLSX: text/csv, the type of XLSX, or application/octet-stream.",
        )
    return await request.body()


Content = Annotated[bytes, Depends(_content)]


@router.get(
    "/{noun}/import/template",
    operation_id="get_import_template",
    summary="下载导入模板 Download an empty sheet with the right titles",
    response_class=Response,
    responses={
        200: {"description": "The sheet.", "content": {CSV: {}, XLSX: {}}},
        **documented(Unauthorized, Invalid),
    },
)
async def get_import_template(
    actor: Reader,
    noun: Annotated[Literal["departments", "work-groups", "enterprises", "people"], Path()],
    form: Annotated[Literal["csv", "xlsx"], Query(alias="format")] = "xlsx",
) -> Response:
    """Titles in the language of `Accept-Language`, and a row of examples to be written over."""
    name = f'attachment; filename="{noun}.{form}"'
    return Response(
        sheets.template(SHEETS[noun], form),
        media_type=CSV if form == "csv" else XLSX,
        headers={"Content-Disposition": name},
    )


@router.post(
    "/departments/import",
    operation_id="import_departments",
    summary="导入部门 Import departments from a CSV or XLSX file",
    responses=IMPORTS,
    openapi_extra=A_SHEET,
)
async def import_departments(
    actor: CurrentActor, work: Work, content: Content, dry_run: DryRun = True
) -> ImportResult:
    """All rows or none. The code names the department: one that is known is updated."""
    return await importing.import_departments(work, actor, content, dry_run=dry_run)


@router.post(
    "/work-groups/import",
    operation_id="import_work_groups",
    summary="导入工作组 Import work groups from a CSV or XLSX file",
    responses=IMPORTS,
    openapi_extra=A_SHEET,
)
async def import_work_groups(
    actor: CurrentActor, work: Work, content: Content, dry_run: DryRun = True
) -> ImportResult:
    """All rows or none. The code names the work group: one that is known is updated."""
    return await importing.import_work_groups(work, actor, content, dry_run=dry_run)


@router.post(
    "/enterprises/import",
    operation_id="import_enterprises",
    summary="导入企业 Import enterprises from a CSV or XLSX file",
    responses=IMPORTS,
    openapi_extra=A_SHEET,
)
async def import_enterprises(
    actor: CurrentActor, work: Work, content: Content, dry_run: DryRun = True
) -> ImportResult:
    """All rows or none. The social credit code names the enterprise: one that is known is updated with the
    cells that are filled in. Home unit, area and work group are given by code or name."""
    return await importing.import_enterprises(work, actor, content, dry_run=dry_run)


@router.post(
    "/people/import",
    operation_id="import_people",
    summary="导入人员 Import people from a CSV or XLSX file",
    responses=IMPORTS,
    openapi_extra=A_SHEET,
)
async def import_people(
    actor: CurrentActor, work: PublicWork, content: Content, dry_run: DryRun = True
) -> PeopleImportResult:
    """All rows or none. Who has an account with this name and this phone, verified, gets the role at once:
    `roles` names these, in a dry run too. Others get an invitation, whose code is shown this once."""
    return await importing.import_people(work, actor, content, dry_run=dry_run)
