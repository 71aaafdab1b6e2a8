"""Naive Bayes: p(x, c) = p(c) * prod_f p(x_f | c), learnt by counting.

Each model is a frozen record of counts (Gaussian: of sums), never of documents. Learning more is
adding counts, and the smoothing and the prior can change afterwards without seeing the data again.

    model = MultinomialNB.fit(X, y, alpha=1.0)
    model.posterior(X)           # p(c | x), (N, C)
    model.contributions(X[0])    # what each feature adds to log p(x, c), (F, C)

Shapes: N rows, F features, C classes. X may be a dense array or a scipy sparse matrix. Logs are
natural, so every log-probability is in nats. Source: McCallum and Nigam, "A comparison of event
models for naive Bayes text classification", 1998; Manning, Raghavan and Schütze, "Introduction to
Information Retrieval", 2008, chapter 13.
"""

from genmodels.naive_bayes.counts import BernoulliNB, MultinomialNB
from genmodels.naive_bayes.gaussian import GaussianNB
from genmodels.naive_bayes.message import MessageTrace, read_message
from genmodels.naive_bayes.mixed import MixedNB
from genmodels.naive_bayes.ratings import RatingsNB

__all__ = [
    "BernoulliNB",
    "GaussianNB",
    "MessageTrace",
    "MixedNB",
    "MultinomialNB",
    "RatingsNB",
    "read_message",
]
