"""The answers to an item's own form, checked against it."""

from collections.abc import Mapping
from typing import Any

from service.catalog.models import ServiceItem
from service.catalog.rules.faults import refuse
from service.catalog.rules.forms import FormField, answer_faults


def check_answers(item: ServiceItem | None, answers: Mapping[str, Any], *, complete: bool) -> None:
    """Go on only with answers that fit the item's form; `complete` also wants the required ones.

    Without an item there is no form, and nothing to answer.

    Raises:
        Invalid: names each answer that does not fit.
    """
    form = [FormField.model_validate(field) for field in item.form] if item else []
    refuse(answer_faults(form, answers, complete=complete), "body", "attributes")
