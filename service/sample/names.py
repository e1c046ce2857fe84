"""Invented names: taken from no list of people or firms, and the n-th is the same at each run."""

from math import prod

SURNAMES = "陈李王张刘杨黄吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余杜"
GIVEN_FIRST = "知书文景明思若清子嘉宁安怀承远立修语静亦"
GIVEN_SECOND = "禾舟川岚序言楠彤帆宜晴朗泽松棠初和微澄霖"
TRADE_FIRST = "青丹云星北南松竹兰棠溪岭鹤鹿麦荷晨晓润铭"
TRADE_SECOND = "禾舟岚序汀岑野渡原屿泊庐栈源和泽森桥峰川"

_STRIDE = 9973  # a prime, so that the walk visits every combination once


def person(number: int) -> str:
    """The name of the n-th person: surname and two characters, different for the first 16,000."""
    return _scattered(number, SURNAMES, GIVEN_FIRST, GIVEN_SECOND)


def trade_name(number: int) -> str:
    """The two characters by which the n-th firm calls itself (字号), different for the first 400."""
    return _scattered(number, TRADE_FIRST, TRADE_SECOND)


def telephone(number: int) -> str:
    """The n-th telephone number. No subscriber number begins with 0, so nobody is ever called there."""
    return f"023-{number:08d}"


def _scattered(number: int, *alphabets: str) -> str:
    """The n-th of all combinations of one character each, in an order without visible pattern."""
    place = number * _STRIDE % prod(map(len, alphabets))
    characters = []
    for alphabet in reversed(alphabets):
        place, here = divmod(place, len(alphabet))
        characters.append(alphabet[here])
    return "".join(reversed(characters))
