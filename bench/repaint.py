"""How long a reader waits for the picture after changing a filter, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, Page, ViewportSize

from bench.timings import Spread

VIEWPORT: ViewportSize = {"width": 1440, "height": 900}

# The last change of the page's body, and the last stroke on a canvas, since the last click.
WATCH = """
    window.clicked = 0;
    window.painted = 0;
    addEventListener('click', () => { window.clicked = performance.now(); window.painted = 0; }, true);
    const note = () => { window.painted = performance.now(); };
    for (const stroke of ['fill', 'stroke', 'fillText', 'fillRect', 'clearRect']) {
        const original = CanvasRenderingContext2D.prototype[stroke];
        CanvasRenderingContext2D.prototype[stroke] = function (...rest) { note(); return original.apply(this, rest); };
    }
    const watch = () => {
        const body = document.querySelector('[data-testid="stMain"]');
        if (!body) { setTimeout(watch, 20); return; }
        new MutationObserver(note).observe(body, { subtree: true, childList: true, characterData: true });
    };
    addEventListener('DOMContentLoaded', watch);
"""
STILL = """() => window.painted > 0 && performance.now() - window.painted > 700
    && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'"""
# Milliseconds from the navigation to the first of what is looked for.
FIRST = """
    window.first = 0;
    const look = () => { if (!window.first && document.querySelector('%s')) window.first = performance.now(); };
    const watch = () => new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
    addEventListener('DOMContentLoaded', watch);
"""
CHART = '[data-testid="stVegaLiteChart"] :is(canvas, .mark-symbol path)'
TEXT = '[data-testid="stMarkdown"]'


def first_paints(browser: Browser, address: str, looked_for: str, times: int) -> Spread:
    """From opening a page, by a reader who has been here before, to the first of what is looked for; the first two warm up."""
    page = browser.new_page(viewport=VIEWPORT)
    page.add_init_script(FIRST % looked_for)
    waits = [_first(page, address) for _ in range(times + 2)]
    page.close()
    return Spread.of(waits[2:])


def _first(page: Page, address: str) -> float:
    page.goto(address)
    page.wait_for_function("() => window.first > 0")
    waited: float = page.evaluate("window.first")
    return waited


def change(page: Page, label: str, choice: str, meanwhile: Callable[[], object] = lambda: None) -> float:
    """From the click on another value of the filter `label` to the last change on the screen; `meanwhile` runs just before."""
    page.bring_to_front()
    page.get_by_role("combobox", name=label).click()
    option = page.get_by_role("option", name=choice, exact=True)
    option.wait_for()
    meanwhile()
    option.click()
    while not page.evaluate(STILL):
        page.wait_for_timeout(50)
    waited: float = page.evaluate("window.painted - window.clicked")
    return waited
