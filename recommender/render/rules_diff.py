"""Two rulebooks compared, to be read: in a terminal, or as Markdown in a review."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import fill

from recommender.engine.rulebook import Rulebook
from recommender.i18n import Words, words
from recommender.render.markdown import escape
from recommender.render.rule_change import told
from recommender.rulebook.comparison import Comparison

WIDTH = 92
SORTS = ("added", "changed", "removed")
MOST_FLOWS = 12
"""How many rows the table of changed first places has before the rest is added up."""


@dataclass(frozen=True, slots=True)
class Item:
    """A name and what there is to say about it."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it: words, a list, a table of which the head is first."""

    title: str
    words: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def sections(made: Comparison, lang: str) -> list[Section]:
    """All that a comparison says; what there is nothing to say about is left out."""
    w = words(lang)
    found = [_rules(made, w), *_others(made, w), _effect(made, w)]
    return found + list(_tables(made, w))


def text(made: Comparison, lang: str) -> str:
    """A comparison for a terminal."""
    parts = [_title(made, lang)]
    for section in sections(made, lang):
        parts += ["", section.title, *(_wrapped(said, "  ") for said in section.words)]
        for item in section.items:
            parts += [_wrapped(item.name, "  "), *(_wrapped(line, "      ") for line in item.lines)]
        parts += _text_table(section.table)
    return "\n".join(parts) + "\n"


def markdown(made: Comparison, lang: str) -> str:
    """A comparison as CommonMark with tables, every text of the rulebooks escaped."""
    parts = [f"## {escape(_title(made, lang))}"]
    for section in sections(made, lang):
        parts += [f"### {escape(section.title)}", *map(escape, section.words)]
        items = ["\n".join(_markdown_item(item)) for item in section.items]
        parts += ["\n".join(items)] if items else []
        parts += ["\n".join(_markdown_table(section.table))] if section.table else []
    return "\n\n".join(parts) + "\n"


FORMATS: Mapping[str, Callable[[Comparison, str], str]] = {"text": text, "markdown": markdown}


def _title(made: Comparison, lang: str) -> str:
    return words(lang)("diff_title", old=made.old.version, new=made.new.version)


def _rules(made: Comparison, w: Words) -> Section:
    counts = {sort: sum(change.what == sort for change in made.rules) for sort in SORTS}
    books = made.old, made.new
    items = [
        Item(f"{w(f'diff_{change.what}')}: {change.id}", tuple(told(books, change, w.lang)))
        for sort in SORTS
        for change in made.rules
        if change.what == sort
    ]
    same = () if items else (w("diff_same"),)
    return Section(w("diff_rules", **counts), same, tuple(items))


def _others(made: Comparison, w: Words) -> list[Section]:
    items = []
    for part in made.others:
        groups = part.added, part.changed, part.removed
        counts = dict(zip(SORTS, map(len, groups)))
        ids = ", ".join(id_ for group in groups for id_ in group)
        items.append(Item(w("diff_other", part=w(f"diff_part_{part.part}"), ids=ids, **counts)))
    return [Section(w("diff_others"), items=tuple(items))] if items else []


def _effect(made: Comparison, w: Words) -> Section:
    cases, profiles = made.of_cases, made.of_profiles
    said = w(
        "diff_moved",
        cases=len(cases.moved),
        all_cases=cases.tried,
        profiles=len(profiles.moved),
        all_profiles=profiles.tried,
    )
    stored = made.of_submissions
    more = [w("diff_moved_stored", n=len(stored.moved), all=stored.tried)] if stored else []
    unexplained = sum(found.by_no_rule for found in made.effects.values())
    more += [w("diff_by_no_rule", n=unexplained)] if unexplained else []
    return Section(w("diff_effect"), (said, *more))


