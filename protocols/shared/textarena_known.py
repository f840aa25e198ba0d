"""Which games of TextArena 0.7 are known to run here, with how many players, and what is wrong with others.

All kinds of games were played to their ends or for 150 moves, with moves drawn from those that the game
names, in two processes that must show the same, and side by side. A test does it again.
"""

from __future__ import annotations

_ALONE = """
Bandit Blackjack Crosswords FifteenPuzzle FrozenLake Game2048 GuessTheNumber LightsOut LogicPuzzle Mastermind
Minesweeper PegJump RushHour Secretary Set Sudoku TowerOfHanoi
"""
_IN_PAIRS = """
Alquerque Battleship Breakthrough Chopsticks ColonelBlotto ConnectFour Crusade GameOfPureStrategy GermanWhist
HighSociety IndianPoker IteratedMatchingPennies IteratedPrisonersDilemma IteratedRockPaperScissors
IteratedTwoThirdsAverage IteratedUltimatumGame KuhnPoker LinesOfAction MemoryGame NewRecruit Nim Othello
PigDice QuantumTicTacToe SimpleBlindAuction SimpleNegotiation SimpleTak SpiteAndMalice Stratego Tak TicTacToe
TruthAndDeception TwoDollar UltimateTicTacToe WildTicTacToe
"""

PLAYERS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(_ALONE.split(), (1,)),
    **dict.fromkeys(_IN_PAIRS.split(), (2,)),
    **dict.fromkeys(("ThreePlayerGOPS", "ThreePlayerIPD", "ThreePlayerTicTacToe"), (3,)),
    **dict.fromkeys(("Briscola", "Golf"), (2, 3, 4)),
    **dict.fromkeys(("LiarsDice", "Snake", "Surround"), (2, 3, 4, 5, 6)),
    "SantoriniBaseFixedWorker": (2, 3),
    "SecretMafia": (6,),
    "SettlersOfCatan": (4,),
    "Taboo": (4, 6),
}
"""The numbers of players with which each kind of game was played."""

_NEWER = "its code has the same quotes inside f-strings, which needs Python 3.12 or newer"
_WORDS = "it needs word lists that it would download"
_MODEL = "it asks a model of its own, with the key OPENROUTER_API_KEY"
_FILES = "the package lacks some of its files"
_STRINGS = "after an invalid move it pays the sentence of the error instead of a number"

DEFECTS: dict[str, str] = {
    **dict.fromkeys(
        ("Checkers", "Chess", "IteratedStagHunt", "ReverseTicTacToe", "UltimateTexasHoldem"), _NEWER
    ),
    **dict.fromkeys(("Codenames", "DontSayIt", "Hangman", "LetterAuction", "SpellingBee"), _WORDS),
    **dict.fromkeys(("WordChains", "WordLadder", "WordSearch", "Wordle"), _WORDS),
    **dict.fromkeys(("Debate", "GuessWho", "ScenarioPlanning", "TwentyQuestions"), _MODEL),
    **dict.fromkeys(("ScorableGames", "UsedCar", "UsedCarNegotiation"), _FILES),
    **dict.fromkeys(("Countdown", "Cryptarithm", "Slitherlink", "ThreeCardMonte"), _STRINGS),
    "BabyAiText": "it needs the package gym",
    "CharacterConclave": "it raises a TypeError when a character is told something",
    "Klondike": "its code is not valid Python",
    "MarketEntryGame": "it does not return from a move",
    "Poker": "it can rank a player twice, and then pays up to three times the best reward",
    "PublicGoodsGame": "it does not return from a move if there are two players or more",
    "Sokoban": "it can take a long time to make a level",
}
"""What is wrong with each kind of game that does not run."""
