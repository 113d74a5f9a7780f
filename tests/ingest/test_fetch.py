"""Fetching pages: each state of a link, politeness, what is safe to ask, and what is kept between runs."""

import asyncio
import contextlib
import gzip
import itertools
import json
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from urllib.request import urlopen

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ConfigurationError
from ingest.fetch.body import decoded
from ingest.fetch.cache import PageCache
from ingest.fetch.client import USER_AGENT, retry_after
from ingest.fetch.failure import Failure
from ingest.fetch.fetch import fetch_all
from ingest.fetch.guard import checked, is_public
from ingest.fetch.listing import listed_documents
from ingest.fetch.media import check_media, media_type
from ingest.fetch.mirror import unmirrored
from ingest.fetch.refresh import refresh_target
from ingest.fetch.rewrite import candidates, canonical
from ingest.fetch.values import FetchLimits, Outcome, Page
from ingest.settings import PROJECT
from tests.web_server import Reply, WebServer

SHARED_WEB = PROJECT.parent / "shared" / "web"
A = "https://a.test/page"
TEXT = b"<h1>Descent</h1><p>Gradient descent follows the slope downhill.</p>"
TODAY = datetime.now(UTC).date().isoformat


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> PageCache:
    return PageCache(tmp_path / "cache")


def quick(web: WebServer, **others: object) -> FetchLimits:
    """Limits that reach the server as a mirror of the web, and do not wait long."""
    fields = {"pause": 0.01, "timeout": 0.3, "total": 3.0, "retries": 2, "loopback": (web.host,), "mirror": web.url}
    return FetchLimits.model_validate({**fields, **others})


def fetch(address: str, cache: PageCache, limits: FetchLimits) -> Outcome:
    return fetch_all([address], cache, limits, lambda outcome: None)[0]


def state(outcome: Outcome) -> tuple[str, str]:
    return outcome.state, outcome.reason


# States


def test_a_page_is_fetched_with_what_the_server_says_of_it(web: WebServer, cache: PageCache) -> None:
    modified = "Sun, 01 Nov 2026 10:00:00 GMT"
    web.pages[A] = Reply(TEXT, type="Text/HTML; Charset=GBK", headers={"Last-Modified": modified, "ETag": '"7"'})
    outcome = fetch(A, cache, quick(web))
    (page,) = outcome.pages
    assert (outcome.address, outcome.state, outcome.reason, outcome.status) == (A, "fetched", "", 200)
    assert (page.url, page.content_type, page.charset, page.body) == (A, "text/html", "gbk", TEXT)
    assert (page.etag, page.last_modified) == ('"7"', modified)
    assert page.fetched == TODAY()


def test_the_server_is_told_who_asks(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(TEXT)
    fetch(A, cache, quick(web))
    assert {request.headers["user-agent"] for request in web.requests} == {USER_AGENT}
    assert {request.headers["accept-encoding"] for request in web.requests} == {"gzip, deflate"}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, "dead"),
        (410, "dead"),
        (401, "refused"),
        (403, "refused"),
        (451, "refused"),
        (999, "refused"),
        (429, "throttled"),
        (500, "unreachable"),
        (503, "unreachable"),
        (302, "unreachable"),
    ],
)
def test_a_status_has_its_state(web: WebServer, cache: PageCache, status: int, expected: str) -> None:
    web.pages[A] = Reply(b"<p>No.</p>", status=status)
    outcome = fetch(A, cache, quick(web))
    assert (*state(outcome), outcome.status, outcome.pages) == (expected, f"answered {status}", status, ())


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_survived(web: WebServer, cache: PageCache, status: int) -> None:
    web.pages[A] = [Reply(status=status), Reply(status=status), Reply(TEXT)]
    assert fetch(A, cache, quick(web)).state == "fetched"
    assert web.seen(A) == 3


@pytest.mark.parametrize("status", [403, 404])
def test_a_final_answer_is_not_asked_for_again(web: WebServer, cache: PageCache, status: int) -> None:
    web.pages[A] = Reply(status=status)
    fetch(A, cache, quick(web))
    assert web.seen(A) == 1


