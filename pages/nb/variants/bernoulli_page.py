"""Bernoulli Naive Bayes on one page: whether each of a few words is said at all."""

from genmodels.kit import frame
from pages.nb.variants.variant import show_unseen, show_words, words_page

frame.header(
    "Bernoulli Naive Bayes",
    "Each word is a coin of its class, tossed once a message: absent words are evidence too.",
    r"P(c\mid x)\propto P(c)\prod_w p_{c,w}^{\,x_w}(1-p_{c,w})^{1-x_w},\qquad"
    r" p_{c,w}=\frac{N_{c,w}+\alpha}{N_c+2\alpha}",
)

TRIES = [
    frame.Try(
        "A scam without these words",
        "A swindle uses none of the eight words. Can eight absences move the belief?",
        lambda: show_words("bernoulli", "A polite scam", opened="f4-1"),
    ),
    frame.Try(
        "“free”, five times",
        "Free tickets, with “free” five times instead of once: what changes?",
        lambda: show_words(
            "bernoulli", "Free tickets", counts=(5, 0, 0, 0, 0, 0, 0, 0), opened="f0-1"
        ),
    ),
    frame.Try(
        "α = 0, one unseen word",
        "A plain spam ends with “cheers”, which no spam learnt from says. Nothing is added to the "
        "counts: what is left of its evidence?",
        lambda: show_unseen("bernoulli"),
    ),
    frame.Try(
        "Prior 0.99",
        "Of 100 messages, 99 are spam. Do a few words of an honest letter stand against that?",
        lambda: show_words("bernoulli", "Plain ham", prior=99, opened="posterior-0"),
    ),
]

words_page("bernoulli", TRIES)
