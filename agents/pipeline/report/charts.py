"""Distributions as inline SVG: numbers in, markup out.

Colours are classes that the report's style sheet knows, so that both themes and print work; every
bar has its figure as a title, and the whole picture a sentence for those who do not see it.
"""

from collections.abc import Sequence

from markupsafe import Markup, escape

WIDTH, HEIGHT, FOOT, HEAD = 640, 216, 28, 26
GAP = 3.0


def histogram(
    bars: Sequence[int],
    label: str,
    *,
    unit: str,
    scale: int = 100,
    classes: Sequence[str] = (),
    ghost: Sequence[int] = (),
    ticks: Sequence[int] = (0, 25, 50, 75, 100),
) -> Markup:
    """Returns a picture of a distribution over 0–`scale`.

    `classes` give each bar's colour; `ghost` is a second distribution behind the first.
    """
    most = max([1, *bars, *ghost])
    step = WIDTH / max(1, len(bars))
    drawn = [_bar(n, count, most, step, "ghost", "") for n, count in enumerate(ghost)]
    for number, count in enumerate(bars):
        low, high = (round(edge * scale / len(bars)) for edge in (number, number + 1))
        told = f"{low}–{high} {unit}: {count:,}"
        kind = classes[number] if classes else "main"
        drawn.append(_bar(number, count, most, step, kind, told))
    body = "".join(drawn) + _axis(ticks, scale) + _peak(bars, most, step)
    return Markup(  # noqa: S704  # every text in it was escaped above
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" '
        f'class="chart">{body}</svg>'
    )


def _bar(number: int, count: int, most: int, step: float, kind: str, told: str) -> str:
    if not count:
        return ""
    room = HEIGHT - FOOT - HEAD
    height = max(2.0, room * count / most)
    inset = 0.0 if kind == "ghost" else GAP
    title = f"<title>{escape(told)}</title>" if told else ""
    return (
        f'<rect class="{escape(kind)}" x="{number * step + inset / 2:.1f}" '
        f'y="{HEIGHT - FOOT - height:.1f}" width="{step - inset:.1f}" height="{height:.1f}" '
        f'rx="2">{title}</rect>'
    )


def _axis(ticks: Sequence[int], scale: int) -> str:
    base = HEIGHT - FOOT
    found = [f'<line class="axis" x1="0" x2="{WIDTH}" y1="{base}" y2="{base}"/>']
    for tick in ticks:
        x = WIDTH * tick / scale
        anchor = "start" if tick == 0 else "end" if tick == scale else "middle"
        found.append(
            f'<text class="tick" x="{x:.0f}" y="{base + 22}" text-anchor="{anchor}">{tick}</text>'
        )
    return "".join(found)


def _peak(bars: Sequence[int], most: int, step: float) -> str:
    """The figure of the highest bar, which gives the picture its scale."""
    if not any(bars):
        return ""
    top = max(range(len(bars)), key=lambda n: bars[n])
    y = HEIGHT - FOOT - max(2.0, (HEIGHT - FOOT - HEAD) * bars[top] / most) - 5
    middle = min(max((top + 0.5) * step, 24), WIDTH - 24)
    return (
        f'<text class="peak" x="{middle:.0f}" y="{y:.0f}" text-anchor="middle">{bars[top]:,}</text>'
    )