def test_no_answer_is_tried_again_and_then_unreachable(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(fault="hang")
    outcome = fetch(A, cache, quick(web, timeout=0.1))
    assert state(outcome) == ("unreachable", "no answer within 0.1 s")
    assert web.seen(A) == 3


def test_a_body_cut_short_is_asked_for_again(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = [Reply(TEXT, fault="cut"), Reply(TEXT)]
    assert fetch(A, cache, quick(web)).pages[0].body == TEXT
    web.pages[A] = Reply(TEXT, fault="cut")
    assert fetch(A, cache, quick(web)).state == "unreachable"


def test_a_trickle_ends_with_the_time_of_an_address(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(fault="slow")
    assert state(fetch(A, cache, quick(web, total=0.5))) == ("unreachable", "not complete within 0.5 s")


def test_a_page_longer_than_allowed_is_too_large(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(b"x" * 5000)
    web.pages["https://b.test/endless"] = Reply(b"x" * 1000, fault="endless")
    limits = quick(web, max_bytes=4096)
    outcomes = fetch_all([A, "https://b.test/endless"], cache, limits, lambda outcome: None)
    assert [outcome.state for outcome in outcomes] == ["too_large", "too_large"]
    assert outcomes[0].reason == "larger than 0.00391 MiB"


def test_a_decompression_bomb_is_too_large(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(gzip.compress(b"\0" * 2**24), headers={"Content-Encoding": "gzip"})
    assert fetch(A, cache, quick(web, max_bytes=2**20)).state == "too_large"


def test_a_host_that_is_not_found_is_unreachable(cache: PageCache) -> None:
    outcome = fetch("https://no-such-host.invalid/", cache, FetchLimits(pause=0.01, retries=0, timeout=2))
    assert state(outcome) == ("unreachable", "robots.txt: the host 'no-such-host.invalid' is not found")


def test_a_closed_port_is_unreachable(cache: PageCache) -> None:
    with WebServer() as gone:
        host = gone.host
    outcome = fetch(f"http://{host}/", cache, FetchLimits(pause=0.01, retries=1, timeout=1, loopback=(host,)))
    assert state(outcome) == ("unreachable", "robots.txt: no connection")


def test_a_server_without_tls_is_unreachable(web: WebServer, cache: PageCache) -> None:
    outcome = fetch(f"https://{web.host}/", cache, quick(web, mirror=""))
    assert state(outcome) == ("unreachable", "robots.txt: no secure connection")


@pytest.mark.parametrize(
    ("media", "path", "reason"),
    [
        ("image/png", "/x", "an image is no text"),
        ("image/svg+xml", "/x", "an image is no text"),
        ("video/mp4", "/x", "a video is no text"),
        ("application/zip", "/x", "an archive is no text"),
        ("application/x-tar", "/x.md", "an archive is no text"),
        ("application/octet-stream", "/x.bin", "the type 'application/octet-stream' is no text"),
    ],
)
def test_what_is_no_text_is_unreadable(media: str, path: str, reason: str) -> None:
    with pytest.raises(Failure, match=reason) as failure:
        check_media(media, path)
    assert failure.value.state == "unreadable"


@pytest.mark.parametrize("media", ["", "text/plain", "text/x-rst", "application/pdf", "application/xhtml+xml"])
def test_what_may_hold_text_is_read(media: str) -> None:
    check_media(media, "/x")
    check_media("application/octet-stream", "/folder/Notes.IPYNB")


def test_an_image_is_told_before_it_is_kept(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(b"\x89PNG", type="image/png")
    assert state(fetch(A, cache, quick(web))) == ("unreadable", "an image is no text")
    assert cache.get(A) is None


# Redirects


@pytest.mark.parametrize(
    ("status", "location", "expected"),
    [
        (301, "https://b.test/new", "moved"),
        (308, "https://b.test/new", "moved"),
        (302, "https://b.test/new", "fetched"),
        (307, "https://b.test/new", "fetched"),
        (301, "/https/b.test/new", "moved"),
        (301, "https://www.a.test/page/", "fetched"),
    ],
)
def test_only_a_permanent_redirect_to_another_page_moves_it(
    web: WebServer, cache: PageCache, status: int, location: str, expected: str
) -> None:
    web.pages[A] = Reply(status=status, headers={"Location": location})
    web.pages["https://b.test/new"] = web.pages["https://www.a.test/page/"] = Reply(TEXT)
    outcome = fetch(A, cache, quick(web))
    assert outcome.state == expected
    assert outcome.pages[0].url in {"https://b.test/new", "https://www.a.test/page/"}


def test_a_relative_redirect_is_read_against_the_page(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(status=302, headers={"Location": "../v2/b?x=1#part"})
    web.pages["https://a.test/v2/b?x=1"] = Reply(TEXT)
    assert fetch(A, cache, quick(web)).pages[0].url == "https://a.test/v2/b?x=1"


def test_redirects_end(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(status=302, headers={"Location": A})
    web.pages["https://b.test/1"] = Reply(status=302, headers={"Location": "/2"})
    web.pages["https://b.test/2"] = Reply(status=302, headers={"Location": "/1"})
    for number in range(20):
        web.pages[f"https://c.test/{number}"] = Reply(status=302, headers={"Location": f"/{number + 1}"})
    addresses = [A, "https://b.test/1", "https://c.test/0"]
    outcomes = fetch_all(addresses, cache, quick(web), lambda outcome: None)
    assert [outcome.reason for outcome in outcomes] == [
        "it redirects in a circle",
        "it redirects in a circle",
        "it redirects more than 8 times",
    ]
    assert {outcome.state for outcome in outcomes} == {"unreachable"}
    assert web.seen("https://c.test/8") == 1
    assert web.seen("https://c.test/9") == 0


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://127.0.0.1:1/",
        "file:///etc/passwd",
        "gopher://b.test/",
        "https://b.test:22/",
        "http://user:word@b.test/",
        "http://[",
    ],
)
def test_a_redirect_to_an_unsafe_place_is_not_followed(web: WebServer, cache: PageCache, target: str) -> None:
    web.pages[A] = Reply(status=302, headers={"Location": target})
    assert fetch(A, cache, quick(web)).state == "unsafe"
    web.pages[A] = Reply(f"<meta http-equiv=refresh content='0; url={target}'>".encode())
    assert fetch(A, cache, quick(web)).state == "unsafe"


def test_a_page_that_refreshes_at_once_is_a_redirect(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(b'<html><head><meta http-equiv="Refresh" content="0; URL=/v2/">')
    web.pages["https://a.test/v2/"] = Reply(TEXT)
    outcome = fetch(A, cache, quick(web))
    assert (outcome.state, outcome.pages[0].url) == ("fetched", "https://a.test/v2/")


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("<META content='0;url=a&amp;b' HTTP-EQUIV=refresh>", "a&b"),
        ('<meta http-equiv="refresh" content="0;URL=\'../x\'" />', "../x"),
        ('<meta http-equiv="refresh" content="5; url=/later">', ""),
        ('<meta http-equiv="refresh" content="0">', ""),
        ('<!-- <meta http-equiv="refresh" content="0; url=/old"> -->', ""),
        ('<script>\'<meta http-equiv="refresh" content="0; url=/x">\'</script>', ""),
        (" " * 9000 + '<meta http-equiv="refresh" content="0; url=/far">', ""),
    ],
)
def test_a_refresh_is_found_where_a_browser_would(page: str, target: str) -> None:
    assert refresh_target(page.encode(), "text/html") == target
    assert refresh_target(page.encode(), "text/plain") == ""


# Politeness


def test_one_host_is_asked_one_page_at_a_time_with_pauses(web: WebServer, cache: PageCache) -> None:
    addresses = [f"https://a.test/{number}" for number in range(4)]
    web.pages.update({address: Reply(TEXT, delay=0.02) for address in addresses})
    fetch_all(addresses, cache, quick(web, pause=0.05), lambda outcome: None)
    moments = [request.at for request in web.requests]
    assert web.most_at_once == 1
    assert min(later - earlier for earlier, later in itertools.pairwise(moments)) >= 0.049


def test_several_hosts_are_asked_at_once_up_to_the_limit(web: WebServer, cache: PageCache) -> None:
    addresses = [f"https://{name}.test/" for name in "abcdefgh"]
    web.pages.update({address: Reply(TEXT, delay=0.1) for address in addresses})
    fetch_all(addresses, cache, quick(web, at_once=3, timeout=2.0), lambda outcome: None)
    assert web.most_at_once == 3


def test_robots_rules_are_asked_for_once_and_kept(web: WebServer, cache: PageCache) -> None:
    web.pages["https://a.test/robots.txt"] = Reply(b"User-agent: roadmap-tutor\nDisallow: /private/", type="text/plain")
    web.pages["https://a.test/open"] = web.pages["https://a.test/private/x"] = Reply(TEXT)
    addresses = ["https://a.test/private/x", "https://a.test/open", "https://a.test/none"]
    outcomes = fetch_all(addresses, cache, quick(web), lambda outcome: None)
    assert [outcome.state for outcome in outcomes] == ["refused", "fetched", "dead"]
    assert outcomes[0].reason == "robots.txt disallows it"
    assert (web.seen("https://a.test/robots.txt"), web.seen("https://a.test/private/x")) == (1, 0)


def test_robots_rules_hold_for_the_target_of_a_redirect(web: WebServer, cache: PageCache) -> None:
    web.pages["https://b.test/robots.txt"] = Reply(b"User-agent: *\nDisallow: /", type="text/plain")
    web.pages[A] = Reply(status=302, headers={"Location": "https://b.test/x"})
    assert fetch(A, cache, quick(web)).state == "refused"
    assert web.seen("https://b.test/x") == 0


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Reply(status=403), "fetched"),
        (Reply(status=404), "fetched"),
        (Reply(status=301, headers={"Location": "https://b.test/robots.txt"}), "fetched"),
        (Reply(b"\xff\xfe\0garbage"), "fetched"),
        (Reply(status=503), "refused"),
        (Reply(status=429), "throttled"),
        (Reply(fault="hang"), "unreachable"),
    ],
)
def test_a_host_without_rules_allows_and_one_in_trouble_does_not(
    web: WebServer, cache: PageCache, rules: Reply, expected: str
) -> None:
    web.pages[A] = Reply(TEXT)
    web.pages["https://a.test/robots.txt"] = rules
    outcome = fetch(A, cache, quick(web, timeout=0.1))
    assert outcome.state == expected
    assert (web.seen(A) == 1) is (expected == "fetched")
    assert outcome.state == "fetched" or "robots.txt" in outcome.reason


def test_a_crawl_delay_lengthens_the_pause(web: WebServer, cache: PageCache) -> None:
    web.pages["https://a.test/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.3", type="text/plain")
    addresses = ["https://a.test/1", "https://a.test/2"]
    fetch_all(addresses, cache, quick(web), lambda outcome: None)
    first, second = (request.at for request in web.requests if request.address in addresses)
    assert second - first >= 0.29


def test_the_host_is_asked_again_when_it_says(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = [Reply(status=429, headers={"Retry-After": "1"}), Reply(TEXT)]
    assert fetch(A, cache, quick(web)).state == "fetched"
    first, second = (request.at for request in web.requests if request.address == A)
    assert 0.99 <= second - first < 2


def test_a_host_that_asks_for_a_long_pause_is_left_alone(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(status=503, headers={"Retry-After": "3600"})
    web.pages["https://a.test/other"] = Reply(TEXT)
    first, second = fetch_all([A, "https://a.test/other"], cache, quick(web), lambda outcome: None)
    assert state(first) == ("throttled", "answered 503 and asks for a pause of 3600 s")
    assert state(second) == ("throttled", "the host asks for a pause of 3600 s")
    assert (web.seen(A), web.seen("https://a.test/other")) == (1, 0)


def test_a_host_whose_pages_keep_failing_is_left_alone(web: WebServer, cache: PageCache) -> None:
    addresses = [f"https://a.test/{number}" for number in range(6)]
    web.pages.update({address: Reply(status=502) for address in addresses})
    outcomes = fetch_all(addresses, cache, quick(web, retries=0), lambda outcome: None)
    assert [outcome.reason for outcome in outcomes] == [
        *(["answered 502"] * 3),
        *(["not asked, because the host's last 3 pages failed (answered 502)"] * 3),
    ]
    assert {(outcome.state, outcome.status) for outcome in outcomes} == {("unreachable", 502)}


def test_one_page_that_answers_speaks_for_its_host(web: WebServer, cache: PageCache) -> None:
    addresses = [f"https://a.test/{number}" for number in range(7)]
    web.pages.update({address: Reply(status=502) for address in addresses})
    web.pages[addresses[2]] = web.pages[addresses[5]] = Reply(status=404)
    fetch_all(addresses, cache, quick(web, retries=0), lambda outcome: None)
    assert [web.seen(address) for address in addresses] == [1] * 7


def test_both_forms_of_retry_after_are_read() -> None:
    now = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
    assert retry_after("120", now) == 120
    assert retry_after(format_datetime(now + timedelta(seconds=7), usegmt=True), now) == 7
    assert retry_after(format_datetime(now - timedelta(days=1), usegmt=True), now) == 0
    assert (retry_after("", now), retry_after("soon", now), retry_after("²", now)) == (None, None, None)


@given(st.text())
def test_any_retry_after_is_seconds_or_nothing(value: str) -> None:
    seconds = retry_after(value, datetime(2026, 11, 22, tzinfo=UTC))
    assert seconds is None or seconds >= 0


# Safety


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::1]/",
        "http://[fe80::1]/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://x.localhost:8080/",
        "http://user@a.test/",
        "http://a.test:22/",
        "https://a.test:6379/",
        "ftp://a.test/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "/relative",
        "http:///x",
        "http://[",
        "",
    ],
)
def test_an_unsafe_address_is_never_asked(cache: PageCache, address: str) -> None:
    outcome = fetch(address, cache, FetchLimits(pause=0.0))
    assert (outcome.state, outcome.status, outcome.pages) == ("unsafe", 0, ())
    assert outcome.reason


@pytest.mark.parametrize("address", ["localhost.localdomain", "ip6-localhost"])
def test_a_name_that_leads_to_this_machine_is_unsafe_or_unknown(cache: PageCache, address: str) -> None:
    outcome = fetch(f"http://{address}/", cache, FetchLimits(pause=0.0, retries=0))
    assert outcome.state in {"unsafe", "unreachable"}


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", False),
        ("64:ff9b::7f00:1", False),
        ("::127.0.0.1", False),
    ],
)
def test_only_the_public_internet_is_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


