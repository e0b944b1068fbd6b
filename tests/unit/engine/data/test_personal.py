"""Golden values: published examples of each kind, and what only looks like them."""

import pytest

from engine.data.personal import count_personal, find_personal, is_card, is_chinese_id, is_iban, mask_personal
from engine.errors import UnknownName

FOUND = [
    ("write to jane.doe+news@example.co.uk.", "write to [EMAIL]."),
    ("邮箱zhang_san@163.com，谢谢", "邮箱[EMAIL]，谢谢"),
    ("<a@b.io>; c-d@mail.example.com", "<[EMAIL]>; [EMAIL]"),
    ("call +44 20 7946 0958 now", "call [PHONE] now"),  # Ofcom, numbers for drama
    ("电话13812345678，微信同号", "电话[PHONE]，微信同号"),
    ("138-1234-5678 or 138 1234 5678", "[PHONE] or [PHONE]"),
    ("座机 010-62345678。", "座机 [PHONE]。"),
    ("(202) 555-0123, 202-555-0123, 202.555.0123", "[PHONE], [PHONE], [PHONE]"),
    ("+86 138 1234 5678", "[PHONE]"),
    ("身份证11010519491231002X", "身份证[ID]"),  # the example of GB 11643-1999
    ("SSN 219-09-9999.", "SSN [ID]."),  # the specimen of the Social Security Board, 1940
    ("IBAN GB82 WEST 1234 5698 7654 32 please", "IBAN [ID] please"),  # ISO 13616 examples
    ("DE89370400440532013000", "[ID]"),
    ("card 4111 1111 1111 1111, exp 12/29", "card [CARD], exp 12/29"),  # test numbers of the card networks
    ("378282246310005 and 3782 822463 10005", "[CARD] and [CARD]"),
    ("5555-5555-5555-4444", "[CARD]"),
    ("银联6200000000000005", "银联[CARD]"),
]
LOOKALIKES = [
    "order 20261124-000123 shipped",
    "order number 4111111111111112",  # fails Luhn
    "invoice 1234567890123456",  # no issuer's range
    "tracking 1Z999AA10123456784",
    "version 10.15.7.20261124 and v1.2.3.4567",
    "at 2026-11-24 10:30:00 or 2026/11/24",
    "timestamp 1700000000000 and 1700000000",
    "ip 192.168.100.200:8080",
    "isbn 978-3-16-148410-0",
    "11010519491231002Y 110105194912310021",  # wrong check characters
    "99010519491231002X",  # no such province
    "part 123-45-67890 and 000-12-3456, 666-12-3456, 900-12-3456",
    "GB82 WEST 1234 5698 7654 33",  # remainder is not 1
    "DE8937040044053201300",  # a digit short
    "icon@2x.png and package@1.2.3 and @handle and a@b",
    "costs 1,234,567.89 or 12345678 yuan",
    "sku 138123456789 and 0138123456",
    "123-456-7890",  # area codes begin with 2 to 9
    "202-555-01234",
    "3.14159265358979323846",
    "room 415-555 at 9.5-10.5",
    "uuid 550e8400-e29b-41d4-a716-446655440000",
    "sha 4111111111111111aabbccddeeff00112233445566778899",
    "0000 0000 0000 0000 and 1111-1111-1111-1111",
    "+1 2 3 and 5+1234567 = ?",
    "QQ 1234567890",
    "score 100-200-3000",
]


@pytest.mark.parametrize(("text", "masked"), FOUND)
def test_what_is_found_and_masked(text: str, masked: str) -> None:
    assert mask_personal(text) == masked


@pytest.mark.parametrize("text", LOOKALIKES)
def test_what_only_looks_like_it(text: str) -> None:
    assert find_personal(text) == []


def test_masks_are_stable_and_by_kind() -> None:
    text = "a@b.io or 13812345678"
    assert mask_personal(mask_personal(text)) == mask_personal(text) == "[EMAIL] or [PHONE]"
    assert mask_personal(text, ["phone"]) == "a@b.io or [PHONE]"


def test_check_digits() -> None:
    """Every change of one digit is caught, as both rules promise."""
    for passes, number in ((is_chinese_id, "11010519491231002X"), (is_card, "4111111111111111")):
        assert passes(number)
        for place in range(len(number) - 1):
            others = (number[:place] + d + number[place + 1 :] for d in "0123456789" if d != number[place])
            assert not any(map(passes, others))
    assert not is_iban("GB82WEST12345698765423")  # two digits changed places
    assert not is_chinese_id("11010519490231002X")  # 31 February


def test_counts_and_surroundings() -> None:
    rows = [("mail a@b.io or c@d.io " + "x" * 60, "13812345678"), ("nothing", ""), ("e@f.io", "")]
    found = count_personal(rows)
    assert list(found) == ["email", "phone"]
    assert (found["email"]["rows"], found["email"]["found"], found["phone"]["rows"]) == (2, 3, 1)
    assert found["email"]["examples"] == [
        "mail [EMAIL] or [EMAIL] " + "x" * 28 + "…",
        "mail [EMAIL] or [EMAIL] " + "x" * 39 + "…",
        "[EMAIL]",
    ]
    assert count_personal([("clean", "")]) == {}


def test_a_long_text_takes_no_time() -> None:
    """Nested repetition would take minutes on these."""
    for text in ("1" * 20_000, "1 " * 20_000, "a." * 20_000 + "@", "+1" + "(1)" * 10_000, "A1 " * 10_000):
        assert find_personal(text) == []


def test_kinds_are_checked() -> None:
    from engine.data.personal import checked_kinds

    assert checked_kinds([]) == ("email", "phone", "id_number", "card")
    with pytest.raises(UnknownName, match="email, phone, id_number, card"):
        checked_kinds(["name"])
