"""Reading pages again, strictly: every element closed, every id once, every link to a place that is there."""

from html.parser import HTMLParser

VOID = {"meta", "br", "img", "wbr", "input", "link", "hr"}


class Reader(HTMLParser):
    """Elements, texts and attributes of a page; raises if tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.text: dict[str, list[str]] = {}
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"
        assert len(self.ids) == len(set(self.ids)), "an id twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        assert len(held) == len(attrs), f"an attribute twice in {tag}"
        self.tags.append(tag)
        self.attributes.append((tag, held))
        if "id" in held:
            self.ids.append(str(held["id"]))
        if tag == "a":
            self.links.append(str(held["href"]))
        else:
            # What a page loads by itself: these attributes of anything but a link.
            self.loaded += [str(v) for k, v in attrs if k in ("src", "href", "xlink:href", "data", "srcset")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> without a beginning"
        last = self.open.pop()
        assert last == tag, f"</{tag}> closes <{last}>"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text.setdefault(self.open[-1], []).append(data)

    def words(self) -> str:
        """All that is read: no style, no script."""
        shown = [" ".join(parts) for tag, parts in self.text.items() if tag not in ("style", "script")]
        return " ".join(" ".join(shown).split())
