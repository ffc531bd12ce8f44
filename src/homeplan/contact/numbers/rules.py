"""Reads typed telephone numbers, and writes stored ones for people. Pure."""

from datetime import timedelta

from homeplan.contact.numbers.model import Telephone, UnusableNumber

KEPT_AFTER_LEAVING = timedelta(days=7)
"""The longest time that a number outlives leaving, while an urgent alert is open (docs/adr/0007)."""


def e164(typed: str, region: str, *, field: str) -> str:
    """The number in E.164. `region`: the ISO 3166 country of numbers without a prefix. Raises UnusableNumber.

    Extensions and short numbers are refused: a link could not call them.
    """
    import phonenumbers  # at the first number: it takes a twentieth of the time to start

    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise UnusableNumber(field=field) from None
    if number.extension or not phonenumbers.is_valid_number(number):
        raise UnusableNumber(field=field)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def telephone(number: str, region: str) -> Telephone:
    """A stored number to call and to read in a clinic of that country."""
    import phonenumbers  # as above

    parsed = phonenumbers.parse(number, None)
    is_home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if is_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return Telephone(number=number, shown=phonenumbers.format_number(parsed, style))
