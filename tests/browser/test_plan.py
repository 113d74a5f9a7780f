"""The plan in a browser: ticks stay, with and without a script, by keyboard and on a narrow screen."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, Visit


def _plan(page: Page, goal: str, weeks: str, hours: str) -> None:
    page.fill("input[name=goal]", goal)
    page.fill("input[name=weeks]", weeks)
    page.fill("input[name=hours]", hours)
    page.click(".filters button.primary")
    expect(page.locator(".weeks > li").first).to_be_visible()


def test_a_tick_stays_when_the_hours_change_and_is_taken_back(visit: Visit) -> None:
    page = visit("/zh/plan").page
    expect(page.locator(".nothing")).to_contain_text("还没有计划")
    _plan(page, "LoRA", "12", "6")
    box = page.get_by_role("checkbox", name="已学会：Python", exact=True)
    expect(box).not_to_be_checked()
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(page.locator("#done h2")).to_have_text("已学会（1）")
    weeks = page.locator(".weeks > li").count()
    _plan(page, "LoRA", "12", "3")
    expect(page.locator("#course .rest")).to_contain_text("每周 3 小时")
    assert page.locator(".weeks > li").count() > weeks
    expect(box).to_be_checked()
    box.click()
    expect(box).not_to_be_checked()
    expect(page.locator("#done")).to_have_count(0)


def test_a_mark_of_the_map_is_a_tick_of_the_plan_and_stays_on_the_map(visit: Visit) -> None:
    page = visit("/zh/map?topic=python").page
    page.get_by_role("button", name="我会了").click()
    expect(page.get_by_role("button", name="还不会")).to_be_visible()
    page.locator('#header a[href="/zh/plan"]').click()
    page.wait_for_url("**/zh/plan")
    _plan(page, "LoRA", "", "6")
    expect(page.get_by_role("checkbox", name="已学会：Python", exact=True)).to_be_checked()
    page.locator("#done a.name").click()
    expect(page.locator("#panel-name")).to_have_text("Python")
    page.get_by_role("button", name="还不会").click()
    expect(page.get_by_role("button", name="我会了")).to_be_visible()


def test_a_plan_is_made_and_ticked_without_a_script(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{server.address}/en/plan")
    _plan(page, "low-rank adaptation (LoRA)", "2", "4")
    expect(page.locator(".notice")).to_contain_text("It does not fit into 2 weeks")
    box = page.get_by_role("checkbox", name="I know Python", exact=True)
    box.click()
    expect(box).to_be_checked()
    with page.expect_download() as started:
        page.get_by_role("link", name="Calendar").click()
    assert started.value.suggested_filename == "plan-lora.ics"
    context.close()


def test_a_narrow_screen_scrolls_down_only(visit: Visit) -> None:
    page = visit("/zh/plan", width=390).page
    for language in ("zh", "en"):
        page.goto(f"{page.url.split('/zh/')[0].split('/en/')[0]}/{language}/plan")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        _plan(page, "LoRA", "2", "6")
        page.locator(".weeks .tick").first.click()
        expect(page.locator("#done")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.goto(f"{page.url.split(f'/{language}/')[0]}/{language}/map?topic=python")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
