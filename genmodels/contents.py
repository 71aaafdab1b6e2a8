"""Every page of the app: its file in `pages/`, its title in the sidebar, its path in the link."""

PAGES: dict[str, list[tuple[str, str, str]]] = {
    "": [("home.py", "Home", "")],
    "Gaussian mixture": [
        ("gmm_page.py", "EM and the model", "gmm"),
        ("gmm_kmeans_page.py", "Against k-means", "gmm-kmeans"),
        ("gmm_clustering_page.py", "Clustering", "gmm-clustering"),
        ("gmm_segmentation_page.py", "Image segmentation", "gmm-segmentation"),
        ("gmm_anomaly_page.py", "Anomaly detection", "gmm-anomaly"),
        ("gmm_vowels_page.py", "Vowels, heard", "gmm-vowels"),
        ("gmm_density_page.py", "Density estimation", "gmm-density"),
        ("gmm_dimension_page.py", "High dimension", "gmm-dimension"),
    ],
    "Hidden Markov model": [
        ("hmm_page.py", "Trellis", "hmm"),
        ("hmm_learning_page.py", "Learning", "hmm-learning"),
        ("hmm_states_page.py", "States and durations", "hmm-states"),
        ("hmm_speech_page.py", "Spoken digits", "hmm-speech"),
        ("hmm_tagging_page.py", "Parts of speech", "hmm-tagging"),
        ("hmm_dna_page.py", "DNA", "hmm-dna"),
        ("hmm_gestures_page.py", "Gestures, drawn", "hmm-gestures"),
        ("hmm_regimes_page.py", "Market regimes", "hmm-regimes"),
    ],
    "Naive Bayes": [
        ("naive_bayes_page.py", "Spam, word by word", "naive-bayes"),
        ("nb_theorem_page.py", "Bayes' theorem", "nb-theorem"),
        ("nb_gaussian_page.py", "Gaussian", "nb-gaussian"),
        ("nb_multinomial_page.py", "Multinomial", "nb-multinomial"),
        ("nb_bernoulli_page.py", "Bernoulli", "nb-bernoulli"),
        ("nb_teach_page.py", "Teach it", "nb-teach"),
        ("nb_naive_page.py", "What naive costs", "nb-naive"),
        ("nb_words_page.py", "What it learnt", "nb-words"),
        ("nb_threshold_page.py", "Spam: thresholds and drift", "nb-threshold"),
        ("nb_stream_page.py", "Spam: in real time", "nb-stream"),
        ("nb_genres_page.py", "Document categories", "nb-genres"),
        ("nb_sentiment_page.py", "Sentiment", "nb-sentiment"),
        ("nb_diagnosis_page.py", "Diagnosis", "nb-diagnosis"),
        ("nb_films_page.py", "Recommendation", "nb-films"),
    ],
    "VAE and its family": [
        ("vae_page.py", "Latent space", "vae"),
        ("vae_worked_example_page.py", "Worked example", "vae-worked-example"),
        ("vae_elbo_page.py", "The ELBO, seen", "vae-elbo"),
        ("vae_training_page.py", "Watch it train", "vae-training"),
        ("vae_properties_page.py", "Latent properties", "vae-properties"),
        ("vae_beta_page.py", "Beta-VAE", "vae-beta"),
        ("vae_conditional_page.py", "Conditional VAE", "vae-conditional"),
        ("vae_vq_page.py", "VQ-VAE", "vae-vq"),
        ("vae_hierarchical_page.py", "Hierarchical VAE", "vae-hierarchical"),
        ("vae_gan_page.py", "VAE against GAN", "vae-vs-gan"),
        ("vae_generate_page.py", "Generating pictures", "vae-generate"),
        ("vae_augmentation_page.py", "Data augmentation", "vae-augmentation"),
        ("vae_anomaly_page.py", "Anomaly detection", "vae-anomaly"),
        ("vae_reduction_page.py", "Dimension reduction", "vae-reduction"),
        ("vae_editing_page.py", "Editing", "vae-editing"),
        ("vae_few_labels_page.py", "Few labels", "vae-few-labels"),
        ("vae_molecules_page.py", "Molecules", "vae-molecules"),
    ],
}
"""By group: (file, title, path). The first page of a group is the model's own."""


def group_of(path: str) -> str:
    """The group of the page at `path`, as in "gmm-kmeans"; "" for Home and for no page."""
    return next((group for group, pages in PAGES.items() if path in {p[2] for p in pages}), "")
