"""The lifecycle: no pair of status and verb is left undecided, and the way of a request reads as a story."""

from dataclasses import replace
from itertools import product

import pytest

from service.organizations.rules import Permission
from service.requests.rules.lifecycle import HELD_AT, STEPS, WAITING, Clock, Refusal, Side, Step, step, steps
from service.requests.rules.standing import Standing
from service.requests.rules.statuses import OPEN, STAGES, Stage, Status, Verb


def dashed(value: object) -> str:
    return str(value).replace("_", "-")


@pytest.mark.parametrize(("status", "verb"), list(product(Status, Verb)), ids=dashed)
def test_each_pair_is_a_step_or_a_refusal_that_names_what_is_possible(status, verb):
    for stage in STAGES[status]:
        standing = Standing(status, stage, unconfirmed=True, dissatisfied=True)
        found = step(standing, verb)
        possible = [other for other, _ in steps(standing)]
        if isinstance(found, Step):
            assert (status, verb, stage) in STEPS
            assert verb in possible
        else:
            assert (status, verb, stage) not in STEPS
            assert found.possible == tuple(possible)
            assert found.code == "not_possible_now"
            assert status.zh in found.zh
            assert all(name in found.en for name in possible)


WAYS = {
    "solved-at-once": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.ACCEPT, Status.TO_DISPATCH, None),
        (Verb.DISPATCH, Status.TO_SIGN, None),
        (Verb.SIGN, Status.HANDLING, None),
        (Verb.ASSIGN, Status.HANDLING, None),
        (Verb.RECORD_CONTACT, Status.HANDLING, None),
        (Verb.SUBMIT_RESULT, Status.CLOSE_REVIEW, Stage.BY_UNIT),
        (Verb.APPROVE_RESULT, Status.CLOSE_REVIEW, Stage.BY_DESK),
        (Verb.APPROVE_RESULT, Status.CALLBACK, None),
        (Verb.RATE, Status.CLOSED, None),
    ],
    "asked-for-more": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.ASK_INFO, Status.NEED_INFO, None),
        (Verb.PROVIDE_INFO, Status.SUBMITTED, None),
        (Verb.ACCEPT, Status.TO_DISPATCH, None),
    ],
    "declined": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.DECLINE, Status.SUBMITTED, Stage.SECOND_PERSON),
        (Verb.DECLINE, Status.NOT_ACCEPTED, None),
    ],
    "accepted-after-all": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.DECLINE, Status.SUBMITTED, Stage.SECOND_PERSON),
        (Verb.ACCEPT, Status.TO_DISPATCH, None),
    ],
    "declined-for-want-of-an-answer": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.ASK_INFO, Status.NEED_INFO, None),
        (Verb.DECLINE, Status.NEED_INFO, Stage.SECOND_PERSON),
        (Verb.DECLINE, Status.NOT_ACCEPTED, None),
    ],
    "answered-while-being-declined": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.ASK_INFO, Status.NEED_INFO, None),
        (Verb.DECLINE, Status.NEED_INFO, Stage.SECOND_PERSON),
        (Verb.PROVIDE_INFO, Status.SUBMITTED, None),
    ],
    "sent-back-by-both": [
        (Verb.SUBMIT, Status.SUBMITTED, None),
        (Verb.ACCEPT, Status.TO_DISPATCH, None),
        (Verb.DISPATCH, Status.TO_SIGN, None),
        (Verb.SIGN, Status.HANDLING, None),
        (Verb.SUBMIT_RESULT, Status.CLOSE_REVIEW, Stage.BY_UNIT),
        (Verb.SEND_BACK, Status.HANDLING, None),
        (Verb.SUBMIT_RESULT, Status.CLOSE_REVIEW, Stage.BY_UNIT),
        (Verb.APPROVE_RESULT, Status.CLOSE_REVIEW, Stage.BY_DESK),
        (Verb.SEND_BACK, Status.HANDLING, None),
    ],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_request_goes_its_way(way):
    standing = Standing(Status.DRAFT)
    for verb, status, stage in way:
        taken = step(standing, verb)
        assert isinstance(taken, Step), f"{verb} in {standing.status}"
        standing = replace(standing, **taken.leads_to(standing))
        assert (standing.status, standing.stage) == (status, stage), verb


def test_every_step_leads_to_a_stage_its_status_has():
    for (status, _, stage), taken in STEPS.items():
        after = taken.leads_to(Standing(status, stage))
        assert after["stage"] in STAGES[after["status"]]


def test_the_clock_pauses_exactly_where_the_enterprise_has_the_word():
    assert {Status.DRAFT, Status.NEED_INFO, Status.SUSPENDED} == WAITING
    for (status, verb, _), taken in STEPS.items():
        if taken.to is not None:
            assert (taken.clock is Clock.PAUSES) == (taken.to in WAITING), (status, verb)
            assert (taken.clock is Clock.STOPS) == (taken.to not in OPEN), (status, verb)


def test_every_permission_in_the_table_has_its_place():
    for taken in STEPS.values():
        assert taken.needs
        assert all(permission in HELD_AT for permission in taken.needs)
        assert len({HELD_AT[permission] for permission in taken.needs}) == 1


def test_only_the_enterprise_withdraws_rates_and_confirms():
    for (_, verb, _), taken in STEPS.items():
        if verb in (Verb.WITHDRAW, Verb.RATE, Verb.CONFIRM):
            assert {HELD_AT[permission] for permission in taken.needs} == {Side.ENTERPRISE}
            assert Permission.REQUESTS_RECORD_FOR_OTHERS not in taken.needs


def test_every_open_status_can_be_withdrawn_and_no_other_but_a_draft():
    withdrawable = {status for status, verb, _ in STEPS if verb is Verb.WITHDRAW}
    assert withdrawable == {Status.DRAFT, *OPEN}


def test_nobody_confirms_their_own_refusal():
    proposed = Standing(Status.SUBMITTED, Stage.SECOND_PERSON)
    assert isinstance(step(proposed, Verb.DECLINE), Step)
    own = step(replace(proposed, proposed_by_asker=True), Verb.DECLINE)
    assert isinstance(own, Refusal)
    assert own.code == "second_person_needed"
    assert Verb.DECLINE not in own.possible


@pytest.mark.parametrize(("round", "allowed"), [(1, True), (2, True), (3, False)])
def test_a_request_is_redone_twice_at_most(round, allowed):
    for standing in (
        Standing(Status.CALLBACK, round=round),
        Standing(Status.CLOSED, round=round, dissatisfied=True),
    ):
        assert isinstance(step(standing, Verb.REDO), Step) is allowed


def test_what_was_closed_to_satisfaction_is_not_redone():
    refused = step(Standing(Status.CLOSED), Verb.REDO)
    assert isinstance(refused, Refusal)
    assert refused.code == "satisfied"


def test_only_what_was_filed_for_an_enterprise_is_confirmed():
    assert isinstance(step(Standing(Status.SUBMITTED, unconfirmed=True), Verb.CONFIRM), Step)
    refused = step(Standing(Status.SUBMITTED), Verb.CONFIRM)
    assert isinstance(refused, Refusal)
    assert refused.code == "nothing_to_confirm"
