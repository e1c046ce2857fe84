"""The page of the OpenAPI document is whole in a closed network."""

import re

import httpx

SOURCES = {"'none'", "'self'", "'unsafe-inline'", "data:"}


async def test_the_page_names_no_other_host_and_all_its_parts_are_answered(api: httpx.AsyncClient) -> None:
    page = await api.get("/docs")
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "//" not in page.text
    parts = re.findall(r'(?:src|href)="(?!data:)([^"]+)"', page.text)
    assert parts == ["docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "docs/start.js"]
    for part in parts:
        answer = await api.get(str(page.url.join(part)))
        assert answer.status_code == 200, part
        assert answer.headers["content-type"].partition(";")[0] in {"text/css", "text/javascript"}
        assert len(answer.content) > 50


async def test_a_browser_is_told_to_ask_nobody_else(api: httpx.AsyncClient) -> None:
    policy = (await api.get("/docs")).headers["content-security-policy"]
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert {source for sources in directives.values() for source in sources.split()} <= SOURCES


async def test_it_starts_with_the_document_and_asks_no_service_what_that_thinks_of_it(
    api: httpx.AsyncClient,
) -> None:
    start = (await api.get("/docs/start.js")).text
    named = re.search(r'url: "([^"]+)"', start)
    assert named is not None
    document = await api.get(str(httpx.URL("http://servicedesk.test/docs").join(named[1])))
    assert document.json()["openapi"].startswith("3.1")
    assert "validatorUrl: null" in start