def test_the_resolved_address_is_checked_not_the_name(web: WebServer, cache: PageCache) -> None:
    # A name that the resolver of this machine maps to loopback stands for a DNS record that leads inside.
    place = web.host.replace("127.0.0.1", "localhost")
    assert fetch(f"http://{place}/", cache, quick(web, mirror="", loopback=())).state == "unsafe"
    assert fetch(f"http://{place}/", cache, quick(web, mirror="", loopback=(place,))).state == "dead"


def test_a_mirror_that_is_not_named_as_loopback_is_not_asked(web: WebServer, cache: PageCache) -> None:
    assert fetch(A, cache, quick(web, loopback=())).state == "unsafe"
    assert web.requests == []


def test_proxies_of_the_environment_are_not_used(
    web: WebServer, cache: PageCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    web.pages[A] = Reply(TEXT)
    assert fetch(A, cache, quick(web)).state == "fetched"


@given(st.text() | st.from_regex(r"https?://[^\s]{0,20}(:[0-9]{1,6})?/.{0,10}"))
def test_any_text_is_an_address_or_unsafe(address: str) -> None:
    with contextlib.suppress(Failure):
        url = checked(address, ())
        assert url.scheme in {"http", "https"}
        assert url.host


# Bodies


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT[:10]) + gzip.compress(TEXT[10:])),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", zlib.compress(TEXT, wbits=-15)),
    ],
)
def test_content_encodings_are_taken_off(encoding: str, raw: bytes) -> None:
    assert decoded(raw, encoding, 1000) == TEXT


