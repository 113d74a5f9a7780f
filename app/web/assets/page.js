"use strict";
// What the browser does by itself: clicks and keys become events of the server, the rest is theme, focus and scrolling.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const body = () => document.body.classList;
  let trigger = null;
  let names = [];
  let following = true;
  let quizHadFocus = false;
  let composed = false;
  let watched = [];
  let waiting = [];

  const send = (name, data) => {
    if (trigger) trigger(name, data);
    else waiting.push([name, data]);
  };

  const isBusy = () => body().contains("busy");

  // Which conversation this tab shows, for after a reload; the server knows whose it is.
  function remember() {
    const id = $("#conversation :is(input, textarea)");
    if (id && body().contains("loaded")) sessionStorage.setItem("conversation", id.value || "new");
  }

  // A link such as /zh/?ask=… fills the box; nothing is sent before the learner says so.
  function asked() {
    const question = new URLSearchParams(location.search).get("ask"), box = $("#box textarea");
    if (!question || !box) return;
    history.replaceState(null, "", location.pathname);
    box.value = question.slice(0, 2000);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  }

  function settled() {
    asked();
    body().add("loaded");
    chatChanged();
    const active = document.activeElement;
    if (quizHadFocus || (active && active.closest("#quiz, #side, #drawer"))) return;
    if (matchMedia("(pointer: fine)").matches) $("#box textarea")?.focus({ preventScroll: true });
    follow();
  }

  // The end of the conversation stays in view, but its last question never leaves the top.
  function follow() {
    if (!following) return;
    const questions = $$("#chat .user-row, #chat .message.user");
    const last = questions[questions.length - 1];
    const bottom = document.documentElement.scrollHeight - innerHeight;
    const head = ($("#header")?.offsetHeight || 0) + 12;
    const top = last ? last.getBoundingClientRect().top + scrollY - head : bottom;
    scrollTo({ top: Math.max(0, Math.min(bottom, top)) });
  }

  function openSource(link) {
    const value = link.getAttribute("href").slice(1);
    body().add("sheet");
    send("cite", { value });
    showCurrent(value);
  }

  function showCurrent(value) {
    for (const link of $$('a[href^="#cite-"], a[href^="#quiz-"]')) {
      if (link.getAttribute("href") === `#${value}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function toggleDrawer(open) {
    body().toggle("drawer", open);
    $('#header button[name="drawer"]')?.setAttribute("aria-expanded", String(body().contains("drawer")));
    (body().contains("drawer") ? $("#drawer button") : $('#header button[name="drawer"]'))?.focus();
  }

  function switchTheme() {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", theme); } catch { /* a browser without storage forgets */ }
    window.applyTheme();
    nameTheme();
  }

  function nameTheme() {
    const button = $("#theme");
    if (!button) return;
    const name = document.documentElement.dataset.theme === "dark" ? button.dataset.light : button.dataset.dark;
    if (button.textContent !== name) button.textContent = name;
  }

  function checkAnswer(button) {
    const chosen = $("#quiz input[name=option]:checked");
    if (!chosen) { $("#quiz input[name=option]")?.focus(); return; }
    if (button.disabled) return;
    button.disabled = true;
    send("quiz_check", { value: button.value, option: chosen.value });
  }

  function press(button) {
    const { name, value } = button;
    if (name === "theme") return switchTheme();
    if (name === "drawer") return toggleDrawer();
    if (name === "close_sources") return body().remove("sheet");
    if (!names.includes(name)) return;
    quizHadFocus = name.startsWith("quiz");
    if (name === "quiz_check") return checkAnswer(button);
    if (name === "ask" || name === "retry") {
      if (isBusy()) return;
      following = true;
    }
    if (name === "open" || name === "new") { following = true; body().remove("sheet"); toggleDrawer(false); }
    send(name, { value });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#cite-"], a[href^="#quiz-"]');
    if (link) { event.preventDefault(); openSource(link); return; }
    // The sanitiser takes `target` away; a page that a source names must not take the place of the conversation.
    const outside = event.target.closest('a[href^="http"]');
    if (outside && outside.origin !== location.origin) {
      event.preventDefault();
      window.open(outside.href, "_blank", "noopener,noreferrer");
      return;
    }
    if (body().contains("drawer") && !event.target.closest("#drawer, #header")) { toggleDrawer(false); return; }
    const button = event.target.closest("button");
    if (!button) return;
    if (button.id === "send") { following = true; quizHadFocus = false; }
    else if (button.id === "stop") send("stop", {});
    else if (button.name) press(button);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (body().contains("drawer")) toggleDrawer(false);
      else if (body().contains("sheet")) body().remove("sheet");
      return;
    }
    const inBox = event.target.closest?.("#box");
    if (inBox && event.key === "Enter" && !event.shiftKey) {
      const composing = event.isComposing || event.keyCode === 229;
      composed = composing;
      if (composing || isBusy()) { event.stopImmediatePropagation(); if (!composing) event.preventDefault(); return; }
      following = true;
      quizHadFocus = false;
    }
    if (!inBox && !event.ctrlKey && !event.metaKey && !event.altKey) quizKey(event);
  }, true);

  // Safari ends a composition before the key that ends it: the keypress after a composing keydown is not meant to send.
  document.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && event.target.closest?.("#box") && (event.isComposing || composed)) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("keyup", () => { composed = false; }, true);
  addEventListener("pagehide", remember);

  function quizKey(event) {
    const options = $$("#quiz input[name=option]");
    if (/^[1-9]$/.test(event.key) && options[Number(event.key) - 1]) {
      const option = options[Number(event.key) - 1];
      option.checked = true;
      option.focus();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.target.closest("a, button")) {
      const primary = $("#quiz button.primary");
      if (primary) { event.preventDefault(); press(primary); }
    }
  }

  for (const name of ["wheel", "touchmove"]) addEventListener(name, () => { following = false; }, { passive: true });

  function chatChanged() {
    // Gradio labels a message with its own source.
    for (const message of $$("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
    body().toggle("busy", !!$("#chat .status"));
    const empty = !$("#chat .message");
    if (!empty) body().add("loaded");
    body().toggle("empty", empty && body().contains("loaded"));
    follow();
  }

  function quizChanged() {
    const shown = !!$("#quiz .item, #quiz .score");
    const opened = shown && !body().contains("quizzing");
    body().toggle("quizzing", shown);
    if (opened || (shown && quizHadFocus)) {
      quizHadFocus = true;
      const target = $("#quiz input[name=option]") || $("#quiz button.primary");
      target?.focus({ preventScroll: true });
      $("#quiz .item").scrollIntoView({ block: "nearest" });
      $("#quiz .actions")?.scrollIntoView({ block: "nearest" });
    }
    if (!shown) quizHadFocus = false;
  }

  function sourcesChanged() {
    const open = $("#sources a.open");
    if (!open) return;
    showCurrent(open.getAttribute("href").slice(1));
    const side = $("#side");
    const mark = $("#sources mark");
    open.focus({ preventScroll: true });
    if (mark) side.scrollTop += Math.min(open.getBoundingClientRect().top, mark.getBoundingClientRect().top) - side.getBoundingClientRect().top - 56;
  }

  // Gradio mounts its parts one after another, and may mount one anew.
  function watch() {
    const wanted = [["#chat", chatChanged], ["#quiz", quizChanged], ["#sources", sourcesChanged], ["#header", nameTheme]];
    for (const [selector, changed] of wanted) {
      const element = $(selector);
      if (!element || watched.includes(element)) continue;
      watched.push(element);
      new MutationObserver(changed).observe(element, { childList: true, subtree: true, characterData: true });
      changed();
    }
    $("#quiz")?.setAttribute("aria-live", "polite");
    $("#side")?.setAttribute("role", "complementary");
  }

  window.tutor = {
    connect(known, given) {
      names = known;
      trigger = given;
      for (const [name, data] of waiting.splice(0)) trigger(name, data);
      watch();
    },
    settled,
    remembered: () => sessionStorage.getItem("conversation") || "",
  };
  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(watch).observe($("gradio-app") || document.body, { childList: true, subtree: true });
  });
})();
