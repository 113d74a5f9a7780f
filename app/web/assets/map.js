"use strict";
// Moves about in the map: zoom, pan, keys along the lines, and the panel without loading the page again.
document.addEventListener("DOMContentLoaded", () => {
  const frame = document.getElementById("window");
  const svg = frame?.querySelector("svg.map");
  if (!svg) { document.body.classList.add("loaded"); return; }
  const note = document.getElementById("note");
  const [width, height] = [svg.width.baseVal.value, svg.height.baseVal.value];
  const [SMALLEST, LARGEST, STEP] = [0.1, 3, 1.25];
  const topics = [...svg.querySelectorAll(".topic")];
  const orders = [...svg.querySelectorAll(".order")];
  const byId = new Map(topics.map((topic) => [topic.dataset.id, topic]));
  const at = `map:${location.pathname}${new URLSearchParams(location.search).get("roadmap") || ""}|${new URLSearchParams(location.search).get("field") || ""}`;
  let zoom = 1;

  // The script shows what a title says, at once and to the keyboard, too.
  for (const order of orders) {
    const title = order.querySelector("title");
    order.setAttribute("aria-label", title.textContent);
    title.remove();
  }

  // Zoom: the point under the pointer, or the middle of the window, stays where it is.
  function zoomTo(wanted, x = frame.clientWidth / 2, y = frame.clientHeight / 2) {
    const next = Math.min(LARGEST, Math.max(SMALLEST, wanted));
    const [left, top] = [(frame.scrollLeft + x) / zoom, (frame.scrollTop + y) / zoom];
    zoom = next;
    svg.setAttribute("width", width * zoom);
    svg.setAttribute("height", height * zoom);
    frame.scrollLeft = left * zoom - x;
    frame.scrollTop = top * zoom - y;
  }
  const whole = () => zoomTo(Math.min(frame.clientWidth / width, frame.clientHeight / height));
  const zooms = { larger: () => zoomTo(zoom * STEP), smaller: () => zoomTo(zoom / STEP), actual: () => zoomTo(1), whole };

  // The titles of the columns stay in view.
  const heads = [...svg.querySelectorAll(".head")].map((head) => ({ head, x: Number(head.dataset.x), room: Math.max(0, Number(head.dataset.width) - head.getComputedTextLength()) }));
  function keepHeads() {
    const [left, top] = [frame.scrollLeft / zoom, frame.scrollTop / zoom];
    for (const { head, x, room } of heads) {
      head.setAttribute("x", Math.min(Math.max(x, left + 14), x + room));
      head.setAttribute("y", Math.max(36, top + 26));
    }
  }
  frame.addEventListener("scroll", keepHeads, { passive: true });

  function showAt(topic) {
    const [box, view] = [topic.getBoundingClientRect(), frame.getBoundingClientRect()];
    const room = 40;
    if (box.left < view.left + room || box.right > view.right - room) frame.scrollLeft += box.left - view.left - (view.width - box.width) / 2;
    if (box.top < view.top + room || box.bottom > view.bottom - room) frame.scrollTop += box.top - view.top - (view.height - box.height) / 2;
  }

  // What is pointed at or focused: its lines stand out, and a line says who states it.
  function point(target) {
    const topic = target?.closest?.(".topic");
    const order = target?.closest?.(".order");
    for (const one of orders) {
      const isLit = order ? one === order : !!topic && (one.dataset.from === topic.dataset.id || one.dataset.to === topic.dataset.id);
      one.classList.toggle("lit", isLit);
    }
    frame.classList.toggle("pointed", !!(topic || order));
    say(order ? order.getAttribute("aria-label") : "");
  }

  function say(text) {
    const [head, ...lines] = text.split("\n");
    const strong = document.createElement("strong");
    strong.textContent = head;
    note.replaceChildren(...(text ? [strong, ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line }))] : []));
  }

  const resting = () => (svg.contains(document.activeElement) ? document.activeElement : svg.querySelector(".topic.chosen"));
  frame.addEventListener("pointerover", (event) => point(event.target.closest(".topic, .order") || resting()));
  frame.addEventListener("pointerleave", () => point(resting()));
  frame.addEventListener("focusin", (event) => { point(event.target); const topic = event.target.closest(".topic"); if (topic) showAt(topic); });
  frame.addEventListener("focusout", () => point(svg.querySelector(".topic.chosen")));

  // Arrows: from a topic onto one of its lines, along it to the next topic; up and down choose another line or topic.
  const middle = (topic) => { const box = topic.getBoundingClientRect(); return box.top + box.height / 2; };
  const ways = (id, side) => orders.filter((order) => order.dataset[side] === id)
    .sort((one, other) => middle(byId.get(end(one, side))) - middle(byId.get(end(other, side))));
  const end = (order, side) => (side === "from" ? order.dataset.to : order.dataset.from);
  let side = "from";

  function fromTopic(topic, key) {
    if (key === "ArrowRight" || key === "ArrowLeft") {
      side = key === "ArrowRight" ? "from" : "to";
      return ways(topic.dataset.id, side)[0];
    }
    return topics[topics.indexOf(topic) + (key === "ArrowDown" ? 1 : -1)];
  }

  function fromOrder(order, key) {
    if (key === "ArrowRight") return byId.get(order.dataset.to);
    if (key === "ArrowLeft") return byId.get(order.dataset.from);
    const others = ways(order.dataset[side], side);
    return others[(others.indexOf(order) + (key === "ArrowDown" ? 1 : others.length - 1)) % others.length];
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const action = { "+": "larger", "=": "larger", "-": "smaller", "−": "smaller", 0: "actual" }[event.key];
    if (action) { event.preventDefault(); zooms[action](); return; }
    if (event.key === "Escape" && document.getElementById("close")) { event.preventDefault(); show(document.getElementById("close").href, ""); return; }
    const here = event.target.closest(".topic, .order");
    if (!here || !svg.contains(here)) return;
    if (event.key === "Enter" && here.classList.contains("order")) { event.preventDefault(); byId.get(here.dataset.to).focus(); return; }
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    (here.classList.contains("topic") ? fromTopic(here, event.key) : fromOrder(here, event.key))?.focus({ preventScroll: true });
  });

  // The panel: fetched alone; the address follows, so that it can be kept and shared.
  let latest = 0;
  async function show(address, id) {
    const url = new URL(address, location.href);
    const mine = ++latest;
    let html;
    try {
      const reply = await fetch(`${url.pathname}/panel${url.search}`);
      html = await reply.text();
      if (!reply.ok && id) throw new Error(String(reply.status));
    } catch {
      location.href = url.href;
      return;
    }
    if (mine !== latest) return;
    const panel = new DOMParser().parseFromString(html, "text/html").getElementById("panel");
    document.getElementById("panel").replaceWith(panel);
    history.replaceState(null, "", url.pathname + url.search);
    const left = svg.querySelector(".topic.chosen");
    for (const topic of topics) {
      topic.classList.toggle("chosen", topic.dataset.id === id);
      if (topic.dataset.id === id) topic.setAttribute("aria-current", "true");
      else topic.removeAttribute("aria-current");
    }
    const language = document.getElementById("language");
    language.href = new URL(language.href).pathname + url.search;
    const chosen = byId.get(id);
    if (chosen) showAt(chosen);
    const target = id ? document.getElementById("panel-name") : left;
    target?.focus({ preventScroll: innerWidth > 1000 });
    point(resting());
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-id], #close");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (dragged) return;
    show(link.href.baseVal ?? link.href, link.dataset.id || "");
  });

  // Pan by dragging; a short press is a click.
  let held = null;
  let dragged = false;
  frame.addEventListener("pointerdown", (event) => {
    if (event.button || event.pointerType === "touch") return;
    held = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop };
    dragged = false;
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = [event.clientX - held.x, event.clientY - held.y];
    if (!dragged && Math.hypot(x, y) < 5) return;
    dragged = true;
    frame.classList.add("held");
    frame.scrollLeft = held.left - x;
    frame.scrollTop = held.top - y;
  });
  addEventListener("pointerup", () => { held = null; frame.classList.remove("held"); setTimeout(() => { dragged = false; }); });
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoomTo(zoom * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  for (const button of document.querySelectorAll(".zoom button")) button.addEventListener("click", zooms[button.name]);
  document.querySelector(".zoom").hidden = false;
  frame.classList.add("live");
  addEventListener("pagehide", () => sessionStorage.setItem(at, JSON.stringify([zoom, frame.scrollLeft, frame.scrollTop])));

  // Where it was left; else the topic that is chosen, or the first that can be learnt now.
  const kept = JSON.parse(sessionStorage.getItem(at) || "null");
  if (kept) { zoomTo(kept[0]); [frame.scrollLeft, frame.scrollTop] = kept.slice(1); }
  else showAt(svg.querySelector(".topic.next, .topic.ready") || topics[Math.floor(topics.filter((topic) => topic.getBoundingClientRect().left < frame.getBoundingClientRect().right).length / 2)] || topics[0]);
  const chosen = svg.querySelector(".topic.chosen");
  if (chosen) { showAt(chosen); point(chosen); }
  keepHeads();
  document.body.classList.add("loaded");
});
