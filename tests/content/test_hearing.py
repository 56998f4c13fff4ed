"""What a person's words mean: the offer as it was shown, then what is understood everywhere."""

import pytest

from content.hearing import Hearing
from flows.core.vietnamese import fold
from flows.speech import Offer, Opened, Pick, Sign, Unread, Words

HEARING = Hearing()
OFFER = Offer("activate.code", (("done", "Gõ xong rồi"), ("not_arrived", "Chưa thấy mã"), ("refused", "Báo mã sai")))


@pytest.mark.parametrize(
    "said",
    [
        "1",
        "1.",
        "số 1",
        "so 1",
        "một",
        "MỘT",
        "chọn số 1",
        "Gõ xong rồi",
        "go xong roi",
        "GÕ XONG RỒI!",
        "gõ xong",
        "cái 1",
    ],
)
def test_a_choice_is_picked_by_number_label_or_first_words(said: str) -> None:
    assert HEARING.read(said, OFFER) == Pick("activate.code", "done")


@pytest.mark.parametrize("said", ["4", "0", "mười", "11", "một con vịt", "12"])
def test_a_number_that_is_not_on_offer_picks_nothing(said: str) -> None:
    assert isinstance(HEARING.read(said, OFFER), Words)


def test_a_number_with_nothing_on_offer_is_just_words() -> None:
    assert HEARING.read("1", None) == Words("1")


def test_first_words_that_fit_two_labels_pick_neither() -> None:
    offer = Offer("x.y", (("a", "Màn hình đăng nhập"), ("b", "Màn hình khác")))
    assert isinstance(HEARING.read("màn hình", offer), Words)
    assert HEARING.read("màn hình khác", offer) == Pick("x.y", "b")


@pytest.mark.parametrize(
    ("said", "sign"),
    [("menu", Sign.MENU), ("Quay lại", Sign.BACK), ("quay lai", Sign.BACK), ("dừng", Sign.STOP), ("DUNG LAI", Sign.STOP),
     ("gặp người", Sign.PERSON), ("cho tôi gặp cán bộ", Sign.PERSON), ("nhắc lại", Sign.AGAIN), ("giúp với", Sign.HELP),
     ("làm lại từ đầu", Sign.RESTART), ("nói chậm lại", Sign.SLOWER), ("/menu", Sign.MENU), ("/stop", Sign.STOP)],
)  # fmt: skip
def test_what_is_understood_everywhere(said: str, sign: Sign) -> None:
    assert HEARING.read(said, OFFER) is sign


def test_a_label_on_show_wins_over_an_everywhere_word() -> None:
    offer = Offer("x.y", (("halt", "Dừng"),))
    assert HEARING.read("dừng", offer) == Pick("x.y", "halt")


def test_start_opens() -> None:
    assert HEARING.read("/start", None) == Opened()


@pytest.mark.parametrize(
    ("said", "unread"),
    [
        ("", Unread.EMPTY),
        (" \n", Unread.EMPTY),
        ("...", Unread.EMPTY),
        ("😀", Unread.EMOJI),
        ("x" * 4001, Unread.TOO_LONG),
    ],
)
def test_what_cannot_be_read_is_named(said: str, unread: Unread) -> None:
    assert HEARING.read(said, OFFER) is unread


def test_no_everywhere_phrase_means_two_things_or_answers_a_step() -> None:
    import tomllib

    from content.catalogue import ROOT

    written = tomllib.loads((ROOT / "vi" / "signs.toml").read_text(encoding="utf-8"))["signs"]
    phrases = [(fold(p), sign) for sign, mine in written.items() for p in mine]
    assert len({p for p, _ in phrases}) == len(set(phrases))
    assert all(len(mine) >= 12 for mine in written.values())
    assert not {p for p, _ in phrases} & {
        "xong",
        "roi",
        "xong roi",
        "khong",
        "co",
        "duoc",
        "khong duoc",
        "tiep",
        "bam roi",
    }
