"""Every page of the app: its file under `pages/`, its title, its path in the link."""

PAGES: dict[str, list[tuple[str, str, str]]] = {
    "": [("home/page.py", "Home", "")],
    "Gaussian mixture": [
        ("gmm/em/page.py", "EM and the model", "gmm"),
        ("gmm/kmeans/page.py", "Against k-means", "gmm-kmeans"),
        ("gmm/clustering/page.py", "Clustering", "gmm-clustering"),
        ("gmm/segmentation/page.py", "Image segmentation", "gmm-segmentation"),
        ("gmm/anomaly/page.py", "Anomaly detection", "gmm-anomaly"),
        ("gmm/vowels/page.py", "Vowels, heard", "gmm-vowels"),
        ("gmm/density/page.py", "Density estimation", "gmm-density"),
        ("gmm/dimension/page.py", "High dimension", "gmm-dimension"),
    ],
    "Hidden Markov model": [
        ("hmm/trellis/page.py", "Trellis", "hmm"),
        ("hmm/learning/page.py", "Learning", "hmm-learning"),
        ("hmm/states/page.py", "States and durations", "hmm-states"),
        ("hmm/speech/page.py", "Spoken digits", "hmm-speech"),
        ("hmm/tagging/page.py", "Parts of speech", "hmm-tagging"),
        ("hmm/dna/page.py", "DNA", "hmm-dna"),
        ("hmm/gestures/page.py", "Gestures, drawn", "hmm-gestures"),
        ("hmm/regimes/page.py", "Market regimes", "hmm-regimes"),
    ],
    "Naive Bayes": [
        ("nb/spam/page.py", "Spam, word by word", "naive-bayes"),
        ("nb/theorem/page.py", "Bayes' theorem", "nb-theorem"),
        ("nb/variants/gaussian_page.py", "Gaussian", "nb-gaussian"),
        ("nb/variants/multinomial_page.py", "Multinomial", "nb-multinomial"),
        ("nb/variants/bernoulli_page.py", "Bernoulli", "nb-bernoulli"),
        ("nb/teach/page.py", "Teach it", "nb-teach"),
        ("nb/naive/page.py", "What naive costs", "nb-naive"),
        ("nb/words/page.py", "What it learnt", "nb-words"),
        ("nb/threshold/page.py", "Spam: thresholds and drift", "nb-threshold"),
        ("nb/mail/stream_page.py", "Spam: in real time", "nb-stream"),
        ("nb/texts/genres_page.py", "Document categories", "nb-genres"),
        ("nb/texts/sentiment_page.py", "Sentiment", "nb-sentiment"),
        ("nb/diagnosis/page.py", "Diagnosis", "nb-diagnosis"),
        ("nb/films/page.py", "Recommendation", "nb-films"),
    ],
    "VAE and its family": [
        ("vae/latent/page.py", "Latent space", "vae"),
        ("vae/worked/page.py", "Worked example", "vae-worked-example"),
        ("vae/elbo/page.py", "The ELBO, seen", "vae-elbo"),
        ("vae/training/page.py", "Watch it train", "vae-training"),
        ("vae/properties/page.py", "Latent properties", "vae-properties"),
        ("vae/beta/page.py", "Beta-VAE", "vae-beta"),
        ("vae/conditional/page.py", "Conditional VAE", "vae-conditional"),
        ("vae/vq/page.py", "VQ-VAE", "vae-vq"),
        ("vae/levels/page.py", "Hierarchical VAE", "vae-hierarchical"),
        ("vae/gan/page.py", "VAE against GAN", "vae-vs-gan"),
        ("vae/generate/page.py", "Generating pictures", "vae-generate"),
        ("vae/augmentation/page.py", "Data augmentation", "vae-augmentation"),
        ("vae/anomaly/page.py", "Anomaly detection", "vae-anomaly"),
        ("vae/reduction/page.py", "Dimension reduction", "vae-reduction"),
        ("vae/editing/page.py", "Editing", "vae-editing"),
        ("vae/few_labels/page.py", "Few labels", "vae-few-labels"),
        ("vae/molecules/page.py", "Molecules", "vae-molecules"),
    ],
}
"""By group: (file, title, path). The first page of a group is the model's own."""


def group_of(path: str) -> str:
    """The group of the page at `path`, as in "gmm-kmeans"; "" for Home and for no page."""
    return next((group for group, pages in PAGES.items() if path in {p[2] for p in pages}), "")


def package_of(path: str) -> str:
    """The page's package, as in "pages.gmm.kmeans" for "gmm-kmeans". Raises ValueError for none."""
    for pages in PAGES.values():
        for file, _, known in pages:
            if known == path:
                return "pages." + file.removesuffix("/page.py").replace("/", ".")
    paths = ", ".join(f"/{page[2]}" for pages in PAGES.values() for page in pages)
    raise ValueError(f"a page must be one of {paths}; got /{path}")
