"""How texts are indexed and questions asked, without a database."""

import pytest

from service.kit.search import NothingToFind, fold, lexemes, question


def test_a_chinese_run_is_indexed_as_pairs_and_its_last_character():
    assert lexemes(fold("停车收费")) == sorted(["停车", "车收", "收费", "费"])


def test_punctuation_ends_a_run():
    assert "费，" not in "".join(lexemes(fold("停车费，噪音")))
    assert lexemes(fold("停车，噪音")) == sorted(["停车", "车", "噪音", "音"])


def test_letters_and_digits_are_separate_words():
    assert lexemes(fold("增至1250kVA")) == sorted(["增至", "至", "1250", "kva"])


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [
        pytest.param("ＰＶＣ１２３", "pvc123", id="full-width"),
        pytest.param("ﾃｽﾄ", "テスト", id="half-width-kana"),
        pytest.param("PVC", "pvc", id="case"),
        pytest.param("停车\r\n\t 收费", "停车 收费", id="gaps"),
    ],
)
def test_what_is_written_differently_is_compared_alike(typed, same_as):
    assert fold(typed) == fold(same_as)


def test_characters_beyond_the_basic_plane_are_indexed_whole():
    assert lexemes(fold("𠮷野𫝀")) == sorted(["𠮷野", "野𫝀", "𫝀"])


def test_a_word_of_two_characters_asks_for_one_pair():
    assert question("停车").tsquery == "'停车'"


def test_a_single_character_asks_for_every_pair_that_begins_with_it():
    assert question("电").tsquery == "'电':*"


def test_a_longer_phrase_asks_for_all_its_pairs_and_is_checked_as_a_whole():
    asked = question("用电高峰")
    assert asked.tsquery == "'用电' & '电高' & '高峰'"
    assert asked.terms == ("用电高峰",)


def test_terms_between_spaces_are_all_wanted():
    asked = question(" 停车　噪音 停车 ")
    assert asked.tsquery == "'停车' & '噪音'"
    assert asked.terms == ("停车", "噪音")


def test_the_last_word_of_a_term_may_be_unfinished():
    assert question("630k").tsquery == "'630' & 'k':*"


def test_quotes_and_operators_cannot_get_into_the_question():
    assert question("停车'|!(x:*)\\").tsquery == "'停车' & 'x'"


def test_a_very_long_word_is_cut_alike_on_both_sides():
    word = "x" * 3000
    assert lexemes(word) == ["x" * 60]
    assert question(word).tsquery == f"'{'x' * 60}':*"


@pytest.mark.parametrize("typed", ["", "  ", "？！", "😀"])
def test_a_question_without_words_is_refused(typed):
    with pytest.raises(NothingToFind):
        question(typed)


def test_every_character_of_a_text_is_found_by_asking_for_it():
    text = "2012年入驻的厂房，PVC管630kVA一直没有不动产权证。"
    indexed = lexemes(fold(text))
    for character in "年入驻的厂房管一直没有不动产权证":
        prefix = question(character).tsquery.strip("':*")
        assert any(lexeme.startswith(prefix) for lexeme in indexed), character
