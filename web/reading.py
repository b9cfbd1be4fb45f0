"""The text of a foreign page: what it says in plain elements, and nothing that runs or loads."""

from __future__ import annotations

from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from bs4.element import PreformattedString
from markupsafe import Markup

from web.links import outward
from web.locale import language_tag

_PARTS, _BLOCKS, _DROPPED = (
    frozenset(names.split())
    for names in (
        "a abbr address article b bdi bdo blockquote br caption cite code dd del dfn div dl dt em "
        "figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp "
        "small strong sub sup table tbody td tfoot th thead time tr u ul var",
        # Parts of a page become parts of a part, for the page they are shown on has its own.
        "aside body center dir fieldset footer form header hgroup html main menu nav search "
        "section",
        # What is in them is no text, or not without a script.
        "applet audio base button canvas datalist dialog embed frame frameset head iframe input "
        "link map math meta noembed noframes object option param plaintext progress script select "
        "source style svg template textarea title track video xmp",
    )
)
_NUMBERS = {"colspan", "rowspan", "start"}


def plain(html: str, base: str) -> Markup:
    """What a page says, as safe HTML.

    Only known elements are left, with no attributes but links out and what tells the direction,
    the language and the cells of a table. Images give way to what they say instead.

    Args:
        html: The page.
        base: Its URL, to which its links are relative.
    """
    # With a line break it is not taken for the name of a file.
    soup = BeautifulSoup(f"{html}\n", "lxml")
    named = soup.find("base", href=True)
    if isinstance(named, Tag):
        base = _joined(base, str(named["href"]))
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt") or ""))
    for node in soup.find_all(_DROPPED):
        if not node.decomposed:
            node.decompose()
    for text in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        text.extract()
    for node in soup.find_all(True):
        if node.name in _PARTS:
            node.attrs = _kept(node, base)
        else:
            node.name, node.attrs = "div" if node.name in _BLOCKS else "span", {}
    return Markup(soup.decode())  # noqa: S704 - of elements and attributes that are known


def _kept(node: Tag, base: str) -> dict[str, str]:
    """The attributes of an element that are to stay."""
    kept = {}
    for name, value in node.attrs.items():
        text = str(value)
        if (
            (name in _NUMBERS and text.isascii() and text.isdecimal() and len(text) < 5)
            or (name == "dir" and text in ("ltr", "rtl", "auto"))
            or (name == "lang" and language_tag(text))
        ):
            kept[name] = text
    if node.name == "a" and (href := _joined(base, str(node.get("href", "")))):
        kept |= {"href": href, "rel": "noopener noreferrer nofollow"}
    return kept


def _joined(base: str, href: str) -> str:
    """A link as a full URL, or nothing when it does not lead to a page."""
    try:
        return outward(urljoin(base, href.strip()))
    except ValueError:
        return ""
