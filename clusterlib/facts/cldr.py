"""What Unicode's locale data say of a language: months, scales, currencies, units."""

import functools
from collections.abc import Iterator
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.numbers import format_compact_decimal, get_currency_name, get_currency_symbol
from babel.units import UnknownUnitError, format_unit

# Numbers that between them take every plural form.
SAMPLES = (1, 2, 3, 5, 6, 8, 21, 100, 1.5)
SCALES = tuple(10**power for power in (3, 6, 9, 12))
CURRENCIES = (
    "EUR USD GBP CHF NOK SEK DKK ISK PLN CZK HUF RON BGN RSD TRY UAH JPY CNY CAD AUD INR BRL RUB"
).split()
UNITS = {
    "mass-gram": "grams",
    "mass-kilogram": "kilograms",
    "mass-tonne": "tonnes",
    "length-centimeter": "centimetres",
    "length-millimeter": "millimetres",
    "length-meter": "metres",
    "length-kilometer": "kilometres",
    "area-square-meter": "square metres",
    "area-square-kilometer": "square kilometres",
    "area-hectare": "hectares",
    "volume-liter": "litres",
    "volume-cubic-meter": "cubic metres",
    "power-watt": "watts",
    "power-kilowatt": "kilowatts",
    "power-megawatt": "megawatts",
    "power-gigawatt": "gigawatts",
    "energy-kilowatt-hour": "kilowatt-hours",
    "temperature-celsius": "degrees Celsius",
    "electric-volt": "volts",
}


@functools.cache
def locale(lang: str) -> Locale:
    """Return the locale of a language tag, or the English one if there is none.

    >>> locale("de-AT").territory, locale("xx").language
    ('AT', 'en')
    """
    for tag in (lang, lang.split("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def months(tongue: Locale) -> Iterator[tuple[str, int]]:
    """Yield the names of the months, whole and shortened."""
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in tongue.months[context][width].items():
                if not name.strip(".").isdigit() and len(name.strip(".")) > 2:
                    yield name, month


def scales(tongue: Locale) -> Iterator[tuple[str, int]]:
    """Yield words such as million and Mio., with what they multiply by."""
    for scale in SCALES:
        for sample in (1, 2, 5, 21):
            for width in ("long", "short"):
                if width not in tongue.compact_decimal_formats:
                    continue
                shown = format_compact_decimal(sample * scale, format_type=width, locale=tongue)
                number = "".join(char for char in shown if char.isdigit())
                word = shown.replace(number, "").strip(" \u00a0\u200f")
                if number and len(word) > 1 and (sample * scale) % int(number) == 0:
                    yield word, sample * scale // int(number)


def percents(tongue: Locale) -> Iterator[str]:
    """Yield the words for per cent."""
    yield from _forms("concentr-percent", tongue, ("long",))


def units(tongue: Locale) -> Iterator[tuple[str, str]]:
    """Yield the names and symbols of physical units, with their English names."""
    for unit, english in UNITS.items():
        for form in _forms(unit, tongue, ("long", "short")):
            yield form, english


def currencies(tongue: Locale) -> Iterator[tuple[str, str]]:
    """Yield the names of currencies in their plural forms, with ISO codes."""
    for code in CURRENCIES:
        for sample in (1, 2, 5, 1.5):
            yield get_currency_name(code, count=sample, locale=tongue), code
        symbol = get_currency_symbol(code, locale=tongue)
        if any(char.isalpha() for char in symbol):
            yield symbol, code


def decimal(tongue: Locale) -> str:
    """Return the sign before the decimals."""
    return str(tongue.number_symbols.get("latn", {}).get("decimal", "."))


def _forms(
    unit: str, tongue: Locale, widths: tuple[Literal["long", "short"], ...]
) -> Iterator[str]:
    for width in widths:
        for sample in SAMPLES:
            try:
                shown = format_unit(sample, unit, length=width, locale=tongue)
            except UnknownUnitError:
                return
            yield shown.strip("0123456789.,٫ \u00a0\u202f")
