"""What no page may have: a fault that axe finds, a sideways scroll, a target too small to hit, and
headings out of order. A page that is open is looked at once for all of it."""

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from site_map import DESK, LANGUAGES

ALL = os.environ.get("AXE") == "all"
"""The long form: every page in every state and in both languages."""
NARROW = {"width": 320, "height": 640}
"""An ordinary window at 400 % zoom."""
HALF = {"width": 640, "height": 640}
"""At 200 %."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
ONLY_NEW = ["{id: 'color-contrast', selector: ':not([data-known])'}",
            "{id: 'link-in-text-block', selector: 'a[href]:not([data-known])'}"]  # fmt: skip
AXE = f"{Axe().axe_script}; axe.configure({{rules: [{','.join(ONLY_NEW)}]}})"

# Contrast takes most of the time: a text of the colours, the size and the ground of one that was
# looked at before is passed over. Gives what is known now, and whether there is anything new.
PASS_OVER = """(before) => {
    const known = new Set(before);
    const mark = (one, behind) => {
        const style = getComputedStyle(one), clear = style.backgroundColor === "rgba(0, 0, 0, 0)";
        let ground = behind, isNew = false;
        if (!clear || style.backgroundImage !== "none" || style.opacity !== "1") {
            ground += `${style.backgroundColor} ${style.backgroundImage} ${style.opacity}>`;
        }
        const says = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if ((says || one.matches("a[href], button, input, select, textarea"))
            && one.checkVisibility() && one.clientWidth !== 1) {
            let key = `${ground}${style.color} ${style.fontSize} ${style.fontWeight} `
                + `${style.position} ${one.matches(":disabled, :disabled *")}`;
            if (one.matches("a[href]")) {  // a link in a text must look like one
                key += ` ${style.textDecorationLine} ${style.borderBottom} ${style.display} `
                    + getComputedStyle(one.parentElement).color;
            }
            isNew = !known.has(key);
            known.add(key);
        }
        for (const part of one.children) isNew = mark(part, ground) || isNew;
        one.toggleAttribute("data-known", !isNew);
        return isNew;
    };
    const isNew = mark(document.documentElement, "");
    return [[...known], isNew];
}"""

LEVELS = """() => {
    document.querySelectorAll("details").forEach((one) => { one.open = true });
    return [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
        .map((one) => Number(one.tagName[1]));
}"""
"""Opens everything that is folded; gives the levels of all headings."""

FAULTS = """() => {
    const found = [], root = document.documentElement, over = root.scrollWidth - root.clientWidth;
    if (over > 0) found.push(`scrolls sideways by ${over} px`);
    const tell = (fault, one, box) => found.push(`${fault}: ${Math.round(box.width)}x`
        + `${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`);
    for (const one of document.querySelectorAll("a, button, label, summary, legend, h1, h2, h3")) {
        const cut = one.clientWidth && one.scrollWidth > one.clientWidth + 1;
        if (cut && one.checkVisibility() && !one.matches(".vh, .skip")) {
            tell("is cut off", one, one.getBoundingClientRect());
        }
    }
    for (const one of document.querySelectorAll(
        "a[href], button, input, select, textarea, summary"
    )) {
        if (!one.checkVisibility() || one.matches(".skip, [tabindex='-1']")) continue;
        const target = one.closest(".option") || one, box = target.getBoundingClientRect();
        const inline = getComputedStyle(one).display === "inline"
            && one.parentElement.textContent.trim().length > one.textContent.trim().length;
        if (!inline && (box.width < 24 || box.height < 24)) tell("too small", target, box);
        const tall = target.matches(".option, .button, summary, button, select, textarea")
            || one.matches("input:not([type=radio], [type=checkbox])");
        if (tall && box.height < 44) tell("too low", target, box);
    }
    return found;
}"""


@dataclass(frozen=True)
class Sight:
    """A size of the window; the schemes in which axe looks there, at all or at colours only."""

    size: dict[str, int]
    whole: str = ""
    colours: str = ""


def shown(lang: str, place: int) -> bool:
    """Whether a page is looked at in this language: every other one is, or all with AXE=all."""
    return ALL or place % 2 == LANGUAGES.index(lang)


def bring_axe(page: Page) -> None:
    """Every page that is opened from now on holds axe."""
    page.add_init_script(AXE)


def sights(lang: str) -> tuple[Sight, ...]:
    """What a page is looked at in: wide and at two zooms, light and dark."""
    if lang == "id":
        return Sight(DESK, colours="dark"), Sight(HALF), Sight(NARROW, "light")
    return Sight(DESK, "light", "dark"), Sight(HALF), Sight(NARROW)


def look(
    page: Page, where: str, known: set[str], seen: Sequence[Sight], in_error: bool = False
) -> list[str]:
    """What is wrong with the page that is open; of `known` looks the contrast is known already."""
    levels = page.evaluate(LEVELS)
    # In an error what is wrong stands before everything else.
    found = [] if in_error else [f"{where}: {one}" for one in _out_of_order(levels)]
    for sight in seen:
        page.set_viewport_size(sight.size)
        at = f"{where} at {sight.size['width']} px"
        found += [f"{at}: {fault}" for fault in page.evaluate(FAULTS)]
        if sight.whole:
            found += axe(page, f"{at} {sight.whole}", sight.whole, known)
        if sight.colours:
            found += axe(page, f"{at} {sight.colours}", sight.colours, known, CONTRAST)
    return found


def _out_of_order(levels: list[int]) -> Iterator[str]:
    steps = [after - before for before, after in itertools.pairwise(levels)]
    if levels[:1] != [1] or levels.count(1) != 1 or max(steps, default=0) > 1:
        yield f"headings out of order: {levels}"


def axe(
    page: Page, where: str, scheme: str, known: set[str], rules: Sequence[str] = ()
) -> list[str]:
    """What axe, which the page holds already, has to say: of these rules, or of all."""
    page.emulate_media(color_scheme=scheme)
    looks, is_new = page.evaluate(PASS_OVER, [*known])
    known.update(looks)
    if rules and not is_new:
        return []
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": TAGS}
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False, "iframes": False}
    call = "async (options) => (await axe.run(document, options)).violations"
    return [
        f"{where}: {rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in page.evaluate(call, options)
        for node in rule["nodes"]
    ]
