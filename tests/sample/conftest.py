"""Tests of this folder are about the sample district, not the cast."""

import pytest


@pytest.fixture(scope="session")
def template(sample_template: str) -> str:
    return sample_template
