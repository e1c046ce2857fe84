"""Chinese names as they are sorted and searched; the database itself knows no Chinese order."""

from service.kit.search import fold


def sort_key(name: str) -> str:
    """The name in pinyin without tones, a space between characters: 荣昌 becomes `rong chang`."""
    from pypinyin import lazy_pinyin  # its table takes 50 MB, and most processes never name a unit

    return " ".join(lazy_pinyin(fold(name)))


def search_name(name: str) -> str:
    """The name without widths, cases and spaces: `荣昌（重庆）ABC` becomes `荣昌(重庆)abc`."""
    return fold(name).replace(" ", "")
