"""The page stands alone, says what the report says, and injects nothing."""

from __future__ import annotations

import base64
import dataclasses
import re
from html.parser import HTMLParser

from nor2hdl.view import PICTURES, read_pictures, report_page

VOID = {"meta", "link", "img", "br", "hr", "input"}


class Checker(HTMLParser):
    """Checks that tags nest, and collects them."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def checked(page):
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


def test_page_is_well_formed_and_self_contained(digits_build):
    checker = checked(report_page(digits_build.report))
    tags = {tag for tag, _ in checker.seen}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    assert not [a for _, a in checker.seen if "src" in a or "href" in a]
    assert "url(" not in "".join(checker.text)


def test_pictures_stand_in_the_page_as_images(digits_build):
    pictures = read_pictures(digits_build.folder)
    assert list(pictures) == list(PICTURES)
    page = report_page(digits_build.report, pictures)
    assert page == (digits_build.folder / "report.html").read_text()  # no data set is needed to make it again
    checker = checked(page)
    images = [attributes for tag, attributes in checker.seen if tag == "img"]
    assert [i["alt"] for i in images] == [kind.text for kind in PICTURES.values()]
    start = "data:image/svg+xml;base64,"
    assert all(image["src"].startswith(start) for image in images)
    sources = [base64.b64decode(image["src"].removeprefix(start)).decode() for image in images]
    assert sources == list(pictures.values())
    tags = {tag for tag, _ in checker.seen}
    assert not tags & {"script", "link", "svg", "iframe", "object"}


def test_a_picture_with_a_script_in_it_stays_an_image(digits_build):
    evil = (
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>\"><script>alert(2)</script>"
    )
    page = report_page(digits_build.report, {"area": evil})
    assert "<script" not in page


def test_page_says_what_the_report_says(digits_build):
    report = digits_build.report
    text = re.sub(r"\s+", " ", "".join(checked(report_page(report)).text))
    assert f"{100 * report.accuracy[1].share:.2f} %" in text
    assert f"{report.mapped.nand2 + report.mapped.nand2_inverters:,}" in text
    assert text.count("proved equal") == 2
    assert report.dataset["checksum"] in text


def test_page_without_mapping(digits_build):
    page = report_page(dataclasses.replace(digits_build.report, mapped=None))
    assert "LUT6" not in "".join(checked(page).text)


def test_markup_in_names_is_escaped(digits_build):
    evil = dataclasses.replace(
        digits_build.report, dataset={**digits_build.report.dataset, "name": "<script>x</script>"}
    )
    page = report_page(evil)
    assert "<script" not in page
    assert "&lt;script&gt;x" in page
