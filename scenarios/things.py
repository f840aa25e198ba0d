"""Things for twenty questions, and what is true of them: a table of our own.

Each name may have several spellings, with ``;`` between them. `THING_FACTS` has for each question that the
table can answer the things (by their first spelling) for which the answer is yes. Any two things differ
in at least one answer.
"""

from __future__ import annotations

from collections.abc import Mapping

THINGS = (
    *("Football;soccer ball;ball", "Dog", "Banana", "Truck;lorry", "Pants;trousers", "Computer", "Piano"),
    *("Chair", "Pen", "Scissors;pair of scissors"),
    *("Cat", "Horse", "Eagle", "Goldfish", "Bee"),
    *("Apple", "Bread", "Cheese", "Carrot", "Egg"),
    *("Bicycle;bike", "Boat", "Airplane;aeroplane;plane", "Train"),
    *("Hat", "Shoe", "Glove", "Raincoat"),
    *("Lamp", "Telephone;phone", "Television;tv", "Refrigerator;fridge"),
    *("Guitar", "Drum", "Violin"),
    *("Bed", "Table", "Bookcase"),
    *("Book", "Pencil", "Stapler"),
    *("Hammer", "Saw", "Ladder"),
    *("Tennis racket;racket", "Surfboard"),
    *("Spoon", "Frying pan;pan", "Cup;mug"),
    *("Candle", "Umbrella", "Mirror"),
)
"""The things. Those of the subset of ten come first."""

TEN = THINGS[:10]
"""The subset of ten that the paper plays with its candidates shown."""

_FACTS = {
    "Does it weigh less than a kilogram?": (
        "Football Banana Pants Pen Scissors Goldfish Bee Apple Bread Cheese Carrot Egg Hat Shoe Glove "
        "Telephone Violin Book Pencil Stapler Hammer Saw Tennis_racket Spoon Cup Candle Umbrella Raincoat"
    ),
    "Is it usually found on a desk?": "Computer Pen Scissors Lamp Telephone Book Pencil Stapler",
    "Is it made mostly of metal?": (
        "Truck Scissors Train Airplane Bicycle Refrigerator Stapler Hammer Saw Spoon Frying_pan"
    ),
    "Can you eat it?": "Banana Apple Bread Cheese Carrot Egg",
    "Do you wear it?": "Pants Hat Shoe Glove Raincoat",
    "Is it heavier than a grown person?": "Truck Piano Horse Boat Airplane Train",
    "Is it a vehicle?": "Truck Bicycle Boat Airplane Train",
    "Is it an animal?": "Dog Cat Horse Eagle Goldfish Bee",
    "Does it need electricity?": "Computer Lamp Telephone Television Refrigerator",
    "Is it a musical instrument?": "Piano Guitar Drum Violin",
    "Is it a piece of furniture?": "Chair Bed Table Bookcase",
    "Is it used in a sport?": "Football Tennis_racket Surfboard",
    "Is it used in the kitchen?": "Refrigerator Spoon Frying_pan Cup",
    "Can it fly?": "Eagle Bee Airplane",
    "Does it live or travel in or on water?": "Goldfish Boat Surfboard",
    "Does it have strings?": "Piano Guitar Violin Tennis_racket",
    "Do people sit or lie on it?": "Chair Bed Horse Bicycle Surfboard",
    "Is it usually made of wood?": "Pencil Violin Guitar Piano Chair Bed Table Bookcase",
    "Is it a fruit?": "Banana Apple",
    "Does it grow on a plant?": "Banana Apple Carrot",
    "Is it round?": "Football Apple",
    "Is it baked?": "Bread",
    "Is it made of milk?": "Cheese",
    "Does it have pages?": "Book",
    "Is it used to write?": "Pen Pencil Computer",
    "Is it a tool?": "Hammer Saw Ladder Scissors",
    "Is it used to cut?": "Scissors Saw",
    "Is it worn on the hands or the feet?": "Shoe Glove",
    "Is it worn on the hands?": "Glove",
    "Does it keep off the rain?": "Raincoat Umbrella",
    "Does it bark?": "Dog",
    "Does it have a screen?": "Computer Telephone Television",
    "Do you speak into it?": "Telephone",
    "Does it keep things cold?": "Refrigerator",
    "Do you drink out of it?": "Cup",
    "Does it burn?": "Candle",
    "Is it worn on the head?": "Hat",
    "Is it slept in?": "Bed",
    "Is it played with sticks?": "Drum",
    "Does it run on rails?": "Train",
    "Can you see yourself in it?": "Mirror",
    "Are meals eaten at it?": "Table",
    "Does it have rungs?": "Ladder",
}

THING_FACTS: Mapping[str, frozenset[str]] = {
    question: frozenset(name.replace("_", " ") for name in names.split())
    for question, names in _FACTS.items()
}
"""The questions that the table can answer, and the things for which the answer is yes."""
