"""What a notebook shows of results."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._fit import Fit
    from ._law import Law
    from ._plan import Plan


def number(value: float) -> str:
    """Four significant digits; "unknown" of what is not."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "\N{MINUS SIGN}\N{INFINITY}" if value < 0 else "\N{INFINITY}"
    return f"{value:.4g}"


def interval(ends: tuple[float, float], form: str = "{} to {}") -> str:
    return form.format(*map(number, ends)) if not all(map(math.isnan, ends)) else "unknown"


def table_html(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def _list(title: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    return f"<p><b>{title}</b></p><ul>{items}</ul>" if texts else ""


def _formula(law: Law) -> str:
    return "".join(f"<div><code>{html.escape(f'{name} = {text}')}</code></div>" for name, text in law._law.lines())


def law_html(law: Law) -> str:
    head = f"<p><b>{html.escape(law.label)}</b> {html.escape(law.title)}<br><small>{html.escape(law.cite)}</small></p>"
    values = law.params
    rows = [
        [
            each.name,
            number(values[each.name]) if values else "",
            "{:g} to {:g}".format(*each.range),
            each.unit,
            each.meaning,
        ]
        for each in law.coefficients
    ]
    return head + _formula(law) + table_html(["coefficient", "value", "range", "unit", "meaning"], rows)


def fit_html(fit: Fit) -> str:
    rows = [
        [name, number(value), number(error), interval(ends)]
        for (name, value), (error, ends) in zip(fit.params.items(), fit._intervals(0.95, None) if fit.usable else [])
    ]
    head = f"<p><b>{html.escape(fit._record.law.key)}</b> fitted to {fit.nobs} runs: {html.escape(fit.message)}</p>"
    parts = [head, _formula(fit.law)]
    if rows:
        parts.append(table_html(["coefficient", "value", "standard error", "95 % interval"], rows))
    parts += [_list("In doubt", fit.warnings), _list("Notes", fit.notes)]
    if fit.usable:
        parts.append(_svg(fit))
    return "".join(parts)


def _svg(fit: Fit) -> str:
    from . import _core
    from ._chart import Chart

    return f'<div style="max-width: 520px">{Chart(_core.fit_figure(fit._record)).svg(520)}</div>'


def plan_html(plan: Plan) -> str:
    text = html.escape(plan.summary().rstrip())
    return f"<pre>{text}</pre>" + _list("In doubt", plan.warnings) + _list("Notes", plan.notes)
