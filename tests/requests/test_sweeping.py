"""Stored files that no request knows are removed, and no other."""

import os
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from service.kit.storage import DirectoryStorage
from service.requests.jobs import sweep


@pytest.fixture
def storage(app, tmp_path):
    app.state.storage = DirectoryStorage(tmp_path)
    return app.state.storage


@pytest.fixture
def kept(storage, clock):
    """The names of stored files; `kept(age=…)` first makes them so old."""

    def names(age: timedelta | None = None) -> set[str]:
        paths = list(storage.root.glob("attachments/*"))
        for path in paths if age is not None else ():
            written = (clock.now() - age).timestamp()
            os.utime(path, (written, written))
        return {path.name for path in paths}

    return names


async def attached(as_, request):
    files = {"file": ("a.txt", b"text")}
    response = await as_("wang").post(f"/requests/{request['id']}/attachments", files=files)
    assert response.status_code == 201, response.text
    return response.json()["id"]


async def test_what_an_upload_left_that_died_is_removed_after_a_day(as_, way, database, storage, clock, kept):
    known = await attached(as_, await way.recorded())
    orphan, half_written = str(uuid4()), f"{uuid4()}-part"
    for name in (orphan, half_written):
        await storage.put(f"attachments/{name}", b"left")
    kept(age=timedelta(hours=23))
    await sweep(database, storage, clock.now())
    assert kept() == {known, orphan, half_written}, "they might still be entered"
    kept(age=timedelta(hours=25))
    await sweep(database, storage, clock.now())
    assert kept() == {known}


async def test_many_files_are_looked_through(as_, way, database, storage, clock, kept, monkeypatch):
    monkeypatch.setattr("service.requests.jobs._AT_ONCE", 2)
    known = {await attached(as_, await way.recorded()) for _ in range(3)}
    for _ in range(4):
        await storage.put(f"attachments/{uuid4()}", b"left")
    kept(age=timedelta(days=2))
    await sweep(database, storage, clock.now())
    assert kept() == known


async def test_an_upload_that_goes_on_meanwhile_keeps_its_file(
    as_, way, database, storage, clock, kept, monkeypatch
):
    request = await way.recorded()
    put = DirectoryStorage.put

    async def put_and_sweep(self, key, content):
        await put(self, key, content)
        await sweep(
            database,
            storage,
            datetime.fromtimestamp(os.stat(self.root / key).st_mtime, tz=clock.now().tzinfo),
        )

    monkeypatch.setattr(DirectoryStorage, "put", put_and_sweep)
    assert kept() == set()
    known = await attached(as_, request)
    assert kept() == {known}
