"""Who is answered in which language."""

from contextvars import copy_context

from service.kit.language import either, language, preferred, speak, speak_both


def test_chinese_unless_english_is_liked_better() -> None:
    assert preferred("") == "zh"
    assert preferred("en") == "en"
    assert preferred("en;q=0.5, zh-CN") == "zh"
    assert preferred("de, en;q=0.9, *;q=0.1") == "en"


def test_a_terminal_is_told_in_both_languages() -> None:
    terminal = copy_context()
    terminal.run(speak_both)
    assert terminal.run(either, "标题", "Title") == "标题 Title"
    assert terminal.run(either, "CSV", "CSV") == "CSV"
    assert terminal.run(language) == "zh"
    terminal.run(speak, "en")
    assert terminal.run(either, "标题", "Title") == "Title"
    assert either("标题", "Title") == "标题"
