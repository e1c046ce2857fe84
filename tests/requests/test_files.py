"""Files of a request: told by their content, kept outside the database, given back to be saved."""

import asyncio
import hashlib
import io
import zipfile

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from service.kit.storage import DirectoryStorage
from service.requests.rules.pictures import cleaned
from tests.requests.conftest import refused


def picture(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, kind)
    return file.getvalue()


def office_document() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


async def attach(as_, person, request, name, content, declared="application/octet-stream", key=None):
    headers = {} if key is None else {"Idempotency-Key": key}
    files = {"file": (name, content, declared)}
    return await as_(person).post(f"/requests/{request['id']}/attachments", files=files, headers=headers)


TAKEN = [
    pytest.param("现场照片.jpg", picture("JPEG"), "image/jpeg", id="jpeg"),
    pytest.param("现场照片.JPEG", picture("JPEG"), "image/jpeg", id="jpeg-in-capitals"),
    pytest.param("a.png", picture("PNG"), "image/png", id="png"),
    pytest.param("a.webp", picture("WEBP"), "image/webp", id="webp"),
    pytest.param("合同.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf", id="pdf"),
    pytest.param("说明.txt", "用电情况说明".encode(), "text/plain", id="text"),
    pytest.param("旧说明.txt", "用电情况说明".encode("gb18030"), "text/plain", id="text-in-gb18030"),
    pytest.param("表.csv", b"a,b\r\n1,2\r\n", "text/plain", id="csv"),
    pytest.param(
        "函.docx",
        office_document(),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        id="docx",
    ),
]


@pytest.mark.parametrize(("name", "content", "media_type"), TAKEN)
async def test_a_file_is_kept_and_given_back_to_be_saved(as_, way, name, content, media_type):
    request = await way.recorded()
    attached = await attach(as_, "wang", request, name, content, "text/html")
    assert attached.status_code == 201, attached.text
    file = attached.json()
    assert (file["name"], file["media_type"]) == (name.replace("JPEG", "jpeg"), media_type)
    if media_type.startswith("image/"):
        content = cleaned(content, media_type)
    assert file["size"] == len(content)
    assert file["sha256"] == hashlib.sha256(content).hexdigest()
    got = await as_("sun").get(f"/requests/{request['id']}/attachments/{file['id']}/content")
    assert (got.status_code, got.content) == (200, content)
    assert got.headers["Content-Type"].startswith(media_type)
    assert got.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Security-Policy"].startswith("sandbox")


