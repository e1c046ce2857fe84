"""A request travels the whole way, told as it happens to the people of the cast."""

from datetime import timedelta

from tests.requests.conftest import catalog, way

__all__ = ["catalog", "way"]


async def test_the_feed_works_ask_for_more_power_and_get_it(as_, catalog, clock):
    wang, sun, li, zhou, wu = (as_(name) for name in ("wang", "sun", "li", "zhou", "wu"))

    # Tuesday, ten o'clock: the lights went out again, and Wang writes to the district.
    response = await wang.post(
        "/requests",
        json={
            "title": "车间用电高峰频繁跳闸，申请增容",
            "description": "我公司新增两条注塑线，7月以来每天下午跳闸两三次，申请由630千伏安增至1250千伏安。",
        },
    )
    assert response.status_code == 201
    request = response.json()
    path = f"/requests/{request['number']}"
    assert request["status"] == "submitted"

    # The desk asks where, once; Wang answers; the desk accepts it as item B03.
    clock.advance(timedelta(minutes=20))
    assert (await sun.post(f"{path}/ask-info", json={"note": "请补充用电地址和户号。"})).status_code == 200
    clock.advance(timedelta(minutes=30))
    told = {"note": "昌州街道样例路1号，户号0001。"}
    assert (await wang.post(f"{path}/provide-info", json=told)).json()["status"] == "submitted"
    accepted = (await sun.post(f"{path}/accept", json={"item_code": "B03"})).json()
    assert accepted["status"] == "to_dispatch"

    # It goes to the economic commission; the clock starts here, and the promise is told.
    dispatched = (await sun.post(f"{path}/dispatch")).json()
    assert dispatched["lead_department"]["code"] == "EIC"
    assert dispatched["due_at"] == "2026-12-08T18:00:00+08:00"
    assert (await wang.get(path)).json()["promise"]["text"].startswith("经济信息委承诺10个工作日内办结")

    # Li signs for it and names Zhou, who calls, comes by, and reports the result.
    clock.advance(timedelta(hours=4))
    signed = (await li.post(f"{path}/sign", json={"assigned_to": await account_of(zhou)})).json()
    assert signed["assigned_to"]["name"] == "周承办"
    assert (await zhou.post(f"{path}/record-contact", json={"channel": "phone"})).status_code == 200
    clock.advance(timedelta(days=6))
    said = {"kind": "solved", "text": "已现场勘查并更换变压器，12月1日送电。"}
    assert (await zhou.post(f"{path}/submit-result", json=said)).json()["stage"] == "by_unit"

    # Wu finds it thin and sends it back; the second answer passes both offices.
    back = (await wu.post(f"{path}/send-back", json={"note": "请写明费用由谁承担。"})).json()
    assert (back["status"], back["light"]) == ("handling", "green")
    said["text"] += "费用由供电公司承担。"
    assert (await zhou.post(f"{path}/submit-result", json=said)).status_code == 200
    assert (await wu.post(f"{path}/approve-result")).json()["stage"] == "by_desk"
    assert (await wang.get(path)).json()["results"] == []
    assert (await sun.post(f"{path}/approve-result")).json()["status"] == "callback"
    assert [result["text"] for result in (await wang.get(path)).json()["results"]] == [said["text"]]

    # Wang is not content: the lights went out once more. It is done again, in half the time.
    redone = (await sun.post(f"{path}/redo", json={"note": "企业反映仍跳闸。"})).json()
    assert (redone["round"], redone["due_at"]) == (2, "2026-12-07T18:00:00+08:00")
    said["text"] = "已调整保护定值，连续三天未再跳闸。"
    for officer, verb, body in (
        (zhou, "submit-result", said),
        (wu, "approve-result", {}),
        (sun, "approve-result", {}),
    ):
        assert (await officer.post(f"{path}/{verb}", json=body)).status_code == 200

    # Now Wang is, and the request is closed.
    closed = (await wang.post(f"{path}/rate", json={"grade": 5, "solved": True})).json()
    assert (closed["status"], closed["round"], closed["step_due_at"]) == ("closed", 2, None)

    # The firm reads its story in plain words; every step is in it, and none of what was said inside.
    timeline = (await wang.get(f"{path}/timeline")).json()["items"]
    labels = "提交 要求补正 已补正 受理 派单 签收 已与企业联系 答复 重办 答复 评价"
    assert " ".join(entry["label"] for entry in timeline) == labels
    inside = (await sun.get(f"{path}/timeline")).json()["items"]
    assert [entry["version"] for entry in inside] == list(range(1, closed["version"] + 1))


async def account_of(client) -> str:
    return (await client.get("/me")).json()["account"]["id"]