@pytest.mark.parametrize(
    ("encoding", "raw", "expected"),
    [
        ("gzip", gzip.compress(TEXT)[:-9], "unreachable"),
        ("gzip", b"plain text", "unreachable"),
        ("br", TEXT, "unreadable"),
        ("gzip, gzip", TEXT, "unreadable"),
        ("gzip", gzip.compress(b"x" * 600) * 2, "too_large"),
    ],
)
def test_a_body_that_cannot_be_decoded_says_why(encoding: str, raw: bytes, expected: str) -> None:
    with pytest.raises(Failure) as failure:
        decoded(raw, encoding, 1000)
    assert failure.value.state == expected


@given(st.binary(), st.sampled_from(["", "gzip", "deflate", "x-gzip", "br"]))
def test_any_bytes_are_decoded_or_refused(raw: bytes, encoding: str) -> None:
    with contextlib.suppress(Failure):
        assert len(decoded(raw, encoding, 1000)) <= max(1000, len(raw))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ("", "")),
        ("TEXT/html", ("text/html", "")),
        ("text/html;charset='GB2312'; x=y", ("text/html", "gb2312")),
        ("text/plain; format=flowed; charset=utf-8", ("text/plain", "utf-8")),
    ],
)
def test_a_content_type_is_taken_apart(header: str, expected: tuple[str, str]) -> None:
    assert media_type(header) == expected