REFUSED = [
    pytest.param("页面.html", b"<html><script>alert(1)</script>", "content_is_not_its_type", id="html"),
    pytest.param("图.svg", b"<svg onload='alert(1)'/>", "content_is_not_its_type", id="svg"),
    pytest.param("照片.png", picture("JPEG"), "content_is_not_its_type", id="jpeg-called-png"),
    pytest.param("照片.jpg", b"%PDF-1.7", "content_is_not_its_type", id="pdf-called-jpg"),
    pytest.param("照片.jpg", picture("JPEG")[:200], "broken_picture", id="half-a-picture"),
    pytest.param("程序.exe", b"MZ\x90\x00" + bytes(60), "type_not_taken", id="program"),
    pytest.param("程序.txt", b"MZ\x90\x00" + bytes(60), "type_not_taken", id="program-called-text"),
    pytest.param("压缩.zip", b"PK\x05\x06" + bytes(18), "type_not_taken", id="archive"),
    pytest.param("无名", b"\x00\x01\x02\x03", "type_not_taken", id="bytes"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED)
async def test_what_a_file_is_not_or_is_not_taken_is_refused(as_, way, name, content, code):
    request = await way.recorded()
    refused(await attach(as_, "wang", request, name, content, "image/png"), 415, code)
    assert (await as_("wang").get(f"/requests/{request['id']}/attachments")).json()["items"] == []


async def test_a_picture_that_unpacks_to_fill_the_memory_is_refused(as_, way):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    request = await way.recorded()
    refused(await attach(as_, "wang", request, "bomb.png", bomb.getvalue()), 415, "too_many_pixels")


async def test_a_picture_is_kept_without_the_place_where_it_was_taken(as_, way):
    exif = Image.Exif()
    exif[Base.Artist] = "Wang Jianguo"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (29.0, 24.0, 11.0)
    taken = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(taken, "JPEG", exif=exif)
    request = await way.recorded()
    file = (await attach(as_, "wang", request, "现场.jpg", taken.getvalue())).json()
    got = await as_("sun").get(f"/requests/{request['id']}/attachments/{file['id']}/content")
    with Image.open(io.BytesIO(got.content)) as picture:
        assert (picture.size, dict(picture.getexif())) == ((40, 30), {})
    again = (await attach(as_, "wang", request, "现场.jpg", taken.getvalue())).json()
    assert again["id"] == file["id"], "encoded anew, it is still the same file"


async def test_an_empty_file_is_refused(as_, way):
    request = await way.recorded()
    refused(await attach(as_, "wang", request, "说明.txt", b""), 422, "empty_file")
    assert (await as_("wang").get(f"/requests/{request['id']}/attachments")).json()["items"] == []


async def test_a_file_has_a_size_limit(as_, way, app):
    app.state.settings = app.state.settings.model_copy(update={"max_attachment_bytes": 100})
    request = await way.recorded()
    refused(await attach(as_, "wang", request, "a.txt", b"x" * 101), 413, "file_too_large")
    assert (await attach(as_, "wang", request, "a.txt", b"x" * 100)).status_code == 201


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\wang\\说明.txt", "说明.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("说明", "说明.txt"),
        (" . ", "附件.txt"),
        ("a*b<c>|d?.txt", "a_b_c__d_.txt"),
        ("长" * 300 + ".txt", "长" * 120 + ".txt"),
    ],
)
async def test_a_name_is_only_a_name(as_, way, name, kept):
    request = await way.recorded()
    attached = await attach(as_, "wang", request, name, b"text")
    assert attached.status_code == 201, attached.text
    assert attached.json()["name"] == kept


async def test_a_file_of_a_confidential_request_has_no_name_that_tells(as_, way):
    request = await way.recorded(confidentiality="confidential")
    attached = [
        await attach(as_, "wang", request, "样例饲料王小麦.csv", text) for text in (b"a,b", b"c", b"a,b")
    ]
    names = [response.json()["name"] for response in attached]
    assert names[0] == f"附件-{hashlib.sha256(b'a,b').hexdigest()[:8]}.csv"
    assert names[0] == names[2] != names[1]
    assert attached[0].json()["id"] == attached[2].json()["id"]


async def test_the_same_file_sent_again_is_the_one_that_is_here(as_, way, settings):
    request = await way.recorded()
    first = await attach(as_, "wang", request, "a.txt", b"text")
    again = await attach(as_, "chen", request, "a.txt", b"text")
    assert first.json() == again.json()
    kept = (settings.data / "files" / "attachments").iterdir()
    assert sum(path.name == first.json()["id"] for path in kept) == 1
    events = (await as_("sun").get(f"/requests/{request['id']}/timeline")).json()["items"]
    assert [event["type"] for event in events].count("request.attached") == 1


def kept(settings):
    return {path.name for path in (settings.data / "files").glob("attachments/*")}


async def test_under_its_key_the_first_answer_is_given_again_byte_for_byte(as_, way, settings):
    request = await way.recorded()
    first = await attach(as_, "wang", request, "a.txt", b"text", key="7")
    assert first.status_code == 201
    before = kept(settings)
    again = await attach(as_, "wang", request, "a.txt", b"text", key="7")
    assert (again.status_code, again.content) == (201, first.content)
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert kept(settings) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", b"other"), ("b.txt", b"text"), ("a.exe", b"MZ")],
    ids=["content", "name", "what-would-be-refused"],
)
async def test_another_file_under_a_used_key_is_refused(as_, way, settings, name, content):
    request = await way.recorded()
    await attach(as_, "wang", request, "a.txt", b"text", key="7")
    before = kept(settings)
    other = await attach(as_, "wang", request, name, content, key="7")
    refused(other, 422, "idempotency_key_reused")
    assert kept(settings) == before


