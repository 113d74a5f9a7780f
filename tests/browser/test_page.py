"""How the page behaves as a page: languages, theme, narrow screens, formulas, hosts and headers."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visit


@pytest.mark.parametrize(
    ("accepted", "cookie", "path"),
    [("zh-CN,zh;q=0.9", "", "/zh/"), ("fr,en;q=0.5", "", "/en/"), ("zh-CN", "en", "/en/"), ("fr", "", "/en/")],
)
def test_the_first_page_is_in_the_language_of_the_reader(server: Server, accepted: str, cookie: str, path: str) -> None:
    headers = {"accept-language": accepted} | ({"cookie": f"language={cookie}"} if cookie else {})
    reply = httpx.get(server.address, headers=headers, trust_env=False)
    assert (reply.status_code, reply.headers["location"]) == (302, path)


def test_the_page_carries_its_security_headers_and_a_cookie_that_scripts_cannot_read(server: Server) -> None:
    reply = httpx.get(f"{server.address}/en/", trust_env=False)
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    [learner] = [cookie for cookie in reply.headers.get_list("set-cookie") if cookie.startswith("roadmap_tutor_sid=")]
    assert "HttpOnly" in learner
    assert "SameSite=Lax" in learner
    assert "huggingface" not in reply.text.split("window.gradio_config")[0]


def test_another_host_name_is_refused(server: Server) -> None:
    assert httpx.get(server.address, headers={"host": "evil.test"}, trust_env=False).status_code == 400


def test_another_port_of_this_machine_may_not_ask_and_nobody_may_upload(server: Server) -> None:
    other = httpx.get(f"{server.address}/zh/config", headers={"origin": "http://localhost:1"}, trust_env=False)
    assert (other.status_code, other.text) == (403, "another origin")
    sent = httpx.post(f"{server.address}/zh/gradio_api/upload", files={"files": b"x"}, trust_env=False)
    assert sent.status_code == 404


def test_a_full_stop_is_not_parted_from_its_citation(visit: Visit) -> None:
    visitor = visit("/zh/")
    visitor.ask("什么是LSTM？")
    kept = visitor.page.locator("#chat .together").first
    expect(kept.locator("a.cite").first).to_be_visible()
    expect(kept).to_have_css("white-space", "nowrap")


def test_readiness_names_the_index(server: Server) -> None:
    state = httpx.get(f"{server.address}/readyz", trust_env=False).json()
    assert state["ready"] is True
    assert state["chunks"] > 0
    assert httpx.get(f"{server.address}/healthz", trust_env=False).json() == {"ok": True}


def test_the_chosen_theme_stays(visit: Visit) -> None:
    page = visit("/zh/").page
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#theme")).to_have_text("浅色")


@pytest.mark.parametrize("path", ["/zh/", "/en/"])
def test_a_narrow_screen_does_not_scroll_sideways(visit: Visit, path: str) -> None:
    visitor = visit(path, width=390)
    page = visitor.page
    visitor.ask("什么是LSTM？" if path == "/zh/" else "How does multi-head attention work?")
    answer = page.locator("#chat a.cite").first.bounding_box()
    page.locator("#chat a.cite").first.click()
    expect(page.locator("#sources mark").first).to_be_visible()
    panel = page.locator("#side").bounding_box()
    assert answer
    assert panel
    assert panel["y"] > answer["y"], "the sources are below the answer"
    page.click("button[name=close_sources]")
    visitor.ask("考考我Transformer" if path == "/zh/" else "Quiz me on Transformer")
    page.wait_for_selector("#quiz input", state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_formulas_are_drawn(visit: Visit) -> None:
    visitor = visit("/zh/")
    visitor.ask("什么是LSTM？")
    visitor.page.wait_for_selector("#chat .katex-display")
    assert visitor.page.locator("#chat .katex-error").count() == 0
    assert "\\(" not in visitor.page.inner_text("#chat")


def test_focus_returns_to_the_box_and_shift_enter_makes_a_line(visit: Visit) -> None:
    visitor = visit("/en/", locale="en-US")
    page = visitor.page
    page.fill("#box textarea", "What is")
    page.press("#box textarea", "Shift+Enter")
    page.keyboard.type("attention?")
    assert page.input_value("#box textarea") == "What is\nattention?"
    page.keyboard.press("Enter")
    expect(page.locator("#tail .tail")).to_be_visible()
    expect(page.locator("#box textarea")).to_be_focused()
    expect(page.locator("#box textarea")).to_have_value("")


def test_enter_while_composing_chinese_sends_nothing(visit: Visit) -> None:
    page = visit("/zh/").page
    page.fill("#box textarea", "zhuyili")
    page.evaluate(
        """() => { const box = document.querySelector("#box textarea");
        for (const kind of ["keydown", "keypress"])
          box.dispatchEvent(new KeyboardEvent(kind, { key: "Enter", isComposing: true, bubbles: true, cancelable: true })); }"""
    )
    page.wait_for_timeout(400)
    expect(page.locator("#chat .user-row")).to_have_count(0)
    expect(page.locator("#box textarea")).to_have_value("zhuyili")
