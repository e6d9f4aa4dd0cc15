"""Public holidays of a country, as the package `holidays` knows them; a house takes them as its own and goes on."""

from datetime import date

from rca.lib.refused import Refused

BACK, AHEAD = 1, 5  # years from this one


def countries() -> list[tuple[str, str]]:
    """Code and name of each country that is known: GB, United Kingdom."""
    from holidays.registry import COUNTRIES  # a tenth of a second, which no other page has to wait for

    return sorted(((codes[1], _named(key)) for key, codes in COUNTRIES.items()), key=lambda one: one[1])


def holidays_of(country: str, year: int, part: str, *, today: date) -> dict[date, str]:
    """Day and name of each, of the whole country or of one part of it; refuses what is not known, in a sentence."""
    import holidays

    if not today.year - BACK <= year <= today.year + AHEAD:
        raise Refused(f"Say a year between {today.year - BACK} and {today.year + AHEAD}.")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        raise Refused(f"“{country[:20]}” is no country that is known here: say its two letters, like GB.")
    parts = sorted(known[country])
    if part and part not in parts:
        raise Refused(f"“{part[:20]}” is no part of {country}" + (f": it knows {', '.join(parts)}." if parts else "."))
    found = holidays.country_holidays(country, subdiv=part or None, years=year)
    if not found:
        raise Refused(f"Nothing is known of {country} in {year}: add the days by hand.")
    return {day: str(name) for day, name in found.items()}


def _named(key: str) -> str:
    small = {"and", "of", "the"}
    return " ".join(word if word in small else word.capitalize() for word in key.split("_"))
