"""The demo's page while its routes.yaml changes."""

import pytest

from browser import dump
from demo import Demo
from patience import until


@pytest.fixture
def demo(tmp_path):
    made = Demo(tmp_path)
    made.start()
    yield made
    made.close()


def changes(demo, old, new):
    """Edits the file as an editor does, and waits until the gateway has looked at it."""
    file = demo.folder / "routes.yaml"
    before = demo.run("curl -s http://127.0.0.1:9901/generations")
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    until(lambda: demo.run("curl -s http://127.0.0.1:9901/generations") != before, "nothing was loaded")


def test_an_edit_shows_as_another_generation(demo):
    changes(demo, "priority: 210", "priority: 215")
    page = dump(demo.net, "http://localhost:8080/", demo.folder / "profile")
    assert "Generation 2 is live," in page
    assert '<td class="number">215</td><td class="name">maintenance</td>' in page


def test_a_mistake_in_the_file_turns_the_page_red_and_names_the_place(demo):
    changes(demo, "listeners:", "lisetners:")
    page = dump(demo.net, "http://localhost:8080/", demo.folder / "profile")
    assert 'id="state" class="bad"' in page
    assert "The file as it is now was not loaded:" in page
    assert "unknown key 'lisetners'" in page
    assert "Generation 1 goes on" in page


def test_a_page_that_lost_its_rule_says_so(demo):
    changes(demo, 'path: "/gatehouse/*"', 'path: "/elsewhere/*"')
    page = dump(demo.net, "http://localhost:8080/", demo.folder / "profile")
    assert 'Is the rule "gatehouse" still in routes.yaml?' in page
