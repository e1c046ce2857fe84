"""Pictures without what they tell beside the picture: where, when, by whom and with what they were taken."""

import io
from typing import Any

from PIL import Image, ImageCms, ImageSequence
from PIL.ExifTags import Base

from service.requests.rules.files import FileRefused

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
#: All frames together. More is no photograph but an attempt to fill the memory.
MOST_PIXELS = 64_000_000

#: What a picture cannot be shown without; everything else beside the pixels is dropped.
_SHOWN_BY = ("background", "blend", "default_image", "disposal", "duration", "loop", "transparency")
_AS_STORED = 1

Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # for frames that are larger than the picture says


def cleaned(content: bytes, media_type: str) -> bytes:
    """The same picture, encoded anew without EXIF, XMP, IPTC, comments, texts, colour profile, preview or
    anything behind its end; which side is up is kept. A JPEG keeps its own quality.

    Takes up to a second and some hundred megabytes: run few at once, in threads.

    Raises:
        FileRefused: the picture is broken, or has too many pixels.
    """
    try:
        return _encoded(content, media_type)
    except FileRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many() from error
    except Exception as error:  # decoders stumble over broken input in every way there is
        raise FileRefused(
            "broken_picture",
            "图片无法打开，可能已损坏；请重新拍摄或导出。",
            "The picture cannot be opened; it is broken. Please take or export it anew.",
        ) from error


def _encoded(content: bytes, media_type: str) -> bytes:
    kind = FORMATS[media_type]
    with Image.open(io.BytesIO(content), formats=[kind]) as opened:
        frames = 1 if kind == "JPEG" else getattr(opened, "n_frames", 1)
        if opened.width * opened.height * frames > MOST_PIXELS:
            raise _too_many()
        options: dict[str, Any] = {"save_all": True} if frames > 1 else {}
        if (up := opened.getexif().get(Base.Orientation, _AS_STORED)) != _AS_STORED:
            options["exif"] = Image.Exif()
            options["exif"][Base.Orientation] = up
        opened.load()
        picture = _in_plain_colours(opened) if frames == 1 else opened
        match kind:
            case "JPEG":
                if picture is opened:
                    opened.format = "JPEG"  # two pictures in one file are called MPO, and are JPEG
                options["quality"] = "keep" if picture is opened else 95
                options["progressive"] = "progression" in opened.info
            case "PNG":
                options["compress_level"] = 3  # as small as the default in a third of the time
            case "WEBP":
                options |= {"quality": 95, "method": 2}
                if frames > 1:
                    options["duration"] = [
                        frame.load() and frame.info["duration"] for frame in ImageSequence.Iterator(opened)
                    ]
        picture.info = {name: value for name, value in opened.info.items() if name in _SHOWN_BY}
        out = io.BytesIO()
        picture.save(out, kind, **options)
    return out.getvalue()


def _in_plain_colours(picture: Image.Image) -> Image.Image:
    """The picture in sRGB, so that it looks right without its profile, which names a camera or a screen."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    try:
        own = ImageCms.getOpenProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(own):
            return picture
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        plain = ImageCms.profileToProfile(picture, own, ImageCms.createProfile("sRGB"), outputMode=mode)
    except ImageCms.PyCMSError:  # the profile is not one of this kind of picture
        return picture
    return plain or picture


def _too_many() -> FileRefused:
    return FileRefused(
        "too_many_pixels",
        f"图片不能超过{MOST_PIXELS // 10_000}万像素（动图为各帧之和），请缩小后再上传。",
        f"A picture has at most {MOST_PIXELS // 1_000_000} million pixels, all frames together; "
        "please make it smaller.",
    )
