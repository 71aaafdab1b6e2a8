"""A tagger's probabilities opened to the counts that made them."""

import numpy as np

from genmodels import tagging
from genmodels.kit.opened import Opened, Row, literal, number
from genmodels.tagging import Counts, Smoothing

KINDS = {
    "U": "words with a capital", "l": "words in small letters", "D": "words with a digit",
    "P": "marks",
}  # fmt: skip


def emission(counts: Counts, word: str, k: int, alpha: Smoothing) -> Opened:
    """P(word | tag k): a share of counts, or by endings where the word is unknown."""
    row = counts.words.get(word.lower())
    if alpha is None:
        if row is None:
            return _by_ending(counts, word, k)
        return _by_count(counts, counts.by_word[row], k, 0.0, "")
    known = row is not None and not counts.once[row]
    found = counts.by_word[row] if known else counts.unknown
    why = "" if known else (
        "The word was never seen, or once: all such words are one, UNKNOWN, with the tags of those "
        "seen once. "
    )  # fmt: skip
    return _by_count(counts, found, k, alpha, why)


def _by_count(counts: Counts, found: np.ndarray, k: int, alpha: float, note: str) -> Opened:
    """[C(w, t) + alpha] / [C(t) + alpha M]; the rows are the tags that the word was seen with."""
    M = tagging.n_symbols(counts)
    uses = float(found.sum())
    rows = [
        Row(
            f"{tag}: {found[j]:,.0f} of {counts.totals[j]:,.0f}",
            rf"{found[j]:.0f} / {counts.totals[j]:.0f}",
            _share(found[j], counts.totals[j], alpha, M),
            float((found[j] + alpha) / (counts.totals[j] + alpha * M)),
            share=float(found[j] / uses) if uses else 0.0,
            chosen=j == k,
        )
        for j, tag in enumerate(counts.tags)
        if found[j] or j == k
    ]
    rows.sort(key=lambda row: -(row.share or 0.0))
    formula = r"P(w\mid t)=\frac{C(w,t)}{C(t)}"
    below = f"{counts.totals[k]:.0f}"
    above = f"{found[k]:.0f}"
    if alpha:
        formula = r"P(w\mid t)=\frac{C(w,t)+\alpha}{C(t)+\alpha M}"
        above, below = f"{above}+{alpha:g}", rf"{below}+{alpha:g}\times {M}"
        note += f"M = {M:,} different words, UNKNOWN among them. "
    return Opened(
        f"Emission under {counts.tags[k]}",
        formula,
        rf"\frac{{{above}}}{{{below}}}",
        _share(found[k], counts.totals[k], alpha, M),
        float((found[k] + alpha) / (counts.totals[k] + alpha * M)),
        rows=rows,
        note=note + f"Counted {uses:,.0f} times; share: which tags it had then.",
    )


def _share(count: float, total: float, alpha: float, M: int) -> str:
    c, n = literal(float(count)), literal(float(total))
    return f"({c} + {literal(alpha)}) / ({n} + {literal(alpha)} * {M})"


def _by_ending(counts: Counts, word: str, k: int) -> Opened:
    """P(w | t) = P(t | ending) / C(t): a row an ending, each mixed into the one before."""
    steps = tagging.endings(counts, word)
    weight = literal(tagging.theta(counts))
    total, n = float(counts.totals[k]), float(counts.totals.sum())
    now = f"({literal(total)} / {literal(n)})"
    rows = [Row("any word", now, now, total / n)]
    for step in steps:
        c, seen = float(step.counts[k]), float(step.counts.sum())
        now = f"(({literal(c)} / {literal(seen)} + {weight} * {now}) / (1 + {weight}))"
        name = f"-{step.text}" if step.text else "any ending"
        rows.append(Row(f"{name}: {c:,.0f} of {seen:,.0f}", now, now, float(step.after[k])))
    likely = float(steps[-1].after[k]) if steps else total / n
    rows[-1] = Row(
        rows[-1].label, rows[-1].substitution, rows[-1].expression, rows[-1].value, chosen=True
    )
    kind = KINDS[tagging.word_class(word)]
    return Opened(
        f"Emission under {counts.tags[k]}, unknown word",
        r"\begin{aligned}&P(w\mid t)=\frac{P(t\mid\ell_m)}{C(t)}\\[4pt]"
        r"&P(t\mid\ell_m)=\frac{\hat P(t\mid\ell_m)+\theta\,P(t\mid\ell_{m-1})}{1+\theta}"
        r"\end{aligned}",
        rf"\frac{{{number(likely)}}}{{{total:.0f}}},\quad\theta={number(tagging.theta(counts))}",
        f"{now} / {literal(total)}",
        likely / total,
        rows=rows,
        note=(
            f"It was never seen. Rows: among rare {kind}, how many with this ending were "
            f"{counts.tags[k]}; each value mixes in the row above. It counts as one occurrence, "
            "shared among the tags as its ending says (Brants 2000)."
        ),
    )


