"""Which files may be attached: decided by their content, never by what the sender says of it."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype

#: What is taken, with the extensions each may have; the first is given to a name that has none.
TAKEN: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "text/plain": ("txt", "csv", "md"),
}
LONGEST_NAME = 120

_FORBIDDEN = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True)
class FileRefused(Exception):
    """A file that is not taken, and why."""

    code: str
    zh: str
    en: str


def media_type(name: str, content: bytes) -> str:
    """What the content is, if it is taken and the name's extension is one of that type.

    Raises:
        FileRefused: the type is not taken, or the extension belongs to another one.
    """
    found = _sniffed(content)
    if found is None or found not in TAKEN:
        listed = "、".join(extension for extensions in TAKEN.values() for extension in extensions)
        raise FileRefused(
            "type_not_taken",
            f"不支持该类型的文件；可上传：{listed}。",
            f"Files of this type are not taken; taken are: {listed.replace('、', ', ')}.",
        )
    extension = _extension(name)
    if extension and extension not in TAKEN[found]:
        raise FileRefused(
            "content_is_not_its_type",
            f"文件内容与扩展名“.{extension}”不符。",
            f"The content does not fit the extension “.{extension}”.",
        )
    return found


def safe_name(name: str, media_type: str) -> str:
    """The name as it is kept and given back: no path, no control or direction characters, an extension."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in plain if unicodedata.category(c)[0] not in "CZ" or c == " ")
    cleaned = _FORBIDDEN.sub("_", visible).strip(" .")
    extension = _extension(cleaned) or TAKEN[media_type][0]
    stem = PurePosixPath(cleaned).stem if _extension(cleaned) else cleaned
    return f"{stem[:LONGEST_NAME].strip(' .') or '附件'}.{extension}"


def neutral_name(name: str, media_type: str, digest: bytes) -> str:
    """A name that tells nothing, where its own might name somebody: `附件-9f86d081.pdf`."""
    return f"附件-{digest.hex()[:8]}.{_extension(safe_name(name, media_type))}"


def _extension(name: str) -> str:
    return PurePosixPath(name.strip()).suffix.lower().removeprefix(".")


def _sniffed(content: bytes) -> str | None:
    kind = filetype.guess(content)
    if kind is not None:
        return str(kind.mime)
    return "text/plain" if _is_text(content) else None


def _is_text(content: bytes) -> bool:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(c in "\t\r\n\f" or unicodedata.category(c) != "Cc" for c in text)
    return False
