"""What a chart of the page holds, asked of ECharts itself; charts are canvases, so there is nothing else to ask."""

import re

from tests.browser.visits import PATIENCE, Page, expect

#: Waits until the chart with this label has been drawn, then asks.
ASK = """
async ([label, which]) => {
  const words = new RegExp(label, 'i');
  const find = () => [...document.querySelectorAll('.parity-chart [role=img]')]
    .find((e) => words.test(e.getAttribute('aria-label')));
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  for (let tries = 0; tries < 150; tries++) {
    try {
      const place = find(), echarts = await window.parityECharts, chart = echarts.getInstanceByDom(place);
      const full = chart.getModel().getSeries().filter((one) => one.getData().count() > 0);
      if (full.length) {
        place.scrollIntoView({block: 'center'});
        await pause(400);
        const answer = (BODY)(chart, place, full, which);
        if (answer !== null) return answer;
      }
    } catch (error) { /* not drawn yet */ }
    await pause(100);
  }
  return null;
}
"""
KINDS = "(chart, place, full) => full.map((one) => one.subType)"
POINTS = "(chart, place, full) => full.map((one) => one.getData().count())"
#: Rows of the dots with this name, as the page was sent them.
ROWS = """
(chart, place, full, which) => {
  const found = chart.getOption().series.filter((one) => one.type === 'scatter' && one.name === which);
  return found.length ? found[0].data : null;
}
"""
#: Where a dot of the first series of dots is, in the window.
WHERE = """
(chart, place, full, which) => {
  const frame = place.getBoundingClientRect();
  for (const series of full) {
    if (!['scatter', 'effectScatter', 'graph'].includes(series.subType) || series.get('silent')) continue;
    const data = series.getData(), k = which < 0 ? data.count() + which : which;
    if (k < 0 || k >= data.count()) continue;
    let [x, y] = data.getItemLayout(k);
    if (series.subType === 'graph') [x, y] = series.coordinateSystem.dataToPoint([x, y]);
    return [frame.left + x, frame.top + y];
  }
  return null;
}
"""


def _ask(page: Page, body: str, label: str, which: int | str = 0) -> list:
    expect(page.get_by_role("img", name=re.compile(label, re.I)).first).to_be_visible(timeout=PATIENCE)
    answer = page.evaluate(ASK.replace("BODY", body), [label, which])
    assert answer, f"the chart {label!r} holds nothing of the kind"
    return answer


def drawn(page: Page, label: str) -> list[str]:
    """Kinds of the series of a chart that hold data."""
    return _ask(page, KINDS, label)


def points(page: Page, label: str) -> list[int]:
    """Number of data items of each series that holds some."""
    return _ask(page, POINTS, label)


def dots(page: Page, label: str, name: str) -> list[list]:
    """Rows of the dots of a chart that have this name."""
    return _ask(page, ROWS, label, name)


def click_dot(page: Page, label: str, which: int = 0) -> None:
    """Click a dot of a chart with the mouse, where it is drawn."""
    x, y = _ask(page, WHERE, label, which)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