def transition(counts: Counts, before: int | None, k: int, alpha: Smoothing) -> Opened:
    """P(tag k | tag before), or of a sentence's first tag where `before` is None."""
    a = alpha or 0.0
    moves = counts.moves[-1 if before is None else before, :-1].astype(float)
    total, K = float(moves.sum()), counts.n_tags
    name = "a sentence's start" if before is None else counts.tags[before]
    rows = [
        Row(
            f"{tag}: {c:,.0f}",
            rf"{c:.0f} / {total:.0f}",
            _share(float(c), total, a, K),
            float((c + a) / (total + a * K)),
            chosen=j == k,
        )
        for j, (tag, c) in enumerate(zip(counts.tags, moves, strict=True))
    ]
    rows.sort(key=lambda row: -row.value)
    above, below = f"{moves[k]:.0f}", f"{total:.0f}"
    formula = r"P(t\mid t')=\frac{C(t',t)}{\sum_u C(t',u)}"
    if a:
        formula = r"P(t\mid t')=\frac{C(t',t)+\alpha}{\sum_u C(t',u)+\alpha K}"
        above, below = f"{above}+{a:g}", rf"{below}+{a:g}\times {K}"
    return Opened(
        f"From {name} to {counts.tags[k]}",
        formula,
        rf"\frac{{{above}}}{{{below}}}",
        _share(float(moves[k]), total, a, K),
        float((moves[k] + a) / (total + a * K)),
        rows=rows,
        note=f"What came after {name} in 450 documents; sentence ends aside.",
    )


def favourite(counts: Counts, word: str) -> Opened:
    """The baseline: how often the word had each tag, the most frequent marked."""
    row = counts.words.get(word.lower())
    found = counts.unknown if row is None else counts.by_word[row]
    top, uses = int(found.argmax()), float(found.sum())
    rows = [
        Row(
            counts.tags[j], f"{found[j]:.0f}", literal(float(found[j])), float(found[j]),
            share=float(found[j] / uses), chosen=j == top,
        )
        for j in np.argsort(-found, kind="stable")
        if found[j]
    ]  # fmt: skip
    listed = r",\;".join(f"{r.value:.0f}" for r in rows[:3]) + (r",\dots" if len(rows) > 3 else "")
    return Opened(
        f"Most frequent tag: {counts.tags[top]}",
        r"\hat t=\arg\max_t\,C(w,t)",
        rf"\max\{{{listed}\}}",
        f"max({', '.join(r.expression for r in rows)}, 0)",
        float(found[top]),
        "times",
        rows,
        "The word was never seen; counted instead: all words seen once." if row is None else "",
    )


def accuracy(name: str, right: np.ndarray, tokens: np.ndarray) -> Opened:
    """Words tagged right of all held-out words; `right`, `tokens` (2,): known and unknown."""
    rows = [
        Row(
            f"{kind}: {g:,} of {n:,}", rf"{g} / {n}", f"{literal(float(g))} / {literal(float(n))}",
            float(g / n),
        )
        for kind, g, n in zip(("known", "unknown"), right, tokens, strict=True)
    ]  # fmt: skip
    return Opened(
        f"Held-out accuracy, {name}",
        r"\frac{\text{right}}{\text{words}}",
        rf"\frac{{{right[0]}+{right[1]}}}{{{tokens[0]}+{tokens[1]}}}",
        f"({right[0]} + {right[1]}) / ({tokens[0]} + {tokens[1]})",
        float(right.sum() / tokens.sum()),
        rows=rows,
        note="Unknown: not among the words of the 450 documents that were counted.",
    )


def confused(tags: tuple[str, ...], table: np.ndarray, true: int, found: int) -> Opened:
    """Of the held-out words that are tag `true`, the share tagged `found`; `table` (K, K)."""
    total = int(table[true].sum())
    rows = [
        Row(
            f"{tags[j]}: {table[true, j]:,}", rf"{table[true, j]} / {total}",
            f"{table[true, j]} / {total}", float(table[true, j] / total), chosen=j == found,
        )
        for j in np.argsort(-table[true], kind="stable")
        if table[true, j] or j == found
    ]  # fmt: skip
    return Opened(
        f"Truly {tags[true]}, tagged {tags[found]}",
        r"\frac{C(\text{true},\text{tagged})}{C(\text{true})}",
        rf"\frac{{{table[true, found]}}}{{{total}}}",
        f"{table[true, found]} / {total}",
        float(table[true, found] / total),
        rows=rows,
        note="Held-out words by what the tagger made of them.",
    )
