"""What is different between two versions of a form's settings."""

from typing import Any

from recommender.agency.form import FormSettings, plain


def changes(old: FormSettings | None, new: FormSettings) -> list[tuple[str, str, str]]:
    """Settings that differ: the place such as `brand.accent`, then the earlier and new value.

    A value that is not there is "". A new form differs from one of which only this is known:
    its name and slug.
    """
    before = _flat(plain(old or FormSettings(name=new.name, slug=new.slug)))
    after = _flat(plain(new))
    places = dict.fromkeys((*before, *after))
    return [
        (place, before.get(place, ""), after.get(place, ""))
        for place in places
        if before.get(place, "") != after.get(place, "")
    ]


def next_version(version: str) -> str:
    """A name for the version after this one: the number at its end made greater, else a 2."""
    stem = version.rstrip("0123456789")
    number = version[len(stem) :]
    return f"{stem}{int(number) + 1}" if number else f"{stem}-2"


def consent_reworded(old: FormSettings | None, new: FormSettings) -> bool:
    """Whether people agree to other words under the same version as before."""
    if old is None or old.consent.version != new.consent.version:
        return False
    return (old.consent.id, old.consent.en) != (new.consent.id, new.consent.en)


def _flat(value: Any, place: str = "") -> dict[str, str]:
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        inner = {str(at): one for at, one in enumerate(value, 1)}.items()
    else:
        text = ", ".join(value) if isinstance(value, list) else value
        return {place: text} if text else {}
    found: dict[str, str] = {}
    for key, one in inner:
        found |= _flat(one, f"{place}.{key}" if place else key)
    return found
