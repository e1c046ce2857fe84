"""What is promised: the item's limit, shortened by type and urgency (domain reference §1.7)."""

import pytest

from service.catalog.rules.promises import FIRST_POLICY, Promise, Terms, promise, shorter
from service.catalog.rules.words import RequestType, Urgency
from service.kit.calendar import Limit, LimitUnit

CONSULTATION, HELP, SUGGESTION = RequestType.CONSULTATION, RequestType.HELP, RequestType.SUGGESTION
NORMAL, URGENT, CRITICAL = Urgency.NORMAL, Urgency.URGENT, Urgency.CRITICAL


def days(amount: int) -> Limit:
    return Limit(amount, LimitUnit.WORKING_DAYS)


def hours(amount: int) -> Limit:
    return Limit(amount, LimitUnit.NATURAL_HOURS)


MORE_POWER = Terms(days(10))
QUICK_LOAN = Terms(days(3))
POWER_CUT = Terms(hours(24), contact=hours(2), note="24小时内恢复供电或给出抢修方案。")
UNPAID = Terms(Limit(30, LimitUnit.NATURAL_DAYS))
FEED = Terms(days(5), urgent=hours(24))


def promised(terms: Terms, type: RequestType, urgency: Urgency) -> Promise:
    return promise(terms, type, urgency, "区供电公司", FIRST_POLICY)


@pytest.mark.parametrize(
    ("terms", "type", "urgency", "limit"),
    [
        pytest.param(MORE_POWER, HELP, NORMAL, days(10), id="the item's own"),
        pytest.param(MORE_POWER, CONSULTATION, NORMAL, days(3), id="a consultation takes three days at most"),
        pytest.param(QUICK_LOAN, CONSULTATION, NORMAL, days(3), id="a consultation on a quick item"),
        pytest.param(POWER_CUT, CONSULTATION, NORMAL, hours(24), id="a consultation never lengthens"),
        pytest.param(UNPAID, CONSULTATION, NORMAL, days(3), id="a consultation against plain days"),
        pytest.param(MORE_POWER, SUGGESTION, NORMAL, days(7), id="a suggestion is answered in seven days"),
        pytest.param(QUICK_LOAN, SUGGESTION, URGENT, days(7), id="a suggestion is not hurried"),
        pytest.param(QUICK_LOAN, RequestType.PRAISE, NORMAL, days(7), id="a praise is answered"),
        pytest.param(MORE_POWER, HELP, URGENT, days(5), id="urgent: half"),
        pytest.param(QUICK_LOAN, HELP, URGENT, days(2), id="urgent: half, rounded up"),
        pytest.param(POWER_CUT, HELP, URGENT, hours(24), id="urgent: hours stay"),
        pytest.param(FEED, HELP, URGENT, hours(24), id="urgent: the item's urgent limit"),
        pytest.param(FEED, RequestType.COMPLAINT, CRITICAL, hours(24), id="critical goes as urgent"),
        pytest.param(
            UNPAID, HELP, URGENT, Limit(15, LimitUnit.NATURAL_DAYS), id="urgent: half of plain days"
        ),
        pytest.param(MORE_POWER, CONSULTATION, URGENT, days(3), id="an urgent consultation: the shorter"),
    ],
)
def test_the_limit_follows_item_type_and_urgency(
    terms: Terms, type: RequestType, urgency: Urgency, limit: Limit
) -> None:
    assert promised(terms, type, urgency).limit == limit


def test_the_text_says_who_promises_what_in_both_languages() -> None:
    usual = promised(MORE_POWER, HELP, NORMAL)
    assert usual.zh == "区供电公司承诺10个工作日内办结，1个工作日内与您联系。"
    assert (
        usual.en == "区供电公司 will settle this within 10 working days and contact you within 1 working day."
    )
    assert (
        promised(MORE_POWER, SUGGESTION, NORMAL).zh == "区供电公司承诺7个工作日内答复，1个工作日内与您联系。"
    )


def test_the_items_own_contact_limit_and_note_are_shown() -> None:
    said = promised(POWER_CUT, HELP, URGENT)
    assert said.contact == hours(2)
    assert said.zh == "区供电公司承诺24小时内办结，2小时内与您联系。24小时内恢复供电或给出抢修方案。"


def test_danger_to_people_is_answered_with_the_emergency_lines_first() -> None:
    said = promised(POWER_CUT, HELP, CRITICAL)
    assert said.zh.startswith("危及人身安全时请先拨打110、119或120。")
    assert said.en.startswith("If anybody is in danger, call 110, 119 or 120 first.")


def test_contact_is_never_promised_later_than_the_whole() -> None:
    said = promised(Terms(hours(4)), HELP, NORMAL)
    assert said.contact == hours(4)
    assert said.zh == "区供电公司承诺4小时内办结。"


def test_a_working_day_is_longer_than_a_day_and_its_seven_hours_equal_it() -> None:
    assert shorter(days(1), hours(24)) == hours(24)
    assert shorter(days(5), Limit(7, LimitUnit.NATURAL_DAYS)) == days(5)
    assert shorter(Limit(7, LimitUnit.WORKING_HOURS), days(1)) == Limit(7, LimitUnit.WORKING_HOURS)
    assert shorter(Limit(90, LimitUnit.MINUTES), hours(2)) == Limit(90, LimitUnit.MINUTES)
