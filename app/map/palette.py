"""The colours of a picture as CSS, in literal values that programs other than browsers read, too."""

import colorsys
from collections.abc import Iterator

from ingest.values import Value

FIELD_COLOURS = 10
_HUES = (210, 28, 150, 328, 52, 184, 272, 95, 2, 238)


class _Palette(Value):
    """One theme: colours by their use, and lightness and saturation (0–1) of the fields' fills and strips."""

    band: str
    head: str
    ink: str
    line: str
    faint: str
    lit: str
    card: str
    border: str
    fill: tuple[float, float]
    strip: tuple[float, float]
    states: tuple[tuple[str, str, str], ...]


_LIGHT = _Palette(
    band="#f4f2ec",
    head="#5b636d",
    ink="#22262b",
    line="#8a939d",
    faint="#cfd3d6",
    lit="#2b5c8f",
    card="#ffffff",
    border="#c3c7c9",
    fill=(0.945, 0.55),
    strip=(0.56, 0.5),
    states=(
        ("known", "#dff1e6", "#1c7548"),
        ("review", "#fbe3df", "#a93a2c"),
        ("next", "#cfe0f2", "#2b5c8f"),
        ("ready", "#eef4fa", "#2b5c8f"),
        ("locked", "#f8f7f4", "#b9bdbf"),
    ),
)
_DARK = _Palette(
    band="#1c1f23",
    head="#a3aab2",
    ink="#e4e5e3",
    line="#7b858f",
    faint="#3a4148",
    lit="#93bde6",
    card="#22262b",
    border="#4a5159",
    fill=(0.19, 0.28),
    strip=(0.58, 0.42),
    states=(
        ("known", "#1b3326", "#7fcf9f"),
        ("review", "#3d2320", "#f0998b"),
        ("next", "#294a6b", "#93bde6"),
        ("ready", "#1d2a37", "#93bde6"),
        ("locked", "#1b1e21", "#4a5159"),
    ),
)
_SHAPES = """
.map { font-family: system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
.map .head { font-size: 15px; font-weight: 650; stroke-width: 7; stroke-linejoin: round; paint-order: stroke; pointer-events: none; }
.map .name { font-size: 12.5px; }
.map .sign { font-size: 11px; font-weight: 700; }
.map .box { stroke-width: 1; }
.map .line { fill: none; stroke-width: 1.15; }
.map .stage .line { stroke-dasharray: 2 4; }
.map .hit { fill: none; stroke: transparent; stroke-width: 9; }
.map .next .box { stroke-width: 2; }
.map .review .box { stroke-width: 2; }
.map .by-state .locked .box { stroke-dasharray: 4 3; }
.map .guest .box { stroke-dasharray: 4 3; }
.map .by-state .strip { display: none; }
.map .guest .strip { display: none; }
"""


def for_page() -> str:
    """For a picture in a page whose root says which theme is on."""
    return f"{_SHAPES}{_rules(_LIGHT, '')}{_rules(_DARK, ':root[data-theme=dark] ')}"


def for_file() -> str:
    """For a picture on its own, which follows the system."""
    dark = _rules(_DARK, "")
    return f"{_SHAPES}{_rules(_LIGHT, '')}@media (prefers-color-scheme: dark) {{\nsvg {{ background: #16181b; }}\n{dark}}}\n"


def _rules(palette: _Palette, root: str) -> str:
    return "".join(f"{root}.map {selector} {{ {rule} }}\n" for selector, rule in _pairs(palette))


def _pairs(palette: _Palette) -> Iterator[tuple[str, str]]:
    yield ".band", f"fill: {palette.band}"
    yield ".head", f"fill: {palette.head}; stroke: {palette.band}"
    yield ".name", f"fill: {palette.ink}"
    yield ".sign", f"fill: {palette.card}"
    yield ".line", f"stroke: {palette.line}"
    yield ".far .line", f"stroke: {palette.faint}"
    yield ".tip", f"fill: {palette.line}"
    yield ".box", f"fill: {palette.card}; stroke: {palette.border}"
    for number, hue in enumerate(_HUES):
        yield f".f{number} .strip", f"fill: {_hex(hue, palette.strip)}"
        yield f".by-field .f{number} .box", f"fill: {_hex(hue, palette.fill)}"
    for state, fill, stroke in palette.states:
        yield f".by-state .{state} .box", f"fill: {fill}; stroke: {stroke}"
        yield f".{state} .badge", f"fill: {stroke}"
    yield ".by-field .guest .box", f"fill: {palette.card}"
    yield ".lit .line", f"stroke: {palette.lit}; stroke-width: 2.2"
    for which in (":focus-visible", ".chosen"):  # the class twice: stronger than the rules above
        yield f".topic.topic{which} .box", f"stroke: {palette.lit}; stroke-width: 2.5; stroke-dasharray: none"


def _hex(hue: int, tone: tuple[float, float]) -> str:
    lightness, saturation = tone
    red, green, blue = colorsys.hls_to_rgb(hue / 360, lightness, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