def _tables(made: Comparison, w: Words) -> Iterator[Section]:
    before, after = made.accuracy
    if any(found.moved for found in made.effects.values()):
        yield Section(w("diff_flows"), table=tuple(_flows(made, w)))
        yield Section(w("diff_by_rule"), (w("diff_causes"),), table=tuple(_by_rule(made, w)))
    if made.of_cases.moved:
        yield Section(w("diff_cases"), table=tuple(_cases(made, w)))
    if made.cases:
        measures = [
            (w(f"diff_{name}"), _share(before[name]), _share(after[name])) for name in after
        ]
        yield Section(w("diff_accuracy"), table=(_head(w, "measure", "from", "to"), *measures))


def _flows(made: Comparison, w: Words) -> Iterator[tuple[str, ...]]:
    """The most frequent changes; the rest in one row, since many happen once."""
    yield _head(w, "from", "to", *made.effects)
    flows = [found.flows for found in made.effects.values()]
    counts = {pair: [found.get(pair, 0) for found in flows] for pair in set().union(*flows)}
    pairs = sorted(counts, key=lambda pair: (-sum(counts[pair]), pair))
    for pair in pairs[:MOST_FLOWS]:
        yield *_named(made, pair, w), *map(str, counts[pair])
    rest = [counts[pair] for pair in pairs[MOST_FLOWS:]]
    if rest:
        yield w("diff_flows_rest", n=len(rest)), "", *map(str, map(sum, zip(*rest)))


def _by_rule(made: Comparison, w: Words) -> Iterator[tuple[str, ...]]:
    yield _head(w, "rule", *(f"{of}_{how}" for of in made.effects for how in ("alone", "joint")))
    counts = [found.by_rule for found in made.effects.values()]
    for id_ in {id_: None for found in reversed(counts) for id_ in found}:
        yield id_, *(str(n) for found in counts for n in found.get(id_, (0, 0)))


def _cases(made: Comparison, w: Words) -> Iterator[tuple[str, ...]]:
    yield _head(w, "case", "from", "to", "worked", "rule")
    for each in made.of_cases.moved:
        case = made.cases[each.at]
        places = _named(made, (each.old, each.new), w)
        yield case.id, *places, _types(made.new, case.worked, w), ", ".join(each.rules)


def _named(
    made: Comparison, pair: tuple[tuple[str, ...], tuple[str, ...]], w: Words
) -> tuple[str, str]:
    return _types(made.old, pair[0], w), _types(made.new, pair[1], w)


def _types(rulebook: Rulebook, types: tuple[str, ...], w: Words) -> str:
    """Types by name; one that this rulebook does not have by its id."""
    known = rulebook.types
    return w.listed([known[id_].name[w.lang] if id_ in known else id_ for id_ in types])


def _head(w: Words, *columns: str) -> tuple[str, ...]:
    return tuple(w(f"diff_column_{column}") for column in columns)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _wrapped(said: str, indent: str) -> str:
    after = indent + "  "
    return fill(said, WIDTH, initial_indent=indent, subsequent_indent=after, break_on_hyphens=False)


def _text_table(table: tuple[tuple[str, ...], ...]) -> list[str]:
    """Rows whose columns are as wide as what stands in them; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table)]
    numbers = _numbers(table)
    lines = [
        [
            cell.rjust(width) if n else cell.ljust(width)
            for cell, width, n in zip(row, widths, numbers)
        ]
        for row in table
    ]
    return ["  " + "  ".join(line).rstrip() for line in lines]


def _numbers(table: tuple[tuple[str, ...], ...]) -> list[bool]:
    """Which columns hold nothing but numbers below the head."""
    return [all(cell[:1].isdigit() or cell == "-" for cell in column[1:]) for column in zip(*table)]


def _markdown_item(item: Item) -> list[str]:
    return [f"- {escape(item.name)}", *(f"  - {escape(line)}" for line in item.lines)]


def _markdown_table(table: tuple[tuple[str, ...], ...]) -> list[str]:
    rows = [f"| {' | '.join(map(escape, row))} |" for row in table]
    marks = ["---:" if number else "---" for number in _numbers(table)]
    return [rows[0], f"| {' | '.join(marks)} |", *rows[1:]]
