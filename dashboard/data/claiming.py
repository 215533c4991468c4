"""Claimed figures, and what leaves the house of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.data.watching import archive, key, watched
from metrics.figure_words import Listed, read_lists
from metrics.ledger import figures_table
from metrics.masking import Masker, masked_claims
from metrics.person_words import read_persons
from metrics.persons import Persons


def claims(first: date, last: date) -> pd.DataFrame:
    """Every claimed figure of these days, columns metrics.ledger.LEDGER."""
    return _claims(key(), first, last)


@st.cache_resource(max_entries=8, show_spinner=False)
def _claims(key: str, first: date, last: date) -> pd.DataFrame:
    return figures_table(archive(), watched().attribution, first=first, last=last)


def masked(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims as they may be handed on: without the names of private persons."""
    return masked_claims(claims, masker(), watched().monitor.languages)


def masker() -> Masker:
    """A new one for everything that is handed on: it numbers private persons as they come."""
    return Masker(_persons(os.environ.get("MONITOR", "")))


@st.cache_resource(max_entries=8, show_spinner=False)
def _persons(folder: str) -> Persons:
    return Persons(read_persons(watched().monitor, watched().lexicon))


def figure_subjects() -> Mapping[str, Listed]:
    """What a figure can be about."""
    return _figure_subjects(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _figure_subjects(folder: str) -> Mapping[str, Listed]:
    return read_lists(watched().monitor.common).subjects


def figure_units() -> Mapping[str, Listed]:
    """What figures are counted in."""
    return _figure_units(os.environ.get("MONITOR", ""))


@st.cache_resource(max_entries=8, show_spinner=False)
def _figure_units(folder: str) -> Mapping[str, Listed]:
    return read_lists(watched().monitor.common).units
