"""The map in a browser: by mouse, by keyboard, without a script, on a narrow screen."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, Visit

FOCUSED = "document.activeElement.dataset.id || document.activeElement.dataset.to || document.activeElement.id"


def _zoom(page: Page) -> float:
    return float(page.evaluate("document.querySelector('#window svg').getBoundingClientRect().width"))


def test_a_topic_opens_its_panel_and_the_address_follows(visit: Visit) -> None:
    page = visit("/zh/map?known=python").page
    page.locator('.topic[data-id="linear-algebra"]').click()
    expect(page.locator("#panel-name")).to_have_text("线性代数")
    expect(page.locator("#panel .definition")).to_contain_text("出处：线性代数，第")
    expect(page.locator("#panel-name")).to_be_focused()
    assert "topic=linear-algebra" in page.url
    page.locator('#panel .orders a[data-id="numpy"]').click()
    expect(page.locator("#panel-name")).to_have_text("NumPy")
    expect(page.locator('.topic[data-id="numpy"]')).to_have_attribute("aria-current", "true")
    expect(page.locator('.topic[data-id="numpy"] .box')).to_have_css("stroke", "rgb(43, 92, 143)")
    page.locator("#panel .links button").click()
    expect(page.locator("#panel .links button")).to_have_text("还不会")
    expect(page.locator('.topic[data-id="numpy"]')).to_have_class(re.compile(r"\bknown\b"))


def test_the_keyboard_goes_through_the_topics_and_along_the_lines(visit: Visit) -> None:
    page = visit("/en/map", locale="en-US").page
    ids = page.evaluate("[...document.querySelectorAll('#window .topic')].map((one) => one.dataset.id)")
    page.locator("#window .topic").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == ids[1]
    page.locator('.topic[data-id="recurrent-neural-network"], .topic[data-id="rnn"]').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#note strong")).to_contain_text("recurrent neural network (RNN) before")
    expect(page.locator("#note p").first).to_contain_text("line")
    page.keyboard.press("ArrowRight")
    after = page.evaluate(FOCUSED)
    expect(page.locator(f'.topic[data-id="{after}"]')).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.classList.contains('topic')")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel.empty")).to_be_visible()
    assert page.evaluate("document.activeElement.classList.contains('topic')")


def test_pointing_at_a_line_shows_who_says_so(visit: Visit) -> None:
    page = visit("/en/map?field=adaptation", locale="en-US").page
    page.evaluate(
        "document.querySelector('.order[data-to=qlora][data-from=lora]').scrollIntoView({block: 'center', inline: 'center'})"
    )
    page.locator('.order[data-from="lora"][data-to="qlora"] .hit').dispatch_event("pointerover", {"bubbles": True})
    expect(page.locator("#note strong")).to_have_text(
        "low-rank adaptation (LoRA) before quantized low-rank adaptation (QLoRA)"
    )
    expect(page.locator("#note p").first).to_contain_text("QLoRA")


def test_the_map_is_zoomed_by_keys_and_buttons_and_moved_by_dragging(visit: Visit) -> None:
    page = visit("/zh/map").page
    actual = _zoom(page)
    page.keyboard.press("-")
    assert _zoom(page) < actual
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert _zoom(page) > actual
    page.keyboard.press("0")
    assert round(_zoom(page)) == round(actual)
    box = page.locator("#window").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 60
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 300, y, steps=4)
    page.mouse.up()
    assert page.evaluate("document.getElementById('window').scrollLeft") >= 290
    page.locator(".zoom button[name=whole]").click()
    assert _zoom(page) <= box["width"]


def test_the_filters_and_panels_work_without_a_script(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{server.address}/en/map")
    page.select_option("select[name=roadmap]", "roadmaps/llm101")
    page.fill("input[name=known]", "Python, 线性代数")
    page.click(".filters button")
    expect(page.locator("input[name=known]")).to_have_value("Python, linear algebra")
    expect(page.locator('.topic[data-id="python"]')).to_have_class(re.compile(r"\bknown\b"))
    page.locator('.topic[data-id="numpy"]').click()
    expect(page.locator("#panel-name")).to_have_text("NumPy")
    context.close()


def test_a_narrow_screen_has_the_list_with_the_same_links(visit: Visit) -> None:
    page = visit("/zh/map", width=390).page
    expect(page.locator(".picture")).to_be_hidden()
    expect(page.locator(".levels h2").first).to_have_text("第 1 级")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator('.levels a.entry[data-id="python"]').click()
    expect(page.locator("#panel-name")).to_be_in_viewport()
    page.locator(".levels details").first.locator("summary").click()
    expect(page.locator(".levels details li").first).to_contain_text("先学")


def test_chat_and_map_lead_to_each_other_and_the_filters_go_along(visit: Visit) -> None:
    page = visit("/zh/").page
    page.locator('#header a[href="/zh/map"]').click()
    page.wait_for_url("**/zh/map")
    page.select_option("select[name=field]", "nlp")
    page.click(".filters button")
    page.wait_for_url("**field=nlp*")
    page.click("#language")
    page.wait_for_url("**/en/map?field=nlp*")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.click("#theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator('#header a[href="/en/"]').click()
    page.wait_for_url("**/en/")
    expect(page.locator("#header h1")).to_have_text("Roadmap Tutor")


def test_asking_about_a_topic_fills_the_box_and_sends_nothing(visit: Visit) -> None:
    page = visit("/zh/map?topic=rope").page
    page.locator("#panel a", has_text="问").first.click()
    page.wait_for_selector("body.loaded")
    expect(page.locator("#box textarea")).to_have_value(re.compile("RoPE|旋转位置编码"))
    expect(page.locator("#chat .bot-row")).to_have_count(0)
    assert "ask=" not in page.url
