"""THIRD_PARTY.md names what Arena asks for, and no licence but the packages' own."""

from __future__ import annotations

import re

from tests.packaging.third_party import licence_of, required, rows


def kind(licence: str) -> str:
    """Return the first kind of licence that is named."""
    found = re.search(r"Apache|BSD|GPL|ISC|MIT|MPL|Python", licence)
    return found.group() if found else licence


def test_it_names_every_package_that_is_asked_for_and_what_for() -> None:
    assert {name: extras for name, _, extras in rows()} == {
        name: ", ".join(extras) for name, extras in required().items()
    }


def test_licences_are_those_of_the_packages_that_are_installed() -> None:
    """Their kinds are, as versions word the same licence in several ways."""
    listed = {name: kind(licence) for name, licence, _ in rows()}
    installed = {name: kind(licence) for name in listed if (licence := licence_of(name))}
    assert {"pydantic", "numpy", "pytest"} <= set(installed)
    assert {name: listed[name] for name in installed} == installed


def test_no_licence_is_left_out() -> None:
    assert [name for name, licence, _ in rows() if not licence.strip()] == []
