"""What a site of pages needs around them: sitemaps, robots.txt, the 404, the headers.

Pure. `publishing.py` writes the result beside the pages; `leadwire pages build` and the landing
agent call it with the addresses of all pages that are up.
"""

from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from agents.landing import words
from agents.landing.core import Site, brand_values, page_colours, policed, styles
from agents.landing.templates import PLACEHOLDERS, Namespace

MOST = 50_000
"""Addresses that one sitemap may hold (sitemaps.org); more become several and an index."""
START = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def around(site: Site, urls: Iterable[str]) -> dict[str, bytes]:
    """Returns path → bytes of everything that stands beside the pages; `urls` are the pages'."""
    found = sitemaps(site.url, sorted(urls) if site.indexed else [])
    found["robots.txt"] = robots(site).encode()
    found["404.html"] = not_found(site).encode()
    found["_headers"] = HEADERS.encode()
    brand = site.brand
    if brand is not None and brand.logo is not None:
        found[f"brand-{brand.logo.name}"] = brand.logo.body
    return found


def above(site: Site, sites: Iterable[Site]) -> dict[str, bytes]:
    """What stands at the root of a place that holds several sites: crawlers and web servers
    look for robots.txt, the 404 and the headers there alone. `site` is the root itself."""
    maps = "".join(f"Sitemap: {one.url}/sitemap.xml\n" for one in sites)
    allowed = "User-agent: *\nAllow: /\n\n" + maps
    return {
        "robots.txt": (allowed if site.indexed else robots(site)).encode(),
        "404.html": not_found(site).encode(),
        "_headers": HEADERS.encode(),
    }


def sitemaps(site_url: str, urls: Sequence[str]) -> dict[str, bytes]:
    """One sitemap, or several with an index where there are more than 50,000 addresses."""
    if len(urls) <= MOST:
        return {"sitemap.xml": _sitemap(urls)}
    parts = [urls[at : at + MOST] for at in range(0, len(urls), MOST)]
    found = {f"sitemap-{n}.xml": _sitemap(part) for n, part in enumerate(parts, start=1)}
    rows = "".join(
        f"<sitemap><loc>{escape(f'{site_url}/{name}')}</loc></sitemap>\n" for name in found
    )
    index = f'{START}<sitemapindex xmlns="{SPACE}">\n{rows}</sitemapindex>\n'
    return {"sitemap.xml": index.encode(), **found}


def _sitemap(urls: Sequence[str]) -> bytes:
    rows = "".join(f"<url><loc>{escape(url)}</loc></url>\n" for url in urls)
    return f'{START}<urlset xmlns="{SPACE}">\n{rows}</urlset>\n'.encode()


def robots(site: Site) -> str:
    """What crawlers may read: everything, or nothing where pages are not to be indexed."""
    if not site.indexed:
        return "User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nAllow: /\n\nSitemap: {site.url}/sitemap.xml\n"


def not_found(site: Site) -> str:
    """The page that a server shows for an address that is none."""
    languages = site.brand.languages if site.brand else ()
    language = words.languages(languages, None)[0]
    primary = site.brand.primary if site.brand else None
    palette = page_colours(primary, None, "general")
    page = {"language": language, "styles": styles(palette, "general"), "palette": palette}
    values: Mapping[str, object] = {
        "page": Namespace(page),
        "brand": Namespace(brand_values(site.brand), PLACEHOLDERS["brand"]),
        "words": words.of(language),
    }
    return policed(site.templates.render("not_found", values))


HEADERS = """\
/*
  X-Content-Type-Options: nosniff
  X-Frame-Options: DENY
  Referrer-Policy: strict-origin-when-cross-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=()
  Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: \
https:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
"""
"""Headers in the form that static hosts read (`_headers`). Each page says its own stricter policy
in a meta element, with its style sheet by hash; both hold, and a frame can only be refused here."""
