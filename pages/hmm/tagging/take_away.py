"""A tagged sentence to take away: its model, posteriors, a picture, a script for hmmlearn."""

from genmodels.datasets import brown
from genmodels.kit.figures import COMPONENTS
from genmodels.kit.svg import Drawing
from pages.hmm.hmm_take_away import hmm_script, model_json, posteriors_csv
from pages.hmm.tagging.case import Run, label, method_name

BAR, TOP, LEFT = 150, 34, 92  # px


def as_json(run: Run) -> str:
    """The sentence's HMM: pi and A of all tags, B for the sentence's words and all others."""
    tags = brown.load().tags
    return model_json(
        run.sentence.model,
        states=tags,
        symbols=run.sentence.symbols,
        source=brown.SOURCE.caption(),
        settings={
            "tagger": method_name(run.alpha),
            "words": list(run.words),
            "observations": run.sentence.observations.tolist(),
            "tags": [tags[k] for k in run.path],
            "most frequent tags": [tags[k] for k in run.baseline],
            "log_prob": run.smooth.log_prob,
        },
    )


def as_csv(run: Run) -> str:
    return posteriors_csv(run.smooth.posterior, run.words, run.path, brown.load().tags)


def as_script(run: Run) -> str:
    return hmm_script(
        run.sentence.model, [run.sentence.observations], source=brown.SOURCE.caption()
    )


def as_svg(run: Run) -> str:
    """The words, each with its posterior as a stacked bar, its tag and its most frequent tag."""
    tags = brown.load().tags
    widths = [max(48.0, 8.0 * len(label(word)) + 12) for word in run.words]
    title = f"Parts of speech, {method_name(run.alpha)}"
    width = max(LEFT + sum(widths) + 12, 460.0)
    drawing = Drawing(int(width), TOP + BAR + 84, title)
    drawing.text(8, 20, title, anchor="start")
    for y, name in ((TOP + BAR / 2, "posterior"), (TOP + BAR + 18, "word"),
                    (TOP + BAR + 40, "tag"), (TOP + BAR + 62, "most frequent")):  # fmt: skip
        drawing.text(8, y, name, anchor="start")
    x = float(LEFT)
    for t, (word, w) in enumerate(zip(run.words, widths, strict=True)):
        y = float(TOP)
        for k, share in enumerate(run.smooth.posterior[t].tolist()):
            if share * BAR >= 0.5:
                drawing.rectangle(x, y, w - 4, share * BAR, _tint(COMPONENTS[k]), COMPONENTS[k])
            if share * BAR >= 28:
                drawing.text(x + 4, y + 13, tags[k], size=11, anchor="start")
                drawing.text(x + 4, y + 26, f"{100 * share:.0f} %", size=11, anchor="start")
            y += share * BAR
        k, base = run.path[t], run.baseline[t]
        drawing.text(x, TOP + BAR + 18, label(word), anchor="start")
        drawing.text(x, TOP + BAR + 40, tags[k], anchor="start")
        drawing.text(
            x, TOP + BAR + 62, tags[base] if base == k else f"≠ {tags[base]}", anchor="start"
        )
        x += w
    return str(drawing)


def _tint(colour: str) -> str:
    """Half-way to white, so that dark text is read on it."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{(255 + part) // 2:02x}" for part in parts)
