"""The colours, each with one meaning: the values of `documents/assets/tokens.css`, as a test holds them."""

from __future__ import annotations

from typing import Final

INK: Final = "#1d2433"
SOFT_INK: Final = "#55606e"
PAPER: Final = "#ffffff"
WASH: Final = "#f6f5f1"
LINE: Final = "#d9d6cf"
SHOPPERS: Final = "#0072b2"
COMPLAINANTS: Final = "#d55e00"
COMPLAINANTS_TEXT: Final = "#b24a00"
HIRED_REAL_NEED: Final = "#56b4e9"
CUSTOMERS: Final = "#8a8f98"

ARM_COLOURS: Final = {
    "shopper": SHOPPERS,
    "complainant": COMPLAINANTS,
    "hired_real_need": HIRED_REAL_NEED,
    "customer": CUSTOMERS,
}
