"""The log: one line a happening, and nobody's data in it."""

import json
import logging
from collections.abc import Iterator

import pytest

from service.kit import logs


@pytest.fixture
def log_of_this_test(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Puts the log back as it was found."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(False)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.usefixtures("log_of_this_test")
class TestLog:
    def test_a_line_is_json_with_its_time_process_and_request(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        logs.configure("api-1", "json")
        logging.getLogger("servicedesk.http").info("answered", extra={"request_id": "7", "status": 200})
        (line,) = lines(capsys)
        assert str(line.pop("time")).endswith("+00:00")
        assert line == {
            "level": "INFO",
            "logger": "servicedesk.http",
            "message": "answered",
            "process": "api-1",
            "request_id": "7",
            "status": 200,
        }

    def test_an_exception_leaves_its_kind_and_place_and_not_what_it_quotes(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        logs.configure("worker", "json")
        try:
            try:
                raise KeyError("Wang Fang")
            except KeyError as error:
                raise ValueError("13800138000") from error
        except ValueError:
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
        (line,) = lines(capsys)
        assert "builtins.ValueError at " in str(line["exception"])
        assert "builtins.KeyError at " in str(line["exception"])
        assert __file__ in str(line["exception"])
        assert "Wang Fang" not in str(line)
        assert "13800138000" not in str(line)

    def test_of_others_lines_the_extras_and_the_rest_of_the_message_are_dropped(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        logs.configure("worker", "json")
        logging.getLogger("asyncio").error(
            "never retrieved\nfuture: ValueError('Wang Fang')", extra={"job": "Wang Fang"}
        )
        (line,) = lines(capsys)
        assert line["message"] == "never retrieved"
        assert "Wang Fang" not in str(line)

    def test_text_for_people_is_one_line_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        logs.configure("supervisor", "text")
        logging.getLogger("service.x").warning("ended", extra={"code": 1})
        assert capsys.readouterr().err.endswith(" WARNING supervisor: ended code=1\n")
