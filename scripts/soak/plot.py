"""The figures of a soak as an SVG picture: memory, handles and threads, latency over time, events below."""

from __future__ import annotations

import csv
import math

WIDTH, PANEL, LEFT, GAP = 960, 150, 70, 34


def _ticks(most: float) -> list[float]:
    step = 10 ** math.floor(math.log10(max(most, 1e-9)))
    for part in (0.2, 0.5, 1, 2):
        if most / (step * part) <= 5:
            step *= part
            break
    return [i * step for i in range(int(most / step + 1.0001))]


def _line(points: list[tuple[float, float]], colour: str) -> str:
    text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.2" points="{text}"/>'


def svg(path: str) -> str:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    seconds = [float(row["second"]) for row in rows]
    last = seconds[-1]
    panels: list[tuple[str, list[tuple[str, str, str, float]]]] = [
        ("resident memory, MB", [("memory_kb", "#1f5fa8", "memory", 1 / 1000)]),
        ("file handles, threads", [("handles", "#1f5fa8", "handles", 1), ("threads", "#b4540a", "threads", 1)]),
        ("latency, ms (logarithmic)", [("latency_most_ms", "#b4540a", "most in the second", 1),
                                       ("latency_median_ms", "#1f5fa8", "median", 1)]),
    ]
    height = len(panels) * (PANEL + GAP) + 60
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
           f'font-size="12"><rect width="100%" height="100%" fill="white"/>']

    def x_of(second: float) -> float:
        return LEFT + second / last * (WIDTH - LEFT - 20)

    top = 24.0
    for title, lines in panels:
        logarithmic = "logarithmic" in title
        values = {name: [float(row[name]) * factor for row in rows] for name, _, _, factor in lines}
        most = max(max(v) for v in values.values()) or 1
        ticks = [10.0 ** e for e in range(0, math.ceil(math.log10(most)) + 1)] if logarithmic else _ticks(most * 1.05)

        def y_of(value: float) -> float:
            part = math.log10(max(value, 1)) / math.log10(ticks[-1]) if logarithmic else value / (most * 1.1)
            return top + PANEL - part * PANEL

        out.append(f'<text x="{LEFT}" y="{top - 6:.0f}" font-weight="bold">{title}</text>')
        for tick in ticks:
            y = y_of(tick)
            out.append(f'<line x1="{LEFT}" x2="{WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
                       f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
        legend = WIDTH - 20.0
        for name, colour, label, _ in lines:
            points = [(x_of(s), y_of(v)) for s, v in zip(seconds, values[name]) if v > 0 or not logarithmic]
            out.append(_line(points, colour))
            out.append(f'<text x="{legend:.0f}" y="{top - 6:.0f}" text-anchor="end" fill="{colour}">{label}</text>')
            legend -= 10 + 7 * len(label)
        top += PANEL + GAP
    for row, second in zip(rows, seconds):
        if row["events"]:
            colour = "#c00" if "vanish" in row["events"] or "long" in row["events"] else "#888"
            out.append(f'<line x1="{x_of(second):.1f}" x2="{x_of(second):.1f}" y1="{top - 24:.0f}" y2="{top - 10:.0f}" '
                       f'stroke="{colour}"/>')
    out.append(f'<text x="{LEFT - 6}" y="{top - 12:.0f}" text-anchor="end">events</text>')
    for tick in _ticks(last / 60):
        out.append(f'<text x="{x_of(tick * 60):.0f}" y="{top + 8:.0f}" text-anchor="middle">{tick:g} min</text>')
    out.append("</svg>")
    return "\n".join(out)
