"""Search finds what a plain scan of the texts finds, no more and no less."""

import random

import pytest
from sqlalchemy import text

from service.kit.search import fold
from service.requests.actions.importing import Historical, import_closed
from service.requests.queries import lists
from tests import world

WORDS = [
    "停车",
    "噪音",
    "工资",
    "车位",
    "用电",
    "高峰",
    "融资",
    "贷款",
    "消防",
    "减负",
    "𠮷野",
    "PVC",
    "630kVA",
]
FILL = list("的了在是我们公司厂区道路每天晚上影响生产，。\n ")


def a_text(chance: random.Random, length: int) -> str:
    """Words and filling at random; no two Latin words touch, since only their beginnings are found."""
    parts = []
    for _ in range(length):
        part = chance.choice(WORDS + FILL * 2)
        parts += ["的", part] if part.isascii() and parts and parts[-1].isascii() else [part]
    return "".join(parts)


@pytest.fixture
async def history(database) -> list[Historical]:
    """Four hundred invented messages with answers, always the same."""
    chance = random.Random(7)
    history = [
        Historical(
            source="test",
            external_id=str(number),
            title=a_text(chance, 4).strip().replace("\n", "") or "题",
            description=a_text(chance, 40),
            answer=a_text(chance, 20) if number % 3 else None,
            asked_at=world.LONG_AGO,
        )
        for number in range(400)
    ]
    async with database.begin(world.LONG_AGO) as work:
        await import_closed(work, history)
    return history


def asks() -> list[str]:
    """Words, single characters, stretches across words, in other widths and cases, and several at once."""
    chance = random.Random(11)
    stretches = [" ".join(a_text(chance, 3).split()) for _ in range(40)]
    return [
        *WORDS,
        *("电", "车", "𠮷", "厂", "，停车用电高", "ＰＶＣ", "pvc", "630", "停车 噪音", "电 车 资", "鑫"),
        *(stretch for stretch in stretches if any(character.isalpha() for character in stretch)),
    ]


def scanned(asked: str, texts: dict[str, str | None]) -> set[str]:
    """What a plain scan finds: every term, as it stands."""
    terms = fold(asked).split()
    return {id for id, text in texts.items() if text is not None and all(t in fold(text) for t in terms)}


async def found(as_, asked: str, part: str) -> set[str]:
    items, cursor = set(), None
    while True:
        params = {"q": asked, "in": part, "imported": "only", "limit": 150}
        response = await as_("sun").get("/requests", params=params | ({"cursor": cursor} if cursor else {}))
        assert response.status_code == 200, response.text
        items |= {item["number"] for item in response.json()["items"]}
        cursor = response.json()["next_cursor"]
        if cursor is None:
            return items


@pytest.mark.parametrize("frequent", [1.1, -1], ids=["by-the-index", "by-the-walk"])
@pytest.mark.parametrize("part", ["question", "answer"])
async def test_search_finds_the_rows_of_a_plain_scan(as_, database, history, monkeypatch, part, frequent):
    monkeypatch.setattr(lists, "FREQUENT", frequent)
    async with database.reading() as reading:
        rows = await reading.execute(text("SELECT external_id, number FROM requests"))
        numbers = {row.external_id: row.number for row in rows}
    texts = {
        numbers[one.external_id]: f"{one.title}\n{one.description}" if part == "question" else one.answer
        for one in history
    }
    hits = 0
    for asked in asks():
        expected = scanned(asked, texts)
        assert await found(as_, asked, part) == expected, asked
        hits += len(expected)
    assert hits > 500


async def test_a_changed_draft_is_found_by_what_it_says_now(as_, way):
    draft = await way.recorded(draft=True)
    await as_("wang").patch(f"/requests/{draft['id']}", json={"title": "急需焊工"}, headers={"If-Match": "*"})
    for asked, hits in (("焊工", 1), ("申请增容", 0)):
        answer = await as_("wang").get("/requests", params={"q": asked})
        assert len(answer.json()["items"]) == hits


async def test_an_answer_is_found_once_it_is_given(as_, way):
    request = await way.up_to("submit-result")
    assert (await as_("sun").get("/requests", params={"q": "送电", "in": "answer"})).json()["items"] == []
    await way.did("wu", f"/{request['id']}/approve-result", {})
    await way.did("sun", f"/{request['id']}/approve-result", {})
    assert len((await as_("sun").get("/requests", params={"q": "送电", "in": "answer"})).json()["items"]) == 1


async def test_search_shows_nothing_that_the_caller_cannot_see(as_, way):
    await way.recorded(confidentiality="confidential")
    for person in ("zhao", "liu", "feng", "qin"):
        assert (await as_(person).get("/requests", params={"q": "增容"})).json()["items"] == []
    assert len((await as_("sun").get("/requests", params={"q": "增容"})).json()["items"]) == 1


async def test_the_longest_text_of_rare_characters_can_be_indexed(way, database):
    chance = random.Random(3)
    description = "".join(chr(chance.randrange(0x20000, 0x2A000)) for _ in range(20_000))
    request = await way.recorded(description=description)
    async with database.reading() as reading:
        size = await reading.scalar(
            text("SELECT length(words) FROM request_search WHERE request_id = :id"), {"id": request["id"]}
        )
    assert size > 19_000
