"""Registers and recognised children for the tests of `data.match`: by hand, or an authority drawn with realistic errors."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import duckdb
import pyarrow as pa

AREA = "E10000025"

Person = Mapping[str, object]

_PERSON = ("forename", "surname", "date_of_birth", "sex", "postcode")
_TABLES = {
    "recognised_people": ("child_ref", *_PERSON, "area_code", "age_band"),
    "crosswalk": ("area_code", "child_ref", "upn", "la_child_id", "method", "confidence"),
    "register_education": ("area_code", "register_id", *_PERSON),
    "register_social_care": ("area_code", "register_id", "upn", *_PERSON),
}


def database(
    children: Iterable[Person] = (),
    education: Iterable[Person] = (),
    social_care: Iterable[Person] = (),
    crosswalk: Iterable[Person] = (),
) -> duckdb.DuckDBPyConnection:
    """A database with the four tables that matching reads; a column that is not given is null, an area that is not, `AREA`."""
    connection = duckdb.connect(config={"memory_limit": "1GB", "temp_directory": ""})
    for (name, columns), rows in zip(_TABLES.items(), (children, crosswalk, education, social_care), strict=True):
        given = [{"area_code": AREA} | dict(row) for row in rows]
        types = {column: pa.date32() if column == "date_of_birth" else pa.string() for column in columns}
        table = pa.table({c: pa.array([row.get(c) for row in given], t) for c, t in types.items()})
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")
    return connection


@dataclass(frozen=True)
class Authority:
    """Pupils, the recognised children, and whose record is whose: a child that is not in the register has none."""

    pupils: list[dict[str, object]]
    children: list[dict[str, object]]
    truth: dict[str, str]
    errors: dict[str, tuple[str, ...]] = field(repr=False)


FORENAMES = {
    "F": "Olivia Amelia Isla Ava Mia Ivy Lily Isabella Sophia Grace Freya Emily Poppy Ella Evelyn Charlotte Aisha Elsie Phoebe "
    "Daisy Alice Sienna Florence Matilda Sofia Ruby Harper Maryam Emma Eliza Rosie Chloe Fatima Jessica Maisie Zara Hannah "
    "Bethany Abigail Lucy Eleanor Georgia Erin Thea Imogen Niamh Zainab Holly Layla Scarlett Molly Megan Summer Heidi Nancy "
    "Robyn Lola Amber Martha Skye Jasmine Khadija Darcie Rebecca Katherine Elizabeth Victoria Samantha Nicole Keira",
    "M": "Oliver George Noah Arthur Harry Leo Muhammad Jack Charlie Oscar Jacob Henry Thomas Freddie Alfie Theodore William "
    "Theo Finley Joshua Archie Joseph Isaac James Max Daniel Adam Ethan Samuel Lucas Mohammed Alexander Benjamin Edward Harrison "
    "Logan Jayden Elijah Sebastian Dylan Zachary Tyler Reuben Callum Nathan Ibrahim Rory Kai Toby Luca Stanley Frankie Louie "
    "Matthew Yusuf Ali Connor Michael Robert David Aaron Rhys Kian Omar Jamie Ryan Cameron Bradley Kyle Aiden Nicholas",
}
SURNAMES = (
    "Smith Jones Khan Taylor Brown Hussain Williams Ahmed Wilson Ali Johnson Davies Patel Robinson Wright Thompson Evans Begum "
    "Walker White Singh Roberts Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Kaur Martin Cooper Hill Ward "
    "Hughes Moore Clark King Mahmood Harrison Lewis Baker Lee Allen Morris Scott Watson Iqbal Davis Parker James Bennett "
    "Young Phillips Richardson Mitchell Bailey Carter Cook Singh Shaw Bell Collins Morgan Kelly Begley Nowak Miller Cox "
    "Marshall Simpson Price Anderson Adams Wilkinson Foster Ellis Murphy Chapman Mason Gray Rogers Webb Hunt Mills O'Brien"
)
_STEMS = "Ash Bar Black Brad Bur Chad Clay Cran Dal East Fair Har Hay Hol Kirk Lang Lin Mar Nor Pen Rad Stan Thorn Wal Wes Whit"
_ENDS = "bury by combe cott croft dale den field ford gate ham hurst ington land ley low man mere more ridge shaw ton well wick"
NICKNAMES = {
    "Olivia": "Liv", "Amelia": "Millie", "Isabella": "Bella", "Charlotte": "Lottie", "Matilda": "Tilly", "Abigail": "Abi",
    "Eleanor": "Ellie", "Jessica": "Jess", "Bethany": "Beth", "Rebecca": "Becky", "Katherine": "Katie", "Elizabeth": "Libby",
    "Victoria": "Vicky", "Samantha": "Sam", "Nicole": "Nikki", "Georgia": "Georgie", "Megan": "Meg", "Sophia": "Sophie",
    "Oliver": "Ollie", "Thomas": "Tom", "Theodore": "Teddy", "William": "Billy", "Joshua": "Josh", "Joseph": "Joe",
    "James": "Jamie", "Daniel": "Danny", "Samuel": "Sam", "Alexander": "Alex", "Benjamin": "Ben", "Edward": "Ted",
    "Zachary": "Zak", "Matthew": "Matt", "Michael": "Mikey", "Robert": "Bobby", "David": "Dave", "Muhammad": "Mo",
    "Mohammed": "Muhammad", "Nicholas": "Nick", "Sebastian": "Seb", "Harrison": "Harry", "Jacob": "Jake", "Henry": "Harry",
}  # fmt: skip
ALIKE = {
    "F": (("Ella", "Elsa"), ("Ava", "Eva"), ("Zara", "Zahra"), ("Mia", "Maya"), ("Emily", "Emma"), ("Lily", "Lilly-Mae")),
    "M": (("Jayden", "Hayden"), ("Mohammed", "Mahmoud"), ("Kian", "Kieran"), ("Aiden", "Adam"), ("Louie", "Louis")),
}


def authority(pupils: int = 20_000, children: int = 1_500, seed: int = 1) -> Authority:
    """Families of an authority, and children of them as the force knows them.

    A tenth of the children are in no register, a fifth of those with a namesake of the same age in it; of the others three in
    ten are written down with one error and one in twenty with two; a tenth have no postcode. One birth in fifty is of twins,
    every other pair of them with names alike; one child in fifty has a namesake born in the same year.
    """
    draw = random.Random(seed)
    people = _families(draw, pupils)
    known = draw.sample(people, children)
    absent = {str(person["register_id"]) for person in known[: children // 10]}
    register = [dict(person) for person in people if person["register_id"] not in absent]
    register += [_namesake(draw, person, f"N{n:06}") for n, person in enumerate(known) if draw.random() < _strangers(n, children)]
    written, truth, errors = [], {}, {}
    for n, person in enumerate(known):
        ref = f"child-{n:05}"
        kinds = draw.choices([0, 1, 2], [65, 30, 5])[0]
        row, errors[ref] = _miswritten(draw, person, kinds)
        row["child_ref"] = ref
        written.append(row)
        if person["register_id"] not in absent:
            truth[ref] = str(person["register_id"])
    draw.shuffle(register)
    return Authority(register, written, truth, errors)


def _strangers(n: int, children: int) -> float:
    return 0.2 if n < children // 10 else 0.02


def _families(draw: random.Random, pupils: int) -> list[dict[str, object]]:
    surnames = [*SURNAMES.split(), *(stem + end for stem in _STEMS.split() for end in _ENDS.split())]
    weights = [1 / (rank + 12) for rank in range(len(surnames))]
    postcodes = [_postcode(draw) for _ in range(pupils // 5)]
    people: list[dict[str, object]] = []
    while len(people) < pupils:
        surname, other = draw.choices(surnames, weights, k=2)
        family = f"{surname}-{other}" if draw.random() < 0.08 else surname
        born = date(2006, 1, 1) + timedelta(draw.randrange(13 * 365))
        postcode = draw.choice(postcodes)
        for forename, sex, day in _births(draw, born):
            person = {"forename": forename, "surname": family, "date_of_birth": day, "sex": sex, "postcode": postcode}
            people.append({"register_id": f"P{len(people):06}", **person})
    return people[:pupils]


def _births(draw: random.Random, born: date) -> list[tuple[str, str, date]]:
    births: list[tuple[str, str, date]] = []
    for _ in range(draw.choices([1, 2, 3, 4], [40, 40, 15, 5])[0]):
        sex = draw.choice("FM")
        if draw.random() < 0.02:
            other = draw.choice("FM")
            alike = draw.choice(ALIKE[sex]) if draw.random() < 0.5 else None
            births += [(alike[0], sex, born), (alike[1], sex, born)] if alike else []
            births += [] if alike else [(_forename(draw, sex), sex, born), (_forename(draw, other), other, born)]
        else:
            births.append((_forename(draw, sex), sex, born))
        born += timedelta(draw.randrange(330, 1500))
    names = [name for name, _, _ in births]
    return [birth for n, birth in enumerate(births) if birth[0] not in names[:n]]


def _forename(draw: random.Random, sex: str) -> str:
    names = FORENAMES[sex].split()
    name = draw.choices(names, [1 / (rank + 8) for rank in range(len(names))])[0]
    return f"{name}-{draw.choice(['Mae', 'Rose', 'Grace', 'Lee'])}" if draw.random() < 0.04 else name


def _postcode(draw: random.Random) -> str:
    letters = [letter for letter in string.ascii_uppercase if letter not in "CIKMOV"]
    return f"B{draw.randrange(1, 40)} {draw.randrange(1, 9)}{draw.choice(letters)}{draw.choice(letters)}"


def _namesake(draw: random.Random, person: Person, register_id: str) -> dict[str, object]:
    day = person["date_of_birth"]
    assert isinstance(day, date)
    born = date(day.year, 1, 1) + timedelta(draw.randrange(365))
    return dict(person) | {"register_id": register_id, "postcode": _postcode(draw), "date_of_birth": born}


def _miswritten(draw: random.Random, person: Person, errors: int) -> tuple[dict[str, object], tuple[str, ...]]:
    """The person as the force wrote them down, with that many errors, each in another column."""
    kinds = draw.sample(list(_ERRORS), errors, counts=[share for _, _, share in _ERRORS.values()])
    while len({_ERRORS[kind][0] for kind in kinds}) < errors:
        kinds = draw.sample(list(_ERRORS), errors, counts=[share for _, _, share in _ERRORS.values()])
    row = {column: person[column] for column in _PERSON}
    for kind in kinds:
        column, change, _ = _ERRORS[kind]
        row[column] = change(draw, row[column])
    if draw.random() < 0.1:
        row["postcode"] = ""
    return row, tuple(kinds)


def _nickname(draw: random.Random, name: object) -> str:
    return NICKNAMES.get(str(name)) or _misspelt(draw, name)


def _misspelt(draw: random.Random, name: object) -> str:
    """One letter doubled, dropped, swapped with the next or another, after the first."""
    text = str(name)
    place = draw.randrange(1, len(text))
    first, letter, rest = text[:place], text[place], text[place + 1 :]
    changed = draw.choice(
        [first + letter + letter + rest, first + rest, first + rest[:1] + letter + rest[1:], first + draw.choice("aeioun") + rest]
    )
    return changed if changed != text and len(changed) > 1 else text + draw.choice("es")


def _barrelled(draw: random.Random, name: object) -> str:
    """One part of a double-barrelled name, or a second part on a single one."""
    parts = str(name).split("-")
    if len(parts) > 1:
        return draw.choice(parts)
    return f"{name}-{draw.choice(SURNAMES.split())}"


def _renamed(draw: random.Random, name: object) -> str:
    return draw.choice([other for other in SURNAMES.split() if other != name])


def _swapped(draw: random.Random, day: object) -> date:
    """Day and month swapped; where that is no date, one digit wrong."""
    assert isinstance(day, date)
    return date(day.year, day.day, day.month) if day.day <= 12 and day.day != day.month else _digit(draw, day)


def _digit(draw: random.Random, day: object) -> date:
    assert isinstance(day, date)
    whole = day.replace(day=min(day.day, 28))
    return draw.choice([whole.replace(year=day.year + draw.choice([-1, 1])), day.replace(day=day.day % 28 + 1)])


def _moved(draw: random.Random, postcode: object) -> str:
    return _postcode(draw)


_ERRORS: dict[str, tuple[str, Callable[[random.Random, object], object], int]] = {
    "nickname": ("forename", _nickname, 20),
    "forename misspelt": ("forename", _misspelt, 12),
    "surname misspelt": ("surname", _misspelt, 15),
    "double-barrelled": ("surname", _barrelled, 10),
    "surname changed": ("surname", _renamed, 5),
    "day and month swapped": ("date_of_birth", _swapped, 10),
    "a digit of the birthday": ("date_of_birth", _digit, 6),
    "moved house": ("postcode", _moved, 22),
}
"""What goes wrong between a police record and a school's, in which column, and how often of a hundred errors."""
