"""The pages that show the way: what they name exists, and what exists is named."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from lectern import __version__
from lectern_testing.table import REPOSITORY

DOCS = REPOSITORY / "docs"
DECISIONS = DOCS / "decisions"
PAGES = sorted(
    page
    for page in (
        *REPOSITORY.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(REPOSITORY / "events").glob("*.md"),
    )
)
FORM = ["Decision", "Why", "Instead of", "Consequences"]
LINK = r"\[[^\]]*\]\(([^)\s]+)\)"


def prose(page: Path) -> str:
    """A page without its samples of code."""
    return re.sub(
        r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )


def rows(page: str) -> list[list[str]]:
    """The rows of a page's tables, without their heads."""
    lines = [line for line in prose(DOCS / page).splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if re.search(LINK, " ".join(row))]


def target(link: str, page: Path) -> Path:
    return (page.parent / link.partition("#")[0]).resolve()


@cache
def names_in(file: Path) -> set[str]:
    """What a module defines at its top: functions, classes, constants."""
    names: set[str] = set()
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {each.id for each in node.targets if isinstance(each, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = [link for link in re.findall(LINK, prose(page)) if not re.match(r"\w+:|#", link)]
    assert [link for link in links if not target(link, page).exists()] == []


@pytest.mark.parametrize(
    "row", rows("index.md"), ids=lambda row: re.sub(r"\W+", "-", row[0].lower()).strip("-")
)
def test_an_answer_of_the_index_names_what_is_in_the_file(row: list[str]) -> None:
    _question, files, name = row
    linked = [target(link, DOCS / "index.md") for link in re.findall(LINK, files)]
    sources = [file for file in linked if file.suffix == ".py"]
    assert any(name.strip("`") in names_in(file) for file in sources)


def test_the_index_answers_what_newcomers_ask() -> None:
    assert len(rows("index.md")) >= 30


@pytest.mark.parametrize("row", rows("glossary.md"), ids=lambda row: row[0].replace(" ", "-"))
def test_a_word_of_the_glossary_is_carried_by_what_it_links_to(row: list[str]) -> None:
    [(name, link)] = re.findall(r"\[`(\w+)`\]\(([^)]+)\)", row[-1])
    assert name in names_in(target(link, DOCS / "glossary.md"))


def test_a_word_of_the_glossary_stands_for_one_thing() -> None:
    words = Counter(row[0] for row in rows("glossary.md"))
    carriers = Counter(row[-1] for row in rows("glossary.md"))
    assert [name for name, count in (words + carriers).items() if count > 1] == []
    assert list(words) == sorted(words)


def decisions() -> list[Path]:
    return sorted(DECISIONS.glob("0*.md"))


def test_the_index_of_decisions_has_each_once_and_in_order() -> None:
    index = prose(DECISIONS / "README.md")
    listed = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", index, re.MULTILINE)
    titles = [page.read_text(encoding="utf-8").partition("\n")[0] for page in decisions()]
    assert [f"# {number}. {title}" for number, title, _link in listed] == titles
    assert [link for _number, _title, link in listed] == [page.name for page in decisions()]


@pytest.mark.parametrize("page", decisions(), ids=lambda page: page.stem)
def test_a_decision_has_the_form_of_all(page: Path) -> None:
    title, _, text = page.read_text(encoding="utf-8").partition("\n")
    assert title.startswith(f"# {int(page.name[:4])}. ")
    parts = re.findall(r"^\*\*([A-Z][\w ]+)\.\*\*", text, re.MULTILINE)
    assert parts == [part for part in FORM if part in parts]
    assert {"Decision", "Why"} <= set(parts)


def test_the_changelog_has_the_version_of_the_package() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert versions[0] == __version__
    assert f'version = "{__version__}"' in (REPOSITORY / "pyproject.toml").read_text("utf-8")


def test_the_commands_that_pages_name_are_there() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    commands = set(re.findall(r"^(\w+):.*##", makefile, re.MULTILINE))
    named = {
        word
        for page in (REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md")
        for line in re.findall(r"\bmake ((?:\w+ )*\w+)`", page.read_text(encoding="utf-8"))
        for word in line.split()
    }
    assert named
    assert named <= commands


def test_ci_runs_what_a_person_runs() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
    [job] = workflow["jobs"].values()
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
