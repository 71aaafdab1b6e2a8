"""The hidden Markov model: a trellis step by step, its sums, its paths, and drawing from it."""

from genmodels.datasets.sequences import PRESETS
from genmodels.kit import frame
from pages.hmm.trellis import generate_section as hmm_generate
from pages.hmm.trellis import read as hmm_read
from pages.hmm.trellis import setup as hmm_setup
from pages.hmm.trellis import take_away_section as hmm_take_away
from pages.hmm.trellis import watch as hmm_watch
from pages.hmm.trellis.setup import show

hmm_setup.read_link()
frame.header(
    "Hidden Markov model",
    "A hidden state moves on step by step, and each state emits what is seen.",
    r"p(x,z)=\pi_{z_1}b_{z_1}(x_1)\prod_{t=2}^{T}A_{z_{t-1}z_t}\,b_{z_t}(x_t)",
)
section = frame.sections("hmm", hmm_setup.SECTIONS)
frame.problem(hmm_setup.problems().get("hmm_section"))
{
    "Watch": hmm_watch.watch,
    "Two paths": hmm_read.two_paths,
    "P(O) three ways": hmm_read.three_ways,
    "Every path": hmm_read.every_path,
    "Generate": hmm_generate.generate,
    "Take away": hmm_take_away.take_away,
}[section]()


def healthy_then_ill() -> None:
    show("fever", "normal normal cold dizzy", "Viterbi", initial=((1.0, 0.0),),
         transition=((1.0, 0.0), (0.4, 0.6)),
         emission=((0.5, 0.5, 0.0), (0.1, 0.3, 0.6)))  # fmt: skip


def forget_two_days() -> None:
    show("ice_cream", PRESETS["ice_cream"].observations, "posterior", hidden=(2, 3, 4))


def opened_at(preset: str, section: str) -> None:
    show(preset, PRESETS[preset].observations, "posterior", section=section)


MODEL = [
    frame.Try(
        "Forget a day",
        "Healthy or fever: the second day's observation is lost. Which state will the "
        "posterior hold likelier there?",
        lambda: show("fever", "normal ? dizzy", "posterior", selected=[1, 0]),
    ),
    frame.Try(
        "Compare both paths",
        "The best path and the likeliest state of each column: can they differ?",
        lambda: show("fever", "normal dizzy cold", "Viterbi"),
    ),
    frame.Try(
        "Make it impossible",
        "Healthy people never fall ill here and are never dizzy; then one is dizzy. What is "
        "the best path?",
        healthy_then_ill,
    ),
    frame.Try(
        "Find the robot",
        "Ten rooms, a robot that starts anywhere. After how many looks does forward know "
        "where it is?",
        lambda: show("robot", PRESETS["robot"].observations, "forward", 30),
    ),
    frame.Try(
        "Blank three days",
        "Three hot days of ice cream are blanked. How far will the posterior sink there?",
        forget_two_days,
    ),
]
PATHS = [
    frame.Try(
        "A late change",
        "The last six rolls look loaded. Will Viterbi's path say so as the posterior does?",
        lambda: opened_at("late", "Two paths"),
    ),
    frame.Try(
        "A forbidden path",
        "Four in ten take the ferry, the rest one of two roads to the town. Can the likeliest "
        "places, looked at one by one, form a journey that nobody can make?",
        lambda: opened_at("ferry", "Two paths"),
    ),
    frame.Try(
        "One day apart",
        "Normal, dizzy, cold: on which day will the two answers part?",
        lambda: show("fever", "normal dizzy cold", "posterior", section="Two paths"),
    ),
]
COSTS = [
    frame.Try(
        "One day",
        "With a single observation, which of the three ways is the cheapest?",
        lambda: show("fever", "dizzy", "posterior", section="P(O) three ways"),
    ),
    frame.Try(
        "Ten days",
        "Healthy or fever for ten days: how many times as dear is path by path as forward?",
        lambda: show("fever", " ".join(["normal cold dizzy"] * 3 + ["cold"]), "posterior",
                     section="P(O) three ways"),
    ),
    frame.Try(
        "Fifty looks",
        "Ten rooms, fifty looks: how many digits has the number of multiplications path by path?",
        lambda: opened_at("robot", "P(O) three ways"),
    ),
]  # fmt: skip
DRAWN = [
    frame.Try(
        "Guess the dice",
        "Twenty rolls, and the dice stay hidden: at which roll was the loaded one taken?",
        lambda: hmm_generate.show("casino", 20, 3, hidden=True, decoded=True),
    ),
    frame.Try(
        "No memory",
        "The dice change hands by a coin at every roll: how many can be recovered now?",
        lambda: hmm_generate.show(
            "casino", 60, 1, decoded=True, transition=((0.5, 0.5), (0.5, 0.5))
        ),
    ),
    frame.Try(
        "States that show",
        "Each state shows symbols that no other does. How many will be recovered?",
        lambda: hmm_generate.show(
            "fever", 30, 0, decoded=True, emission=((1.0, 0.0, 0.0), (0.0, 0.5, 0.5))
        ),
    ),
]
TRIES = {
    "Two paths": PATHS, "P(O) three ways": COSTS, "Every path": COSTS, "Generate": DRAWN,
}  # fmt: skip
frame.try_this("hmm", TRIES.get(section, MODEL))