async def test_calls_at_once_under_one_key_attach_once(as_, way, settings):
    request = await way.recorded()
    before = kept(settings)
    calls = (attach(as_, "wang", request, "a.txt", b"text", key="7") for _ in range(6))
    answers = await asyncio.gather(*calls)
    made = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.content for answer in made}) == 1
    for answer in answers:
        if answer not in made:
            refused(answer, 409, "first_call_running")
    path = f"/requests/{request['id']}/attachments"
    [file] = (await as_("wang").get(path)).json()["items"]
    assert kept(settings) - before == {file["id"]}


async def test_a_file_is_seen_by_who_sees_the_request(as_, way):
    request = await way.recorded(confidentiality="confidential")
    file = (await attach(as_, "wang", request, "a.txt", b"text")).json()
    path = f"/requests/{request['id']}/attachments"
    for person, status in (("sun", 200), ("chen", 200), ("liu", 404), ("zhao", 404), ("qin", 404)):
        assert (await as_(person).get(path)).status_code == status
        assert (await as_(person).get(f"{path}/{file['id']}/content")).status_code == status
    for person in ("liu", "zhao"):
        assert (await attach(as_, person, request, "b.txt", b"text")).status_code == 404


async def test_a_file_of_another_request_is_not_found_here(as_, way):
    mine, other = await way.recorded(), await way.recorded()
    file = (await attach(as_, "wang", mine, "a.txt", b"text")).json()
    path = f"/requests/{other['id']}/attachments/{file['id']}/content"
    assert (await as_("wang").get(path)).status_code == 404


async def test_the_evidence_of_a_result_is_seen_with_the_result(as_, way):
    request = await way.up_to("sign")
    file = (await attach(as_, "zhou", request, "送电单.jpg", picture("JPEG"))).json()
    said = {"kind": "solved", "text": "已送电。", "attachment_ids": [file["id"]]}
    await way.did("zhou", f"/{request['id']}/submit-result", said)
    path = f"/requests/{request['id']}/attachments"
    assert (await as_("wang").get(path)).json()["items"] == []
    assert (await as_("wang").get(f"{path}/{file['id']}/content")).status_code == 404
    assert (await as_("wu").get(path)).json()["items"][0]["result_id"] is not None
    await way.did("wu", f"/{request['id']}/approve-result", {})
    await way.did("sun", f"/{request['id']}/approve-result", {})
    assert [item["id"] for item in (await as_("wang").get(path)).json()["items"]] == [file["id"]]


async def test_only_files_of_the_request_prove_its_result(as_, way):
    request, other = await way.up_to("sign"), await way.up_to("sign")
    file = (await attach(as_, "zhou", other, "a.txt", b"text")).json()
    said = {"kind": "solved", "text": "已送电。", "attachment_ids": [file["id"]]}
    response = await as_("zhou").post(f"/requests/{request['id']}/submit-result", json=said)
    refused(response, 422, "unknown_attachment")


async def test_nothing_is_kept_of_a_file_that_was_not_entered(as_, way, settings, monkeypatch):
    puts, deleted = [], []
    put, delete = DirectoryStorage.put, DirectoryStorage.delete

    async def watched_put(self, key, content):
        puts.append(key)
        await put(self, key, content)

    async def watched_delete(self, key):
        deleted.append(key)
        await delete(self, key)

    monkeypatch.setattr(DirectoryStorage, "put", watched_put)
    monkeypatch.setattr(DirectoryStorage, "delete", watched_delete)
    request = await way.recorded()
    response = await attach(as_, "yang", request, "a.txt", b"text")
    assert response.status_code == 201
    first = await attach(as_, "wang", request, "a.txt", b"text")
    assert first.json()["id"] == response.json()["id"]
    assert len(puts) == 2
    assert deleted == [puts[1]]
