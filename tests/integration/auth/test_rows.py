"""Each attack of the table has a test that bears its number, or stands here with the reason why not yet."""

import pathlib
import re

ROOT = pathlib.Path(__file__).parents[3]
LAST = {"J": 36, "H": 15, "M": 3, "P": 5}
NOT_YET = {
    "J34": "the comparison is CRYPTO_memcmp's, whose classes no clock of a shared machine tells apart",
}
# Tested as far as a token by HTTP/1.1 reaches; what is left of them.
IN_PART = {
    "J28": "JWE: the tag of a cookie that is decrypted", "J29": "JWE: the padding of such a cookie",
    "J30": "JWE: its algorithms and second secret", "H01": "by HTTP/2", "M02": "the page in a browser",
    "P05": "SNI and :authority",
}


def rows():
    return {f"{kind}{number:02d}" for kind, last in LAST.items() for number in range(1, last + 1)}


def named():
    """Those whose number stands in a test's name, or at its row."""
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "tests/unit").rglob("*.cpp"), *(ROOT / "plugins").rglob("*_test.cpp")]
    texts = (f.read_text() for f in files if f != pathlib.Path(__file__) and "node_modules" not in f.parts)
    return {row for text in texts for row in re.findall(r"(?<![A-Za-z0-9])[JHMP]\d\d(?![A-Za-z0-9])", text)}


def test_every_attack_has_a_test_or_a_reason():
    assert rows() - named() == set(NOT_YET)
    assert set(IN_PART) <= named()
