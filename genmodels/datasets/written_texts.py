"""Texts written for this project: passages to try the genre pages on, and reviews.

The lesson is 60 one-line reviews, half good and half bad, full of negation. It teaches the small
model that shows what pairs of words and negation marks do; it measures nothing.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A text to start with. `label`: what its writer meant (a genre's key, or five stars)."""

    title: str
    text: str
    label: str
    hard: str = ""


PASSAGES = (
    Sample(
        "City council",
        "The city council voted Tuesday night to ask the governor for state funds to repair the "
        "bridge. Mayor Harris said the bill would go to the senate committee next week. The "
        "president of the county board, a Republican, told reporters the vote was the first this "
        "year on the issue. Police said two men were hurt in a crash near the bridge on Sunday. "
        "The department will open bids in March.",
        "news",
    ),
    Sample(
        "A letter in the parlour",
        "She stood at the window and did not turn around when he came into the room. “You knew,” "
        "she said. “You knew all the time, and you never told me.” He looked at her small hands. "
        "He wanted to say that he loved her, but he couldn't find the words. She smiled, and her "
        "eyes were wet. “I'll be all right,” she said softly. “Don't come back tonight, please.”",
        "romance",
    ),
    Sample(
        "Two riders",
        "The horses were tired. Behind them the trail dropped away into the canyon, and dust rose "
        "where the other riders came. He pulled his rifle out and slid down behind a rock. “How "
        "many?” the old man asked. “Four, maybe five.” A shot rang out and a bullet struck the "
        "rock above his head. He fired twice and saw a man fall from his horse.",
        "adventure",
    ),
    Sample(
        "Enzymes",
        "The rate of the reaction was determined at a constant temperature of the solution. In "
        "the present study, samples were obtained from each group and analysis of the data showed "
        "that the observed values are a function of the concentration. The results in Table 2 "
        "indicate that the system is in equilibrium and that the effect of pressure on the "
        "surface is small.",
        "learned",
    ),
    Sample(
        "Loans to small business",
        "Under this section the Secretary shall provide assistance to small business firms for "
        "the fiscal year ending June 30. Payments by the government to each state shall be equal "
        "to the amount of the tax collected. The Commission is authorized to administer the "
        "program, subject to the provisions of the act, and shall report to the Congress on the "
        "operation of the program.",
        "government",
    ),
    Sample(
        "A shelf for the shop",
        "Cut the boards to length and sand the edges smooth. Drill two holes in each end, spread "
        "glue along the joint and clamp it until dry. A good paint will last for years if you "
        "brush on two thin coats. For the best results use a sharp tool, and keep your hands away "
        "from the blade. The whole job costs a few dollars and takes an afternoon.",
        "hobbies",
    ),
    Sample(
        "Faith and works",
        "The Lord asks of each Christian not words but a new life. In the church we speak of "
        "faith and of the spirit, and yet man goes on in sin as if Christ had not died for him. "
        "The gospel tells us that the kingdom of God is within us. Only by prayer and by the "
        "grace of God can the world find peace, and the soul its salvation.",
        "religion",
    ),
    Sample(
        "The locked study",
        "The detective looked at the body for a long time. “When did you last see Mr. Blake?” he "
        "asked. The woman pulled a cigarette from the pack. “Last night, about ten. He was in his "
        "office.” There was a gun on the desk, and the door had been locked. “Somebody had a "
        "key,” he said. He picked up the phone and called the police station.",
        "mystery",
    ),
    Sample(
        "The string quartet",
        "Last night at the hall the quartet opened its season with Mozart and a new work by a "
        "young composer. The first movement was played with great beauty of tone, and the "
        "audience liked it. The second half of the program was less good: the tempo dragged and "
        "the violin, a fine musician in other concerts, seemed tired. The performance ends "
        "Saturday.",
        "reviews",
    ),
    Sample(
        "A weather report today",
        "Heavy rain across the north this evening; check your phone for warnings before you "
        "drive. The app and the website have live radar. Tomorrow brighter, with a high of 21 "
        "degrees, and the weekend looks dry everywhere.",
        "news",
        "Nothing of 1961 is like it, and it is short.",
    ),
)  # fmt: skip

REVIEWS = (
    Sample(
        "Delighted",
        "This is the best coffee I have ever had. Rich and smooth, and my whole family loves it. "
        "Great price, fast shipping. I highly recommend it!",
        "5 stars",
    ),
    Sample(
        "Stale crackers",
        "Very disappointed. The box came crushed, the crackers were stale and tasted like "
        "cardboard. I threw them away and asked for a refund. Waste of money.",
        "fewer stars",
    ),
    Sample(
        "Not good",
        "Not good.",
        "fewer stars",
        "“good” says next to nothing, and “not” too little against the prior: two reviews in three "
        "have five stars.",
    ),
    Sample(
        "Not delicious",
        "This is not delicious and I do not love it. It is not the best.",
        "fewer stars",
        "Every good word counts as good, whatever “not” before it says.",
    ),
    Sample(
        "Never disappointed",
        "I have never been disappointed, there is nothing bad about it and no waste.",
        "5 stars",
        "Every bad word counts as bad.",
    ),
    Sample(
        "Four stars",
        "Good taste, but a bit sweet for me. The bag was smaller than I expected. I would buy it "
        "again if it were on sale.",
        "fewer stars",
        "A friendly review of four stars: “good” is nearly as frequent there.",
    ),
    Sample(
        "Irony",
        "Perfect if you love the taste of soap. Great way to lose your friends.",
        "fewer stars",
        "Words are counted, nothing is understood.",
    ),
)
