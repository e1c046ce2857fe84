"""Sheets of the organization: a dry run names every problem, all rows come in or none, twice is as once."""

import io
from datetime import timedelta

import pytest
import xlsxwriter
from sqlalchemy import event, func, select

from service.accounts.models import Account
from service.events.models import Event
from service.kit.clock import GivenClock
from service.kit.database import Database
from service.organizations.models import Invitation, Membership, Unit
from service.organizations.rules.uscc import complete
from tests import world

ENTERPRISES = """统一社会信用代码,企业名称,属地单位,镇街,工作组,行业代码,联系人,联系电话,规上年份,规上类别,规上来源,备注
91500226MA0000218D,荣昌样例夏布厂,直升镇,直升镇,G02,1732,夏布坊,023-46731234,2026,规模以上工业,区统计局,新
９１５００１５３ma0000015n,,,500153011,,,,,2027,industry,区统计局,
"""  # noqa: E501


async def bring(client, what: str, content: str | bytes, **options: object) -> dict:
    answer = await client.post(f"/{what}/import", content=content, params=options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def outcome(result: dict) -> dict:
    return {name: result[name] for name in ("rows", "created", "updated", "unchanged")}


async def counts(database: Database) -> dict[str, int]:
    async with database.begin(world.LONG_AGO) as work:
        return {
            table.__tablename__: await work.scalar(select(func.count()).select_from(table))
            for table in (Unit, Account, Membership, Invitation, Event)
        }


async def test_enterprises_come_in_after_a_dry_run_and_only_once(as_, database: Database) -> None:
    you, before = as_("you"), await counts(database)
    dry = await bring(you, "enterprises", ENTERPRISES)
    assert dry["dry_run"] is True
    assert outcome(dry) == {"rows": 2, "created": 1, "updated": 1, "unchanged": 0}
    assert dry["ignored_columns"] == ["备注"]
    assert await counts(database) == before

    real = await bring(you, "enterprises", ENTERPRISES, dry_run=False)
    assert outcome(real) == outcome(dry)
    found = (await you.get("/enterprises", params={"q": "夏布"})).json()["items"][0]
    assert (found["home_unit"]["name"], found["work_group"]["code"]) == ("直升镇", "G02")
    assert found["industry"] == {"code": "1732", "edition": 2017}
    one = (await you.get(f"/enterprises/{found['id']}")).json()
    assert one["contact"] == {"name": "夏布坊", "phone": "+862346731234"}
    feed = (await you.get(f"/enterprises/{world.unit(world.FEED)}")).json()
    assert [status["year"] for status in feed["scale"]] == [2027, 2026, 2025]
    assert feed["area"]["name"] == "直升镇"
    # what the sheet leaves empty stays
    assert (feed["name"], feed["work_group"]["code"]) == ("重庆样例饲料有限公司", "G01")
    assert feed["contact"]["name"] == "王小麦"

    after = await counts(database)
    again = await bring(you, "enterprises", ENTERPRISES, dry_run=False)
    assert outcome(again) == {"rows": 2, "created": 0, "updated": 0, "unchanged": 2}
    assert await counts(database) == after


async def test_a_sheet_may_bring_nothing_but_this_years_status(as_) -> None:
    text = "统一社会信用代码,规上年份,规上类别,规上来源\n"
    text += "".join(f"{world.POTTERY},{year},industry,区统计局\n" for year in (2024, 2025, 2026))
    assert outcome(await bring(as_("you"), "enterprises", text, dry_run=False))["updated"] == 3
    pottery = (await as_("you").get(f"/enterprises/{world.unit(world.POTTERY)}")).json()
    assert [status["year"] for status in pottery["scale"]] == [2026, 2025, 2024]


async def test_every_problem_is_named_by_row_and_column_and_nothing_comes_in(as_, database: Database) -> None:
    you, before = as_("you"), await counts(database)
    text = """统一社会信用代码,企业名称,属地单位,工作组,行业代码,联系电话,规上年份,规上类别
91500226MA0000218D,甲,直升镇,G02,1732,023-46731234,,
91500153MA0000015M,乙,直升镇,G02,1732,,,
91500153MA0000O15N,丙,直升镇,,C1732,12345,,
91500226MA0000218D,丁,火星镇,G99,,,2026,
91500153MA00001110,,,,,,,
"""
    named = [
        (3, "统一社会信用代码", "uscc_check_digit"),
        (4, "统一社会信用代码", "uscc_letter"),
        (4, "行业代码", "industry_code"),
        (4, "联系电话", "wrong_phone"),
        (5, "规上类别", "missing"),
        (5, "规上来源", "missing"),
        (5, "属地单位", "no_such_unit"),
        (5, "工作组", "no_such_unit"),
        (6, "企业名称", "missing"),
        (6, "属地单位", "missing"),
    ]
    dry = await bring(you, "enterprises", text)
    assert [(one["row"], one["column"], one["code"]) for one in dry["problems"]] == named
    assert outcome(dry) == {"rows": 5, "created": 0, "updated": 0, "unchanged": 0}
    assert "第15位是字母“O”" in dry["problems"][1]["msg"]
    refused = await you.post("/enterprises/import", content=text, params={"dry_run": False})
    assert refused.status_code == 422
    assert [(*one["loc"][1:], one["code"]) for one in refused.json()["errors"]] == named
    assert await counts(database) == before

    english = await you.post("/enterprises/import", content=text, headers={"Accept-Language": "en"})
    assert english.json()["problems"][0]["column"] == "Social credit code"
    assert english.json()["problems"][0]["msg"].startswith("The check digits do not fit")


async def test_a_row_that_repeats_another_is_named(as_) -> None:
    text = "部门代码,部门名称\nEEB,生态环境局\nEEB,环保局\n"
    (problem,) = (await bring(as_("you"), "departments", text))["problems"]
    assert (problem["row"], problem["column"], problem["code"]) == (3, "部门代码", "row_twice")
    assert problem["msg"] == "与第2行重复。"


async def test_departments_come_with_their_parents_and_their_history(as_) -> None:
    text = """部门代码,部门名称,上级部门代码,纳入考核,执法部门,垂管,设立日期,撤销日期
EEB,生态环境局,,是,是,是,2019-02-01,
EEB-1,执法支队,EEB,,,,,
EPB,环境保护局,,,,,2000年1月1日,2019/2/1
EIC,经济和信息化委,,,,,,
HRS,,,,,,,
"""
    you = as_("you")
    assert outcome(await bring(you, "departments", text, dry_run=False)) == {
        "rows": 5,
        "created": 3,
        "updated": 1,
        "unchanged": 1,
    }
    now = {one["code"]: one for one in (await you.get("/departments")).json()["items"]}
    assert now["EEB"]["is_vertical"] is True
    assert now["EEB-1"]["parent_id"] == now["EEB"]["id"]
    assert now["EIC"]["name"] == "经济和信息化委"
    assert "EPB" not in now
    closed = (await you.get("/departments", params={"closed": True})).json()["items"]
    assert [(one["code"], one["valid_to"]) for one in closed] == [("EPB", "2019-02-01")]


@pytest.mark.parametrize("day", ["0001-01-01", "9999年12月31日"])
async def test_a_day_in_a_sheet_is_one_that_can_be_kept(as_, day: str) -> None:
    text = f"部门代码,部门名称,撤销日期\nEEB,生态环境局,{day}\n"
    (problem,) = (await bring(as_("you"), "departments", text))["problems"]
    assert (problem["row"], problem["column"]) == (2, "撤销日期")
    assert problem["code"] in {"greater_than_equal", "less_than_equal"}


async def test_what_only_the_change_finds_out_is_a_problem_of_its_row_too(as_, database: Database) -> None:
    you, before = as_("you"), await counts(database)
    circle = "部门代码,部门名称,上级部门代码\nEIC-1,运行科,EIC\nEIC,,EIC-1\n"
    (problem,) = (await bring(you, "departments", circle))["problems"]
    assert (problem["row"], problem["code"]) == (3, "parent_below")
    (problem,) = (await bring(you, "work-groups", "工作组代码,撤销日期\nG01,2026-11-24\n"))["problems"]
    assert (problem["row"], problem["code"]) == (2, "unit_in_use")
    assert await counts(database) == before


async def test_work_groups_come_in(as_) -> None:
    text = "code,name\nG03,第三工作组\nG01,第一工作组\n"
    result = await bring(as_("you"), "work-groups", text, dry_run=False)
    assert outcome(result) == {"rows": 2, "created": 1, "updated": 0, "unchanged": 1}


async def test_people_get_a_role_or_an_invitation_and_no_password(as_, api, database: Database) -> None:
    text = f"""姓名,手机号,单位,角色
周承办,{world.phone("zhou")},人力社保局,承办人
新干部,138 0000 8888,G02,驻企干部
新干部,138-0000-8888,直升镇,handler
新联系人,13800009999,{world.POTTERY},企业联系人
"""
    you = as_("you")
    dry = await bring(you, "people", text)
    assert (outcome(dry), dry["invitations"]) == (
        {"rows": 4, "created": 4, "updated": 0, "unchanged": 0},
        [],
    )
    assert [(one["row"], one["name"], one["unit"], one["role"]) for one in dry["roles"]] == [
        (2, "周承办", "人力社保局", "handler")
    ]
    assert dry["roles"][0]["account_id"] == str(world.person("zhou"))
    real = await bring(you, "people", text, dry_run=False)
    assert real["roles"] == dry["roles"]
    assert [(one["row"], one["unit"], one["role"]) for one in real["invitations"]] == [
        (3, "第二工作组", "cadre"),
        (4, "直升镇", "handler"),
        (5, "荣昌样例陶瓷厂", "enterprise"),
    ]
    held = {one["unit"]["code"] for one in (await as_("zhou").get("/me")).json()["memberships"]}
    assert held == {"EIC", "HRS"}

    after = await counts(database)
    again = await bring(you, "people", text, dry_run=False)
    assert outcome(again)["unchanged"] == 4
    assert again["invitations"] == []
    assert await counts(database) == after

    cadre = real["invitations"][0]["code"]
    accept = {"code": cadre, "username": "xin", "password": "a long enough sentence"}
    accepted = await api.post("/api/v1/invitations/accept", json=accept)
    assert accepted.status_code == 201
    # the account has the phone of the sheet now, so the same sheet finds it
    once_more = await bring(you, "people", text.replace("第二工作组", "G02"), dry_run=False)
    assert outcome(once_more) == {"rows": 4, "created": 0, "updated": 0, "unchanged": 4}


OFFICIAL = "姓名,手机号,单位,角色\n高新官,13800009876,EIC,审核领导\n"


async def roles_of(client) -> set[tuple[str, str]]:
    return {(one["role"], one["unit"]["code"]) for one in (await client.get("/me")).json()["memberships"]}


async def test_a_phone_that_somebody_wrote_into_their_own_account_brings_them_no_role(as_) -> None:
    wang, star = as_("wang"), {"If-Match": "*"}
    said = {"phone": "13800009876", "name": "高新官"}
    assert (await wang.patch("/me", json=said, headers=star)).json()["phone_verified_at"] is None
    before = await roles_of(wang)
    dry = await bring(as_("you"), "people", OFFICIAL)
    real = await bring(as_("you"), "people", OFFICIAL, dry_run=False)
    assert (dry["roles"], real["roles"]) == ([], [])
    assert [one["name"] for one in real["invitations"]] == ["高新官"]
    assert await roles_of(wang) == before == {("enterprise", world.FEED)}


async def test_a_phone_that_is_not_the_invited_one_brings_no_role_either(as_, api) -> None:
    letter = {"uscc": world.FEED, "role": "enterprise", "name": "高新官", "phone": "13800001234"}
    code = (await as_("zhao").post("/invitations", json=letter)).json()["code"]
    accept = {"code": code, "username": "gao", "password": "a long enough sentence"}
    accept |= {"uscc": world.FEED, "phone": "13800009876"}
    assert (await api.post("/api/v1/invitations/accept", json=accept)).status_code == 201
    real = await bring(as_("you"), "people", OFFICIAL, dry_run=False)
    assert real["roles"] == []
    assert len(real["invitations"]) == 1


async def test_a_known_phone_under_another_name_gets_an_invitation(as_) -> None:
    text = f"姓名,手机号,单位,角色\n高新官,{world.phone('zhou')},HRS,承办人\n"
    real = await bring(as_("you"), "people", text, dry_run=False)
    assert real["roles"] == []
    assert [(one["row"], one["name"]) for one in real["invitations"]] == [(2, "高新官")]
    assert await roles_of(as_("zhou")) == {("handler", "EIC")}


async def test_who_has_accepted_under_another_name_is_not_invited_again(as_, api) -> None:
    code = (await bring(as_("you"), "people", OFFICIAL, dry_run=False))["invitations"][0]["code"]
    accept = {"code": code, "username": "gao", "name": "高新", "password": "a long enough sentence"}
    assert (await api.post("/api/v1/invitations/accept", json=accept)).status_code == 201
    again = await bring(as_("you"), "people", OFFICIAL, dry_run=False)
    assert (again["unchanged"], again["invitations"], again["roles"]) == (1, [], [])


async def test_people_who_cannot_have_the_role_are_named(as_) -> None:
    text = f"""姓名,手机号,单位,角色
王小麦,{world.phone("wang")},EIC,承办人
某人,13800008888,EIC,驻企干部
某人,13800007777,500153,审计员
某人,13800006666,G02,驻企干部
某人,13800006666,{world.POTTERY},企业联系人
尤系统,{world.phone("you")},EIC,联络员
某人,13800005555,火星局,承办人
某人,13800004444,EIC,局长
"""
    problems = (await bring(as_("you"), "people", text))["problems"]
    assert [(one["row"], one["column"], one["code"]) for one in problems] == [
        (2, "角色", "roles_clash"),
        (3, "角色", "role_does_not_fit"),
        (4, "角色", "permission_missing"),
        (6, "角色", "roles_clash"),
        (7, "手机号", "not_to_oneself"),
        (7, "角色", "roles_clash"),
        (8, "单位", "no_such_unit"),
        (9, "角色", "not_one_of"),
    ]


async def test_a_liaison_officer_brings_in_the_people_of_the_own_unit_only(as_) -> None:
    text = "姓名,手机号,单位,角色\n某人,13800008888,EIC,承办人\n某人,13800007777,HRS,承办人\n"
    (problem,) = (await bring(as_("li"), "people", text))["problems"]
    assert (problem["row"], problem["code"]) == (3, "permission_missing")


@pytest.mark.parametrize("what", ["departments", "work-groups", "enterprises", "people"])
async def test_only_who_may_brings_in_a_sheet(as_, api, what: str) -> None:
    for username in ("zhou", "zhao", "he", "qin"):
        refused = await as_(username).post(f"/{what}/import", content="x")
        assert (refused.status_code, refused.json()["code"]) == (403, "permission_missing"), username
    assert (await api.post(f"/api/v1/{what}/import", content="x")).status_code == 401


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["departments", "work-groups", "enterprises", "people"])
async def test_the_template_can_be_filled_in(as_, what: str, form: str) -> None:
    template = await as_("you").get(f"/{what}/import/template", params={"format": form})
    assert template.status_code == 200
    assert f'filename="{what}.{form}"' in template.headers["Content-Disposition"]
    result = await bring(as_("you"), what, template.content)
    assert (result["rows"], result["ignored_columns"], result["problems"]) == (1, [], [])


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 415, "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 415, "not_a_sheet"),
        (b"PK\x03\x04", 422, "damaged_xlsx"),
        ("企业名称\n甲\n".encode(), 422, "column_missing"),
    ],
)
async def test_a_file_that_is_none_is_refused(as_, content: bytes, status: int, code: str) -> None:
    refused = await as_("you").post("/enterprises/import", content=content)
    assert refused.status_code == status
    said = refused.json()
    assert code in (said["code"], *(one["code"] for one in said.get("errors", ())))


