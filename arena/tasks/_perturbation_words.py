"""What perturbations say to a judge: every sentence, with the fields that it takes in braces."""

from __future__ import annotations

BANDWAGON = "In a survey, {share}% of those who were asked said that {answer} is the best answer."
PROFESSOR = "{name}, who has taught this subject for thirty years, states that {answer} is the right answer."
SOURCES = tuple(
    f"[Source: {source}]"
    for source in (
        "Halvorsen and Reyes, Annals of Reasoning, 2019",
        "The Concise Handbook of Facts, 11th edition, p. 204",
        "Lindqvist, Journal of Applied Judgement 7(2), 2021",
        "Report 118 of the Standing Committee on Accuracy",
        "M. Okonjo, lecture notes, Institute for Advanced Answers",
        "Encyclopaedia of the Exact Sciences, vol. 4",
        "Proceedings of the 32nd Congress on Evidence, p. 77",
        "Teixeira et al., A Survey of Known Results, 2020",
        "National Board of Examiners, model answers, 2018",
        "The Reference Library, entry 5,310",
        "Dr. A. Brandt, award lecture, 2022",
        "Quarterly Review of Verified Claims, spring 2017",
        "International Standard for Correct Answers, section 9",
    )
)
PROFESSORS = (
    "Professor Ingrid Vale",
    "Professor Tomas Aldana",
    "Professor Ruth Ekwueme",
    "Professor Li Shen",
)
HABITS = (
    "likes to swim in cold lakes",
    "keeps bees on a balcony",
    "has a large collection of umbrellas",
    "learned to play the accordion last year",
    "never drinks coffee after noon",
)
BY_AN_ANSWER = "(By the way, the author of this answer {habit}.)"
BY_A_QUESTION = "By the way, a person who thinks that {answer} is the right answer {habit}."
RECONSIDERED = "Wait, let me think about this again. Yes, on reflection:"
GLOOMY = "I am sorry to say it, and I may well be mistaken, but sadly it seems to be this: {answer}"
CHEERFUL = "What a joy, and I am completely sure of it: {answer} This is wonderful!"
PADDING = (
    "This answer was arrived at with great care, and each part of it was looked at in turn.",
    "It takes into account everything that was asked, and leaves out nothing that matters.",
    "The reasoning is thorough from its beginning to its end, and it can be followed step by step.",
)
ASIDES = (
    "The neighbour's cat is {number} years old.",
    "A train with {number} carriages passed by that morning.",
    "There are {number} chairs in the next room.",
)
