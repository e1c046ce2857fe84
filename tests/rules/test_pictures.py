"""A picture tells nothing but the picture."""

import io

import pytest
from PIL import Image, ImageCms, ImageSequence
from PIL.ExifTags import GPS, IFD, Base
from PIL.PngImagePlugin import PngInfo

from service.requests.rules.files import FileRefused
from service.requests.rules.pictures import FORMATS, cleaned

SECRET = "渝州铸造 Wang".encode()
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>' + SECRET + b"</dc:creator></x:xmpmeta>"
each_kind = pytest.mark.parametrize("media_type", FORMATS)


def scene(mode: str = "RGB") -> Image.Image:
    """Something with a left and a right, an up and a down."""
    gradient = Image.linear_gradient("L").resize((60, 40))
    return Image.merge("RGB", (gradient, gradient.rotate(180), Image.new("L", (60, 40), 90))).convert(mode)


def telling(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Artist] = exif[Base.Make] = SECRET.decode()
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (29.0, 24.0, 11.0)
    return exif


def saved(media_type: str, picture: Image.Image | None = None, **said) -> bytes:
    out = io.BytesIO()
    (picture or scene()).save(out, FORMATS[media_type], **said)
    return out.getvalue()


def telling_file(media_type: str) -> bytes:
    """A picture with everything that its kind can tell, and something behind its end."""
    texts = PngInfo()
    texts.add_text("Author", SECRET.decode("latin-1"))
    texts.add_itxt("Comment", SECRET.decode(), zip=False)
    said = {
        "image/jpeg": {"exif": telling(), "xmp": XMP, "comment": SECRET, "quality": 90},
        "image/png": {"exif": telling(), "pnginfo": texts},
        "image/gif": {"comment": SECRET},
        "image/webp": {"exif": telling(), "xmp": XMP},
    }[media_type]
    return saved(media_type, **said) + SECRET


@each_kind
def test_nothing_but_the_picture_is_left(media_type: str) -> None:
    told = telling_file(media_type)
    assert SECRET in told
    kept = cleaned(told, media_type)
    assert SECRET not in kept
    assert b"xmpmeta" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.format == FORMATS[media_type]
        assert dict(picture.getexif()) == {}
        assert not {"comment", "Author", "Comment", "xmp", "exif", "icc_profile"} & picture.info.keys()


def difference(one: bytes, other: bytes) -> int:
    """The greatest difference of a pixel between two pictures, 0 to 255."""
    with Image.open(io.BytesIO(one)) as a, Image.open(io.BytesIO(other)) as b:
        pairs = zip(a.convert("RGB").tobytes(), b.convert("RGB").tobytes(), strict=True)
        return max(abs(x - y) for x, y in pairs)


@each_kind
def test_the_picture_itself_stays_as_it_was(media_type: str) -> None:
    told = telling_file(media_type)
    assert difference(told, cleaned(told, media_type)) <= {"image/webp": 24, "image/jpeg": 3}.get(
        media_type, 0
    )


def test_a_jpeg_does_not_grow_and_is_the_same_each_time() -> None:
    told = telling_file("image/jpeg")
    assert len(cleaned(told, "image/jpeg")) < len(told)
    assert cleaned(told, "image/jpeg") == cleaned(told, "image/jpeg")


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_which_side_is_up_is_all_that_is_left_of_exif(media_type: str) -> None:
    kept = cleaned(saved(media_type, exif=telling(orientation=6)), media_type)
    with Image.open(io.BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {Base.Orientation: 6}


@pytest.mark.parametrize("media_type", ["image/gif", "image/webp", "image/png"])
def test_a_moving_picture_still_moves(media_type: str) -> None:
    frames = [scene(), scene().rotate(180), Image.new("RGB", (60, 40), "red")]
    told = saved(
        media_type, frames[0], save_all=True, append_images=frames[1:], duration=[100, 200, 300], loop=0
    )
    with Image.open(io.BytesIO(cleaned(told, media_type))) as picture:
        assert [frame.load() and frame.info["duration"] for frame in ImageSequence.Iterator(picture)] == [
            100,
            200,
            300,
        ]
        assert picture.info["loop"] == 0


def test_what_is_seen_through_stays_so() -> None:
    glass = Image.new("RGBA", (8, 8), (10, 200, 30, 100))
    for media_type in ("image/png", "image/webp"):
        with Image.open(io.BytesIO(cleaned(saved(media_type, glass), media_type))) as picture:
            assert picture.convert("RGBA").getpixel((4, 4))[3] == 100


def test_a_colour_profile_is_applied_and_dropped() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, lab, b"no profile at all"):
        for media_type in ("image/jpeg", "image/png", "image/webp"):
            kept = cleaned(saved(media_type, icc_profile=profile), media_type)
            with Image.open(io.BytesIO(kept)) as picture:
                assert "icc_profile" not in picture.info


def test_the_second_picture_in_one_file_is_dropped() -> None:
    out = io.BytesIO()
    scene().save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")])
    kept = cleaned(out.getvalue(), "image/jpeg")
    with Image.open(io.BytesIO(kept)) as picture:
        assert (picture.format, getattr(picture, "n_frames", 1)) == ("JPEG", 1)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode: str) -> None:
    picture = scene("L").convert("I;16") if mode == "I;16" else scene(mode)
    kept = cleaned(saved("image/png", picture), "image/png")
    with Image.open(io.BytesIO(kept)) as again:
        assert again.mode == picture.mode
        assert again.tobytes() == picture.tobytes()


def test_a_cmyk_jpeg_is_taken() -> None:
    told = saved("image/jpeg", scene("CMYK"))
    assert difference(told, cleaned(told, "image/jpeg")) <= 3


BOMBS = {
    "large": (saved("image/png", Image.new("1", (20_000, 20_000))), "image/png"),
    "many": (
        saved(
            "image/gif",
            Image.new("1", (3_000, 3_000)),
            save_all=True,
            append_images=[Image.new("1", (3_000, 3_000), n % 2) for n in range(1, 9)],
        ),
        "image/gif",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_fill_the_memory_is_refused(bomb: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        cleaned(*BOMBS[bomb])
    assert refusal.value.code == "too_many_pixels"


@each_kind
def test_a_broken_picture_is_refused(media_type: str) -> None:
    whole = saved(media_type)
    for broken in (whole[:-60], whole[:20], whole[:12] + bytes(200)):
        with pytest.raises(FileRefused) as refusal:
            cleaned(broken, media_type)
        assert refusal.value.code == "broken_picture"