async def test_the_same_key_brings_a_sheet_in_once(as_) -> None:
    key = {"Idempotency-Key": "sheet-1"}
    options = {"dry_run": "false"}
    first = await as_("you").post("/enterprises/import", content=ENTERPRISES, params=options, headers=key)
    again = await as_("you").post("/enterprises/import", content=ENTERPRISES, params=options, headers=key)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_the_district_of_337_comes_in_from_one_xlsx(as_, database: Database, clock: GivenClock) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["统一社会信用代码", "企业名称", "属地单位", "工作组"])
        for number in range(337):
            code = complete("91", "500153", f"MB{number:06}")
            page.write_row(number + 1, 0, [code, f"样例企业{number}", "HTZ", "第一工作组"])
    statements: list[str] = []
    event.listen(
        database.engine.sync_engine, "before_cursor_execute", lambda *said: statements.append(said[2])
    )
    result = await bring(as_("you"), "enterprises", out.getvalue(), dry_run=False)
    assert outcome(result)["created"] == 337
    first = len(statements)
    statements.clear()
    clock.advance(timedelta(minutes=1))
    again = await bring(as_("you"), "enterprises", out.getvalue(), dry_run=False)
    assert outcome(again)["unchanged"] == 337
    assert len(statements) < 15  # nothing to change is a handful of questions
    assert first < 337 * 8


@pytest.mark.parametrize("called", ["image/png", "application/json", "application/x-www-form-urlencoded"])
async def test_what_is_not_called_a_sheet_is_not_read_as_one(as_, called):
    refused = await as_("you").post(
        "/enterprises/import", content=ENTERPRISES, headers={"Content-Type": called}
    )
    assert refused.status_code == 415
    assert refused.json()["code"] == "wrong_content_type"


@pytest.mark.parametrize("called", ["text/csv; charset=utf-8", "Application/Octet-Stream"])
async def test_a_sheet_is_read_under_any_of_its_names(as_, called):
    answer = await as_("you").post(
        "/enterprises/import", content=ENTERPRISES, headers={"Content-Type": called}
    )
    assert answer.status_code == 200, answer.text
