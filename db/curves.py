"""The format of stored series: the points that one transaction brought to one series, as bytes.

Three columns one after another, by step: the steps as little-endian 64-bit integers, then the values, then the times
(seconds since the epoch), both as little-endian doubles. A row for each point took most of the time of logging.
"""

import struct
from collections.abc import Iterable

Points = dict[int, tuple[float, float]]
"""Of one series: {step: (value, seconds since the epoch)}."""
POINT_BYTES = 24


def encode(points: Points) -> bytes:
    """Points as bytes, by step."""
    ordered = sorted(points.items())
    values = [value for _step, (value, _at) in ordered]
    return _columns(len(ordered)).pack(*[step for step, _ in ordered], *values, *[at for _step, (_, at) in ordered])


def decode(data: bytes) -> Points:
    """What `encode` was given, by step. Raises ValueError for bytes that are no points."""
    n, rest = divmod(len(data), POINT_BYTES)
    if rest:
        raise ValueError(f"{len(data)} bytes are no points, which take {POINT_BYTES} bytes each")
    numbers = _columns(n).unpack(data)
    return dict(zip(numbers[:n], zip(numbers[n : 2 * n], numbers[2 * n :], strict=True), strict=True))


def merged(segments: Iterable[bytes]) -> Points:
    """Points of segments in the order in which they were brought: of two for one step the later one stands."""
    found: Points = {}
    for data in segments:
        found |= decode(data)
    return dict(sorted(found.items()))


def until(points: Points, step: int) -> Points:
    """The points up to and including a step."""
    return {at: point for at, point in points.items() if at <= step}


def _columns(n: int) -> struct.Struct:
    return struct.Struct(f"<{n}q{n}d{n}d")
