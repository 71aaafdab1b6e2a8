"""Multinomial Naive Bayes on one page: how often each of a few words is said."""

from genmodels.kit import frame
from pages.nb.variants.variant import show_unseen, show_words, words_page

frame.header(
    "Multinomial Naive Bayes",
    "Each word of a message is drawn from its class's bag of words: what counts is how often.",
    r"P(c\mid x)\propto P(c)\prod_w \theta_{c,w}^{\,x_w},\qquad"
    r" \theta_{c,w}=\frac{N_{c,w}+\alpha}{N_c+\alpha V}",
)

TRIES = [
    frame.Try(
        "A scam without these words",
        "A swindle uses none of the eight words. What do eight factors make of it?",
        lambda: show_words("multinomial", "A polite scam", opened="f0-1"),
    ),
    frame.Try(
        "“free”, five times",
        "Free tickets, with “free” once, is called ham. What if the word stands five times?",
        lambda: show_words(
            "multinomial", "Free tickets", counts=(5, 0, 0, 0, 0, 0, 0, 0), opened="f0-1"
        ),
    ),
    frame.Try(
        "α = 0, one unseen word",
        "A plain spam ends with “cheers”, which no spam learnt from says. Nothing is added to the "
        "counts: what is left of its evidence?",
        lambda: show_unseen("multinomial"),
    ),
    frame.Try(
        "Prior 0.99",
        "Of 100 messages, 99 are spam. Do a few words of an honest letter stand against that?",
        lambda: show_words("multinomial", "Plain ham", prior=99, opened="posterior-0"),
    ),
]

words_page("multinomial", TRIES)
