"""Bayes' theorem on a two-way table opened: joint, evidence, posterior, Bayes factor."""

from genmodels.kit.opened import Opened, Row, literal, number
from pages.nb.theorem.table import TwoWay


def joint(table: TwoWay, hypothesis: bool, seen: bool) -> Opened:
    """One area: P(H or not, E or not) = width times height."""
    row = _term(table, hypothesis, seen)
    h, e = _h(hypothesis), _e(seen)
    return Opened(
        f"P({_plain(hypothesis, 'H')}, {_plain(seen, 'E')})",
        rf"P({h}, {e}) = P({h}) \, P({e} \mid {h})",
        row.substitution,
        row.expression,
        row.value,
        note="The area: as wide as the prior, as high as the likelihood.",
    )


def evidence(table: TwoWay, seen: bool = True) -> Opened:
    """P(E), or P(not E): both areas together."""
    rows = (_term(table, True, seen), _term(table, False, seen))
    e = _e(seen)
    return Opened(
        f"P({_plain(seen, 'E')})",
        rf"P({e}) = P(H) \, P({e} \mid H) + P(\bar H) \, P({e} \mid \bar H)",
        " + ".join(row.substitution for row in rows),
        " + ".join(row.expression for row in rows),
        rows[0].value + rows[1].value,
        rows=_shared(rows),
    )


def posterior(table: TwoWay, seen: bool = True) -> Opened:
    """P(H | E), or P(H | not E): H's area over both; nan where the event can't happen."""
    rows = (_term(table, True, seen), _term(table, False, seen))
    e, value = _e(seen), table.posterior(seen)
    title = f"P(H | {_plain(seen, 'E')})"
    formula = rf"P(H \mid {e}) = \frac{{P(H) \, P({e} \mid H)}}{{P({e})}}"
    if value is None:
        note = "The event has probability 0: there is nothing to condition on."
        return Opened(title, formula, r"\frac{0}{0}", "inf - inf", float("nan"), note=note)
    both = " + ".join(row.substitution for row in rows)
    return Opened(
        title,
        formula,
        rf"\frac{{{rows[0].substitution}}}{{{both}}}",
        f"({rows[0].expression}) / ({' + '.join(row.expression for row in rows)})",
        value,
        rows=_shared(rows),
    )


def bayes_factor(table: TwoWay) -> Opened:
    """P(E | H) / P(E | not H), what E multiplies the odds by."""
    t, f = table.if_true, table.if_false
    title, formula = "Bayes factor", r"\frac{P(E \mid H)}{P(E \mid \bar H)}"
    shown = rf"\frac{{{number(t)}}}{{{number(f)}}}"
    if f == 0:
        note = "E never happens without H, so it proves H." if t > 0 else "E never happens."
        expression = "inf" if t > 0 else "inf - inf"
        return Opened(title, formula, shown, expression, table.bayes_factor, note=note)
    return Opened(
        title,
        formula,
        shown,
        f"{literal(t)} / {literal(f)}",
        table.bayes_factor,
        note="Posterior odds = prior odds times this.",
    )


def _term(table: TwoWay, hypothesis: bool, seen: bool) -> Row:
    p, likelihood = literal(table.prior), table.if_true if hypothesis else table.if_false
    prior = table.prior if hypothesis else 1 - table.prior
    high = likelihood if seen else 1 - likelihood
    high_expression = literal(likelihood) if seen else f"(1 - {literal(likelihood)})"
    return Row(
        label=f"P({_plain(hypothesis, 'H')}, {_plain(seen, 'E')})",
        substitution=rf"{number(prior)} \cdot {number(high)}",
        expression=f"{p if hypothesis else f'(1 - {p})'} * {high_expression}",
        value=table.joint[0 if hypothesis else 1][0 if seen else 1],
    )


def _shared(rows: tuple[Row, Row]) -> tuple[Row, ...]:
    total = rows[0].value + rows[1].value
    return tuple(
        Row(r.label, r.substitution, r.expression, r.value, r.value / total if total else None)
        for r in rows
    )


def _h(yes: bool) -> str:
    return "H" if yes else r"\bar H"


def _e(yes: bool) -> str:
    return "E" if yes else r"\bar E"


def _plain(yes: bool, name: str) -> str:
    return name if yes else f"not {name}"
