"""What the browser makes of the server's refusals: a page of another origin, and a page for which there is no place."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.browser.visits import expect

#: A page elsewhere that tries what a page of ours does.
ATTACK = """
async (address) => {
  const kernel = address.replace('http', 'ws') + '/jupyter/api/kernels/0b5a-1/channels?session_id=x';
  const socket = await new Promise((done) => {
    const one = new WebSocket(kernel);
    one.onopen = () => done('open');
    one.onerror = () => done('refused');
  });
  const read = await fetch(address + '/').then((answer) => answer.text()).catch(() => 'refused');
  return [socket, read];
}
"""


def test_a_page_of_another_origin_cannot_use_the_server(browser: Any, server: str) -> None:
    """By its name "localhost" the same server is another origin than by its address."""
    other = server.replace("127.0.0.1", "localhost")
    context = browser.new_context(bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(other + "/readyz")
        assert page.evaluate(ATTACK, server) == ["refused", "refused"]
        # The same from its own origin, so that the test would see it.
        assert page.evaluate(ATTACK, other)[0] == "open"
    finally:
        context.close()


def test_the_page_itself_may_ask_nobody_else(visit: Callable[..., Any]) -> None:
    """Should a script ever ask another machine, the browser refuses it."""
    visitor = visit()
    page = visitor.open("/about")
    tried: list[str] = []
    page.on("request", lambda request: tried.append(request.url))
    stopped = page.evaluate(
        """() => new Promise((done) => {
          document.addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective));
          fetch('http://192.0.2.1/').catch(() => {});
          setTimeout(() => done('let through'), 5000);
        })"""
    )
    assert stopped == "connect-src"
    assert [url for url in tried if urlsplit(url).hostname == "192.0.2.1"] == []
    visitor.complaints[:] = [text for text in visitor.complaints if "192.0.2.1" not in text]


def test_a_wrong_address_leads_back(visit: Callable[..., Any]) -> None:
    visitor = visit()
    answer = visitor.page.goto(visitor.server + "/nowhere")
    assert answer.status == 404
    visitor.page.get_by_role("link", name="About the model").click()
    expect(visitor.page.get_by_role("navigation", name="Pages")).to_be_visible(timeout=60_000)
    visitor.complaints[:] = [text for text in visitor.complaints if "404" not in text]