# What is kept


def test_a_page_that_has_not_changed_is_not_sent_again(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(TEXT)
    first = fetch(A, cache, quick(web))
    second = fetch(A, cache, quick(web))
    assert (second.state, second.status, second.pages) == ("unchanged", 304, first.pages)
    assert web.requests[-1].headers["if-none-match"] == first.pages[0].etag


def test_the_date_of_change_is_enough_for_a_conditional_request(web: WebServer, cache: PageCache) -> None:
    modified = "Sun, 01 Nov 2026 10:00:00 GMT"
    web.pages[A] = [Reply(TEXT, headers={"Last-Modified": modified}, etag=False), Reply(status=304)]
    fetch(A, cache, quick(web))
    assert fetch(A, cache, quick(web)).state == "unchanged"
    assert web.requests[-1].headers["if-modified-since"] == modified


def test_the_same_body_is_unchanged_and_another_is_fetched(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = [Reply(TEXT, etag=False), Reply(TEXT, etag=False), Reply(b"<p>New</p>", etag=False)]
    assert [fetch(A, cache, quick(web)).state for _ in range(3)] == ["fetched", "unchanged", "fetched"]
    assert [page.body for page in cache.get(A) or ()] == [b"<p>New</p>"]


def test_a_moved_page_is_asked_for_on_condition_too(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(status=301, headers={"Location": "https://b.test/new"})
    web.pages["https://b.test/new"] = Reply(TEXT)
    outcomes = [fetch(A, cache, quick(web)) for _ in range(2)]
    assert [(outcome.state, outcome.status) for outcome in outcomes] == [("moved", 200), ("moved", 304)]
    assert outcomes[0].pages == outcomes[1].pages


@pytest.mark.parametrize(("status", "expected"), [(404, "dead"), (403, "refused"), (500, "unreachable")])
def test_a_failure_keeps_the_copy_and_says_so(web: WebServer, cache: PageCache, status: int, expected: str) -> None:
    web.pages[A] = [Reply(TEXT), Reply(status=status)]
    first = fetch(A, cache, quick(web))
    second = fetch(A, cache, quick(web))
    assert state(second) == (expected, f"answered {status}; the copy of {TODAY()} is kept")
    assert second.pages == first.pages


def test_offline_gives_what_is_kept_and_asks_nobody(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(TEXT)
    pages = fetch(A, cache, quick(web)).pages
    asked = len(web.requests)
    told: list[Outcome] = []
    outcomes = fetch_all([A, "https://b.test/"], cache, quick(web), told.append, offline=True)
    assert outcomes == told
    assert (outcomes[0].state, outcomes[0].pages) == ("unchanged", pages)
    assert state(outcomes[1]) == ("unreachable", "not in the page cache; run without --offline")
    assert len(web.requests) == asked


def page(url: str = A, body: bytes = TEXT) -> Page:
    return Page(url=url, body=body, fetched="2026-11-22")


def test_a_cache_gives_back_what_was_put(cache: PageCache) -> None:
    pages = (page(), page("https://a.test/二", "梯度".encode("gbk")), page("https://a.test/3", b""))
    cache.put(A, pages)
    assert cache.get(A) == pages
    assert cache.get("https://a.test/other") is None
    cache.put(A, pages[:1])
    assert cache.get(A) == pages[:1]


@pytest.mark.parametrize("damage", [b"", b"{", b'{"address": "https://a.test/page", "pages": []}', b"\xff\0"])
def test_a_damaged_record_or_body_counts_as_absent_and_heals(tmp_path: Path, damage: bytes) -> None:
    cache = PageCache(tmp_path)
    cache.put(A, (page(),))
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        whole = path.read_bytes()
        path.write_bytes(damage)
        assert cache.get(A) is None
        path.write_bytes(whole)
        assert cache.get(A) == (page(),)
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        path.write_bytes(damage)
    cache.put(A, (page(),))
    assert cache.get(A) == (page(),)


def test_a_kill_while_writing_leaves_the_cache_whole(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from ingest.fetch.cache import PageCache; "
        "from ingest.fetch.values import Page; cache = PageCache(Path(sys.argv[1]))\n"
        "for n in range(10**6):\n"
        " cache.put('x', (Page(url='x', body=b'%d' % n * 100000, fetched='2026-11-22'),)); print(n, flush=True)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PROJECT) as writer:
        assert writer.stdout
        for _ in range(3):
            written = int(writer.stdout.readline())
        writer.kill()
    (kept,) = PageCache(tmp_path).get("x") or ()
    number = int(kept.body[: len(kept.body) // 100000])
    assert kept.body == b"%d" % number * 100000
    assert number >= written


def test_a_cache_that_cannot_be_written_ends_the_run(web: WebServer, tmp_path: Path) -> None:
    web.pages[A] = Reply(TEXT)
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        fetch(A, PageCache(tmp_path / "file"), quick(web))


# Many addresses


def test_outcomes_keep_the_order_and_are_told_as_they_come(web: WebServer, cache: PageCache) -> None:
    addresses = ["https://slow.test/", "https://quick.test/", "nonsense", "https://slow.test/"]
    web.pages["https://slow.test/"] = Reply(TEXT, delay=0.2)
    web.pages["https://quick.test/"] = Reply(TEXT)
    told: list[Outcome] = []
    outcomes = fetch_all(addresses, cache, quick(web, timeout=2.0), told.append)
    assert [outcome.address for outcome in outcomes] == addresses
    assert [outcome.address for outcome in told][:2] == ["nonsense", "https://quick.test/"]
    assert len(told) == 4


def test_no_addresses_give_no_outcomes(cache: PageCache) -> None:
    assert fetch_all([], cache, FetchLimits(), lambda outcome: None) == []


def test_an_error_of_the_listener_ends_the_run(web: WebServer, cache: PageCache) -> None:
    web.pages[A] = Reply(TEXT)
    web.pages["https://b.test/"] = Reply(fault="hang")

    def stop(outcome: Outcome) -> None:
        raise ConfigurationError("the disk is full")

    running = set(threading.enumerate())
    with pytest.raises(ConfigurationError, match="the disk is full"):
        fetch_all([A, "https://b.test/"], cache, quick(web, timeout=9.0, total=9.0), stop)
    assert not [thread for thread in set(threading.enumerate()) - running if thread.name.startswith("asyncio")]


# Rewriting


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("HTTPS://Example.COM:443/A?b=1&utm_source=x&c=#part", "https://example.com/A?b=1&c="),
        ("http://example.com:80", "http://example.com/"),
        ("http://example.com:8080/?SPM=1&ref=x&from=y", "http://example.com:8080/"),
        ("https://arxiv.org/abs/1706.03762v7", "https://arxiv.org/abs/1706.03762"),
        ("https://www.arxiv.org/pdf/1706.03762.pdf", "https://arxiv.org/abs/1706.03762"),
        ("https://arxiv.org/html/1706.03762v2?x#S1", "https://arxiv.org/abs/1706.03762"),
        ("https://arxiv.org/pdf/cs.CL/0001001v1", "https://arxiv.org/abs/cs.CL/0001001"),
        ("https://arxiv.org/list/cs.CL/recent", "https://arxiv.org/list/cs.CL/recent"),
        ("http://jalammar.github.io/illustrated-transformer/", "http://jalammar.github.io/illustrated-transformer/"),
        ("https://zh.wikipedia.org/wiki/梯度?hl=zh", "https://zh.wikipedia.org/wiki/梯度"),
        ("mailto:A@B.C", "mailto:A@B.C"),
        ("http://[x", "http://[x"),
    ],
)
def test_a_page_has_one_key(address: str, key: str) -> None:
    assert canonical(address) == key


PIECES = [
    "http",
    "https",
    "HTTP",
    "://",
    "//",
    "/",
    ":",
    ":80",
    ":443",
    "@",
    "[",
    "]",
    "?",
    "&",
    "#",
    "=",
    "utm_a",
    "ref",
]
PIECES += [
    "arxiv.org",
    "www.",
    "github.com",
    "/abs/1706.03762",
    "v2",
    ".pdf",
    "a",
    "İ",
    "ß",
    " ",
    "\t",
    "\n",
    "%",
    "路",
    "℀",
]


@given(
    st.text() | st.lists(st.sampled_from(PIECES)).map("".join) | st.lists(st.sampled_from(PIECES)).map("http://".join)
)
def test_a_key_is_its_own_key_and_any_text_has_one(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)
    assert candidates(address)


RAW = "https://raw.githubusercontent.com"


@pytest.mark.parametrize(
    ("address", "asked"),
    [
        (
            "https://arxiv.org/abs/1706.03762v2",
            ["https://arxiv.org/html/1706.03762", "https://arxiv.org/pdf/1706.03762"],
        ),
        ("https://arxiv.org/pdf/1706.03762", ["https://arxiv.org/html/1706.03762", "https://arxiv.org/pdf/1706.03762"]),
        (
            "https://github.com/o/r/blob/main/docs/a%20b.md",
            [f"{RAW}/o/r/main/docs/a%20b.md", "https://github.com/o/r/blob/main/docs/a%20b.md"],
        ),
        ("https://colab.research.google.com/github/o/r/blob/main/x.ipynb", [f"{RAW}/o/r/main/x.ipynb"]),
        ("https://colab.research.google.com/drive/1", ["https://colab.research.google.com/drive/1"]),
        ("https://github.com/topics/llm", ["https://github.com/topics/llm"]),
        ("https://github.com/o/r/issues/7", ["https://github.com/o/r/issues/7"]),
        ("https://github.com/o", ["https://github.com/o"]),
        ("https://example.com/x", ["https://example.com/x"]),
    ],
)
def test_text_is_asked_for_where_it_is_best(address: str, asked: list[str]) -> None:
    assert [candidate.url for candidate in candidates(address)] == asked
    assert not any(candidate.repository for candidate in candidates(address))


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("https://github.com/o/r", f"{RAW}/o/r/HEAD"),
        ("https://github.com/o/r.git", f"{RAW}/o/r/HEAD"),
        ("https://github.com/o/r.js/", f"{RAW}/o/r.js/HEAD"),
        ("https://github.com/o/r/tree/dev", f"{RAW}/o/r/dev"),
        ("https://github.com/o/r/tree/dev/a/b/", f"{RAW}/o/r/dev/a/b"),
    ],
)
def test_a_repository_is_its_readme(address: str, base: str) -> None:
    assert [candidate.url for candidate in candidates(address)][:2] == [f"{base}/README.md", f"{base}/readme.md"]
    *readmes, plain = candidates(address)
    assert all(candidate.repository for candidate in readmes)
    assert (plain.url, plain.repository) == (address, False)


def test_a_paper_without_html_is_its_pdf(web: WebServer, cache: PageCache) -> None:
    web.pages["https://arxiv.org/pdf/1706.03762"] = Reply(b"%PDF-1.5", type="application/pdf")
    outcome = fetch("https://arxiv.org/abs/1706.03762", cache, quick(web))
    assert (outcome.state, outcome.pages[0].url) == ("fetched", "https://arxiv.org/pdf/1706.03762")


def test_a_page_is_dead_only_when_every_place_is(web: WebServer, cache: PageCache) -> None:
    assert fetch("https://arxiv.org/abs/1706.03762", cache, quick(web)).state == "dead"
    web.pages["https://arxiv.org/html/1706.03762"] = Reply(status=403)
    assert fetch("https://arxiv.org/abs/1706.03762", cache, quick(web)).state == "refused"


def test_a_repository_brings_the_documents_that_its_readme_lists(web: WebServer, cache: PageCache) -> None:
    address, root = "https://github.com/o/r", f"{RAW}/o/r/HEAD"
    readme = b"# R\n\n[one](docs/1.md#top) [two](/2.md) [gone](gone.md) [else](https://a.test/3.md) [one](docs/1.md)"
    names = {"README.md": readme, "docs/1.md": b"# One", "2.md": b"# Two"}
    web.pages.update({f"{root}/{name}": Reply(body, type="text/plain") for name, body in names.items()})
    first = fetch(address, cache, quick(web))
    assert (first.state, [page.url for page in first.pages]) == ("fetched", [f"{root}/{name}" for name in names])
    assert fetch(address, cache, quick(web)).state == "unchanged"
    web.pages[f"{root}/2.md"] = Reply(b"# Two again", type="text/plain")
    web.pages[f"{root}/docs/1.md"] = Reply(status=500)
    third = fetch(address, cache, quick(web))
    assert (third.state, [page.body for page in third.pages]) == ("fetched", [readme, b"# One", b"# Two again"])
    del web.pages[f"{root}/docs/1.md"]
    assert [page.body for page in fetch(address, cache, quick(web)).pages] == [readme, b"# Two again"]


def test_only_documents_of_the_repository_are_listed() -> None:
    text = (
        '<a href="zh/a.md">中文</a> [b](<zh/b.md>) [c](./c.MD "title") [up](../../../other/main/x.md) [image](p.png)'
        " [abs](https://github.com/o/r/blob/main/d.md) [host](//evil.test/x.md) [e](e.md?raw=true) [bad](http://[x.md)"
    )
    root = f"{RAW}/o/r/HEAD"
    readme = page(f"{root}/docs/README.md", text.encode())
    found = ("docs/zh/a.md", "docs/zh/b.md", "docs/c.MD", "d.md", "docs/e.md")
    assert listed_documents(readme) == tuple(f"{root}/{name}" for name in found)
    many = " ".join(f"[x]({number}.md)" for number in range(50))
    assert len(listed_documents(page(f"{root}/README.md", many.encode()))) == 20
    assert listed_documents(page("https://a.test/README.md", text.encode())) == ()


def test_a_mirrors_redirect_means_the_web() -> None:
    mirror = "http://127.0.0.1:8123"
    assert unmirrored("/http/a.test/x", mirror) == "http://a.test/x"
    assert unmirrored(f"{mirror}/https/a.test/x", mirror) == "https://a.test/x"
    assert unmirrored("/other/x", mirror) == "/other/x"
    assert unmirrored("/http/a.test/x", "") == "/http/a.test/x"


# The shared faults


@pytest.fixture
def faults() -> Iterator[str]:
    if not (SHARED_WEB / "serve.py").is_file():
        pytest.skip("not run: ../shared/web/serve.py is not there")
    command = [sys.executable, str(SHARED_WEB / "serve.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        yield server.stdout.readline().strip()
        server.kill()


FAULTS = {
    "500": "unreachable",
    "403": "refused",
    "gone": "dead",
    "429": "fetched",
    "flaky": "fetched",
    "cut": "unreachable",
    "huge": "too_large",
    "loop": "unreachable",
    "private": "unsafe",
    "file": "unsafe",
    "binary": "fetched",
    "gbk": "fetched",
    "mislabelled": "fetched",
    "empty": "fetched",
    "js-shell": "fetched",
    "refresh": "fetched",
    "hidden": "fetched",
    "attack": "fetched",
    "login": "fetched",
}


def test_every_shared_fault_has_its_state(faults: str, tmp_path: Path) -> None:
    here = {"pause": 0.01, "retries": 2, "loopback": (faults.removeprefix("http://"),), "mirror": faults}

    def states(*names: str, **others: object) -> dict[str, str]:
        limits = FetchLimits.model_validate({**here, **others})
        cache = PageCache(tmp_path / names[0])
        found = fetch_all([f"http://faults.test/{name}" for name in names], cache, limits, lambda outcome: None)
        return dict(zip(names, (outcome.state for outcome in found), strict=True))

    with ThreadPoolExecutor() as pool:
        # The server makes 1 GiB before it answers to `bomb`, which takes seconds.
        bomb = pool.submit(states, "bomb")
        stuck = pool.submit(states, "hang", "slow", timeout=0.7, total=1.0)
        assert states(*FAULTS, max_bytes=2**20) == FAULTS
        assert stuck.result() == {"hang": "unreachable", "slow": "unreachable"}
        assert bomb.result() == {"bomb": "too_large"}


def test_the_shared_pages_come_whole_and_then_unchanged(faults: str, cache: PageCache) -> None:
    rows = [line.split("\t") for line in (SHARED_WEB / "MANIFEST.tsv").read_text("utf-8").splitlines()[1:]]
    chosen = rows[:: max(1, len(rows) // 12)]
    limits = FetchLimits(pause=0.0, loopback=(faults.removeprefix("http://"),), mirror=faults)
    addresses = [canonical(row[0]) for row in chosen]
    outcomes = fetch_all(addresses, cache, limits, lambda outcome: None)
    again = fetch_all(addresses, cache, limits, lambda outcome: None)
    for row, outcome, second in zip(chosen, outcomes, again, strict=True):
        assert outcome.state == "fetched", (row[0], outcome.reason)
        assert second.state == "unchanged"
    with urlopen(f"{faults}/-/stats") as stats:
        counts = json.load(stats)
    assert max(count for address, count in counts.items() if address.endswith("/robots.txt")) == 2


def test_a_thread_with_an_event_loop_may_fetch_too(cache: PageCache) -> None:
    async def inside() -> list[Outcome]:
        return fetch_all(["ftp://a.test/x"], cache, FetchLimits(), lambda outcome: None)

    with ThreadPoolExecutor(1) as pool:  # the browser's tests leave a loop in this thread
        [outcome] = pool.submit(asyncio.run, inside()).result()
    assert outcome.state == "unsafe"
