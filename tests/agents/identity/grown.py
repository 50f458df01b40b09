"""Business listings grown from real ones by seeded noise, with the place of each known.

`perturbed` writes every given place two to four times, as different directories would: shortened,
misspelt, with fields left out. `grown` first makes new places out of the words of the given ones,
as many as asked, some of them chains, and then does the same. The seed decides everything.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Row = dict[str, object]

SHORT = {
    "Road": "Rd", "Street": "St", "Avenue": "Ave", "Lane": "Ln", "Drive": "Dr", "Square": "Sq",
    "Terrace": "Tce", "Court": "Ct", "Place": "Pl", "North": "N", "South": "S", "West": "W",
    "East": "E", "Boulevard": "Blvd", "Crescent": "Cres", "Gardens": "Gdns",
}  # fmt: skip
NAME_SHORT = {
    "Restaurant": "Rest", "Centre": "Ctr", "Center": "Ctr", "and": "&", "&": "and", "Hotel": "Htl",
    "School": "Sch", "Community": "Comm", "Saint": "St", "House": "Hse", "International": "Intl",
}  # fmt: skip
FORMS = ("Ltd", "Limited", "LTD.", "(UK) Ltd", "Inc.", "LLC")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Place:
    """One true place, from which listings are written."""

    name: str
    number: str
    street: str
    town: str
    postcode: str
    phone: str


def perturbed(places: Sequence[Place], seed: int) -> Iterator[tuple[Row, int]]:
    """(row as some directory writes it, index of its place), two to four rows a place."""
    rng = random.Random(seed)
    for index, place in enumerate(places):
        for _ in range(rng.choice((2, 2, 3, 4))):
            yield _written(place, rng), index


def grown(places: Sequence[Place], listings: int, seed: int) -> Iterator[tuple[Row, int]]:
    """As many rows as asked, of new places made from the words of the given ones."""
    rng = random.Random(seed)
    made = 0
    index = 0
    words = _words(places)
    while made < listings:
        place = _new(places, words, rng)
        for _ in range(min(rng.choice((1, 2, 2, 3, 4)), listings - made)):
            yield _written(place, rng), index
            made += 1
        index += 1


def of_restaurants(rows: Sequence[Mapping[str, str]]) -> list[Place]:
    """Places of the layout of uk_restaurants.csv that state a house number, each once."""
    found: dict[tuple[str, str], Place] = {}
    for at, row in enumerate(rows):
        number, _, street = row["Line 1"].strip().partition(" ")
        if number.isdigit() and street and row["Postcode"].strip():
            place = Place(
                " ".join(row["Name"].split()).title(),
                number,
                street.title(),
                row["Town"].strip().title(),
                row["Postcode"].strip().upper(),
                f"0{1200 + at % 700} {300_000 + 37 * at % 600_000}",
            )
            found.setdefault((place.number + place.street.casefold(), place.postcode), place)
    return list(found.values())


def _words(places: Sequence[Place]) -> list[str]:
    found = {word for place in places for word in place.name.split() if len(word) > 2}
    return sorted(found)


def _new(places: Sequence[Place], words: Sequence[str], rng: random.Random) -> Place:
    """A new place: a third of the names are taken whole, so that there are chains."""
    name = rng.choice(places).name
    if rng.random() > 0.33:
        name = " ".join([rng.choice(words), rng.choice(words), name.split()[-1]])
    area = rng.choice(places)
    end = "".join(rng.choice("ABDEFGHJLNPQRSTUWXYZ") for _ in range(2))
    postcode = f"{area.postcode[:-3].strip()} {rng.randint(0, 9)}{end}"
    phone = f"0{rng.randint(1200, 1999)} {rng.randint(200_000, 999_999)}"
    street = rng.choice(places).street
    return Place(name, str(rng.randint(1, 300)), street, area.town, postcode, phone)


def _written(place: Place, rng: random.Random) -> Row:
    """One directory's record of a place."""
    street = _street(place.street, rng)
    number = "" if rng.random() < 0.03 else place.number
    row: Row = {
        "Business Name": _case(_name(place, rng), rng),
        "Address": _case(f"{number} {street}".strip(), rng),
        "Town": "" if rng.random() < 0.1 else _case(place.town, rng),
        "Postcode": _postcode(place.postcode, rng),
        "Phone": _phone(place.phone, rng),
    }
    return row


def _name(place: Place, rng: random.Random) -> str:
    words = place.name.split()
    words = [NAME_SHORT.get(word, word) if rng.random() < 0.4 else word for word in words]
    if len(words) > 2 and rng.random() < 0.12:
        del words[rng.randrange(1, len(words))]
    if rng.random() < 0.12:
        at = rng.randrange(len(words))
        words[at] = _slip(words[at], rng)
    if words[0] == "The" and len(words) > 1 and rng.random() < 0.4:
        del words[0]
    if rng.random() < 0.12:
        words.append(rng.choice(FORMS))
    if rng.random() < 0.06:
        words.append(place.town)
    return " ".join(words)


def _street(street: str, rng: random.Random) -> str:
    words = [SHORT.get(word, word) if rng.random() < 0.4 else word for word in street.split()]
    if rng.random() < 0.06:
        at = rng.randrange(len(words))
        words[at] = _slip(words[at], rng)
    return " ".join(words)


def _slip(word: str, rng: random.Random) -> str:
    """One key left out, doubled, swapped or wrong, never the first."""
    if len(word) < 5 or word.isdigit():
        return word
    at = rng.randrange(1, len(word) - 1)
    return rng.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + rng.choice(LETTERS) + word[at + 1 :],
        )
    )


def _case(text: str, rng: random.Random) -> str:
    return rng.choice((text, text, text, text.upper(), text.lower(), f" {text} "))


def _postcode(postcode: str, rng: random.Random) -> str:
    if rng.random() < 0.15:
        return ""
    if rng.random() < 0.02:
        at = rng.randrange(len(postcode) - 3, len(postcode))
        wrong = rng.choice("0123456789" if at == len(postcode) - 3 else "ABDEFGHJ")
        return postcode[:at] + wrong + postcode[at + 1 :]
    return rng.choice((postcode, postcode, postcode.replace(" ", ""), postcode.lower()))


def _phone(phone: str, rng: random.Random) -> str:
    if rng.random() < 0.3:
        return ""
    digits = phone.replace(" ", "")
    return rng.choice((phone, digits, f"+44 {digits[1:]}", f"({digits[:5]}) {digits[5:]}"))
