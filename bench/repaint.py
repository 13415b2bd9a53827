"""How long a reader waits for the picture after changing a filter, in a real browser."""

from __future__ import annotations

from itertools import cycle, islice

from playwright.sync_api import Page

from bench.timings import Spread

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
STILL = "() => window.painted > 0 && performance.now() - window.painted > 700"


def repaint(page: Page, label: str, choices: tuple[str, ...], changes: int) -> Spread:
    """From the click on another value of the filter `label` to the last change on the screen."""
    waits = [_change(page, label, choice) for choice in islice(cycle(choices), changes + len(choices))]
    return Spread.of(waits[len(choices) :])


def _change(page: Page, label: str, choice: str) -> float:
    page.get_by_role("combobox", name=label).click()
    page.get_by_role("option", name=choice, exact=True).click()
    while not page.evaluate(STILL):
        page.wait_for_timeout(50)
    waited: float = page.evaluate("window.painted - window.clicked")
    return waited
