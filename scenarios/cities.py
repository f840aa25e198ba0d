"""Cities for guess my city, and what is true of them: a table of our own.

Each name may have several spellings, with ``;`` between them. `CITY_FACTS` has for each question that the
table can answer the cities (by their first spelling) for which the answer is yes. Any two cities differ in at
least one answer. No city is named like a common word, as Nice is.
"""

from __future__ import annotations

from collections.abc import Mapping

CITIES: Mapping[str, str] = {
    "London": "England",
    "Paris": "France",
    "Berlin": "Germany",
    "Hamburg": "Germany",
    "Madrid": "Spain",
    "Barcelona": "Spain",
    "Rome;Roma": "Italy",
    "Venice;Venezia": "Italy",
    "Lisbon;Lisboa": "Portugal",
    "Vienna;Wien": "Austria",
    "Prague;Praha": "Czechia",
    "Warsaw;Warszawa": "Poland",
    "Kyiv;Kiev": "Ukraine",
    "Oslo": "Norway",
    "Stockholm": "Sweden",
    "Helsinki": "Finland",
    "Dublin": "Ireland",
    "Brussels;Bruxelles": "Belgium",
    "Tokyo": "Japan",
    "Beijing;Peking": "China",
    "Shanghai": "China",
    "Seoul": "South Korea",
    "Hanoi": "Vietnam",
    "Mumbai;Bombay": "India",
    "Kolkata;Calcutta": "India",
    "Singapore": "Singapore",
    "Manila": "Philippines",
    "Tehran;Teheran": "Iran",
    "Baghdad": "Iraq",
    "Kathmandu": "Nepal",
    "Cairo": "Egypt",
    "Lagos": "Nigeria",
    "Nairobi": "Kenya",
    "Johannesburg": "South Africa",
    "Casablanca": "Morocco",
    "Addis Ababa": "Ethiopia",
    "New York;New York City;NYC": "United States",
    "Chicago": "United States",
    "Toronto": "Canada",
    "Vancouver": "Canada",
    "Mexico City;Ciudad de México": "Mexico",
    "Havana;La Habana": "Cuba",
    "Rio de Janeiro;Rio": "Brazil",
    "São Paulo": "Brazil",
    "Lima": "Peru",
    "Quito": "Ecuador",
    "Bogotá": "Colombia",
    "Santiago": "Chile",
    "Sydney": "Australia",
    "Melbourne": "Australia",
    "Auckland": "New Zealand",
}
"""The cities, with their countries."""

_FACTS = {
    "Is your town in Europe?": (
        "London Paris Berlin Hamburg Madrid Barcelona Rome Venice Lisbon Vienna Prague Warsaw Kyiv Oslo "
        "Stockholm Helsinki Dublin Brussels"
    ),
    "Is your town in Asia?": (
        "Tokyo Beijing Shanghai Seoul Hanoi Mumbai Kolkata Singapore Manila Tehran Baghdad Kathmandu"
    ),
    "Is your town in Africa?": "Cairo Lagos Nairobi Johannesburg Casablanca Addis_Ababa",
    "Is your town in North America?": "New_York Chicago Toronto Vancouver Mexico_City Havana",
    "Is your town in South America?": "Rio_de_Janeiro São_Paulo Lima Quito Bogotá Santiago",
    "Is your town the capital of your country?": (
        "London Paris Berlin Madrid Rome Lisbon Vienna Prague Warsaw Kyiv Oslo Stockholm Helsinki Dublin "
        "Brussels Tokyo Beijing Seoul Hanoi Singapore Manila Tehran Baghdad Kathmandu Cairo Nairobi "
        "Addis_Ababa Mexico_City Havana Lima Quito Bogotá Santiago"
    ),
    "Is your town by the sea?": (
        "Barcelona Venice Lisbon Oslo Stockholm Helsinki Dublin Tokyo Shanghai Mumbai Singapore Manila "
        "Lagos Casablanca New_York Vancouver Havana Rio_de_Janeiro Lima Sydney Melbourne Auckland"
    ),
    "Is your town south of the equator?": (
        "Nairobi Johannesburg Rio_de_Janeiro São_Paulo Lima Quito Santiago Sydney Melbourne Auckland"
    ),
    "Has your town hosted the summer Olympics?": (
        "London Paris Berlin Rome Barcelona Stockholm Helsinki Tokyo Beijing Seoul Mexico_City "
        "Rio_de_Janeiro Sydney Melbourne"
    ),
    "Is your town more than 1000 metres above the sea?": (
        "Tehran Kathmandu Nairobi Johannesburg Addis_Ababa Mexico_City Quito Bogotá"
    ),
    "Is your country in the European Union?": (
        "Paris Berlin Hamburg Madrid Barcelona Rome Venice Lisbon Vienna Prague Warsaw Stockholm Helsinki "
        "Dublin Brussels"
    ),
    "Does your country have a king, a queen or an emperor?": (
        "London Madrid Barcelona Oslo Stockholm Brussels Tokyo Toronto Vancouver Sydney Melbourne Auckland"
    ),
    "Is Spanish the language of your country?": (
        "Madrid Barcelona Mexico_City Havana Lima Quito Bogotá Santiago"
    ),
    "Is German the language of your country?": "Berlin Hamburg Vienna",
}
_LETTERS = "Does the name of your town begin with a letter from A to {}?"

CITY_FACTS: Mapping[str, frozenset[str]] = {
    question: frozenset(name.replace("_", " ") for name in names.split())
    for question, names in _FACTS.items()
} | {
    _LETTERS.format(letter): frozenset(
        first for city in CITIES if (first := city.split(";")[0]) < letter + "~"
    )
    for letter in "BDHKMPST"
}
"""The questions that the table can answer, and the cities for which the answer is yes."""
