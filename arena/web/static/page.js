// The script of all pages. Pages work without it: it adds keys, the slider, and what comes while a run goes on.
(() => {
  "use strict";
  const main = document.getElementById("main");
  const find = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const go = (link) => { if (link) link.click(); };

  // The scrubber ------------------------------------------------------------------------------------------
  const steps = () => all(".at").map((at) => Number(at.id.slice(1)));
  const total = () => { const range = find("#step"); return range ? Number(range.max) : 0; };
  let now = null;

  function show(step, jump = true) {
    const at = document.getElementById(`t${step}`);
    if (!at) return elsewhere(step);
    now = step;
    for (const turn of all(".turn.now")) turn.classList.remove("now");
    at.closest(".turn").classList.add("now");
    markFrame(step);
    const range = find("#step");
    if (range) {
      range.value = step;
      find("output[for=step]").textContent = `step ${step} of ${total()}`;
    }
    if (jump) {
      const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
      at.scrollIntoView({ block: "start", behavior: smooth ? "smooth" : "auto" });
      history.replaceState(null, "", `#t${step}`);
    }
  }

  // The frame of the film strip that shows the game as it is after a step.
  function markFrame(step) {
    const strip = find("#strip");
    if (!strip) return;
    const frames = all("a", strip);
    for (const frame of frames) frame.removeAttribute("aria-current");
    const frame = frames.filter((one) => Number(one.hash.slice(2)) <= step).pop();
    if (frame) frame.setAttribute("aria-current", "step");
    strip.scrollLeft = frame ? frame.offsetLeft - (strip.clientWidth - frame.offsetWidth) / 2 : 0;
  }

  function elsewhere(step) {
    const pages = all(".paths li").filter((page) => Number(page.dataset.step) <= step);
    const page = pages.length ? find("a", pages[pages.length - 1]) : null;
    if (page) location.href = `${page.getAttribute("href")}#t${step}`;
  }

  function current() {
    if (now !== null) return now;
    const tools = find("#tools");
    const edge = tools ? tools.getBoundingClientRect().bottom + 8 : 0;
    const passed = all(".at").filter((at) => at.getBoundingClientRect().top <= edge);
    const last = passed.length ? passed[passed.length - 1] : find(".at");
    return last ? Number(last.id.slice(1)) : 0;
  }

  function move(by) {
    const known = steps();
    const from = current();
    const next = by > 0 ? known.find((step) => step > from) : known.filter((step) => step < from).pop();
    show(next !== undefined ? next : Math.min(total(), Math.max(0, from + by)));
  }

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const frame = event.target.closest(".strip a");
    if (frame) {
      event.preventDefault();
      return show(Number(frame.hash.slice(2)));
    }
    const link = event.target.closest("[data-go]");
    if (!link) return;
    if (link.dataset.go === "first" && !document.getElementById("t0")) return;
    event.preventDefault();
    if (link.dataset.go === "first") show(0);
    else move(link.dataset.go === "next" ? 1 : -1);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "step") find("output[for=step]").textContent = `step ${event.target.value} of ${total()}`;
  });
  document.addEventListener("change", (event) => {
    if (event.target.id === "step") show(Number(event.target.value));
    if (event.target.id === "follow") follow(event.target.checked);
  });

  // Keys --------------------------------------------------------------------------------------------------
  const inTextField = (element) =>
    element.closest("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select");

  function tab(label, place, relative = false) {
    const links = all(`nav[aria-label="${label}"] .tabs a`);
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    go(links[relative ? at + place : place]);
  }

  // A person in a seat ------------------------------------------------------------------------------------
  // A key only chooses; Enter or the button sends, as a slip of a finger would be data.
  function choose(key) {
    const options = all("#question [data-choose]");
    const letter = (option) => option.dataset.letter === key.toLowerCase();
    const option = options.find((one) => one.dataset.choose === key) || options.find(letter);
    if (!option) return false;
    option.focus();
    if (option.type === "radio") option.checked = true;
    return true;
  }

  function send(event) {
    const form = event.target.closest("form[data-person]") || find("form[data-person]");
    if (form) form.requestSubmit(find("[data-send]", form));
  }

  let since = performance.now();
  function countDown() {
    const shown = find("[data-left]");
    if (!shown) return;
    const left = Math.max(0, Number(shown.dataset.left) - Math.floor((performance.now() - since) / 1000));
    shown.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  }
  if (find("#question")) setInterval(countDown, 500);

  // A question that is open is not shown anew, so that what is being written stays.
  const asked = (section) => { const field = find("input[name=question]", section); return field ? field.value : ""; };
  const isOpen = (old, fresh) => fresh.id === "question" && asked(old) !== "" && asked(old) === asked(fresh);

  // The newest entry is in sight, unless somebody has scrolled back to read.
  const entries = (section) => (section && section.id === "seen" ? find(".entries", section) : null);
  // The newest entry is shown from its beginning, as a judge's is long.
  const toEnd = (list) => {
    const last = list.lastElementChild;
    list.scrollTop = last ? Math.min(list.scrollHeight, last.offsetTop - list.offsetTop) : 0;
  };
  if (entries(find("#seen"))) toEnd(entries(find("#seen")));

  const OWN_TITLE = document.title;
  function tellTurn() {
    const question = find("#question");
    if (question) document.title = (asked(question) ? "Your turn: " : "") + OWN_TITLE;
  }
  tellTurn();

  const KEYS = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    g: () => (document.getElementById("t0") ? show(0) : elsewhere(0)),
    G: () => show(total()),
    f: () => { const box = find("#follow"); if (box) box.click(); },
    n: () => go(find("a[data-page=next]")),
    N: () => go(find("a[data-page=before]")),
    "[": () => tab("Forks", -1, true),
    "]": () => tab("Forks", 1, true),
    p: () => go(find("button[data-key=p]")),
    "/": () => { const field = find("input[type=search]"); if (field) field.focus(); },
    "?": () => find("#keys").showModal(),
    w: () => { const field = find("#question :is(textarea, input[type=text])"); if (field) field.focus(); },
    r: () => { const rules = find("#rules"); if (rules) { rules.scrollIntoView(); rules.focus(); } },
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return send(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && inTextField(event.target)) return event.target.blur();
    if (inTextField(event.target) || find("dialog[open]")) return;
    if (choose(event.key)) return event.preventDefault();
    if (event.target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    if (event.key === "PageDown" && atEnd && find("a[rel=next]")) return go(find("a[rel=next]"));
    if (event.key === "PageUp" && scrollY === 0 && find("a[rel=prev]")) return go(find("a[rel=prev]"));
    if (/^[0-9]$/.test(event.key)) return tab("See as", Number(event.key));
    const act = KEYS[event.key];
    if (act && (find("#step") || !event.key.startsWith("Arrow"))) {
      event.preventDefault();
      act();
    }
  });

  // What comes while a run goes on ------------------------------------------------------------------------
  const log = find("#log");
  let following = false;

  function follow(on) {
    following = on;
    if (log) log.setAttribute("aria-live", on ? "polite" : "off");
    if (on) scrollTo(0, document.documentElement.scrollHeight);
    const told = find("#new");
    if (told && on) told.textContent = "";
  }

  function open(element) {
    return new Set(all("details[open][data-key]", element).map((details) => details.dataset.key));
  }

  function put(html) {
    const held = document.createElement("template");
    held.innerHTML = html;
    const fresh = held.content.firstElementChild;
    if (!fresh || !fresh.id) return;
    const old = document.getElementById(fresh.id);
    if (old && old.dataset.searched) return; // What a search has found stays.
    if (old && isOpen(old, fresh)) return;
    if (old) {
      const list = entries(old);
      const readAt = list && list.scrollTop + list.clientHeight < list.scrollHeight - 8 ? list.scrollTop : null;
      const opened = open(old);
      const focused = old.contains(document.activeElement) ? place(old, document.activeElement) : null;
      const scrolled = old.scrollLeft;
      for (const details of all("details[data-key]", fresh)) {
        if (opened.has(details.dataset.key)) details.open = true;
      }
      old.replaceWith(fresh);
      fresh.scrollLeft = scrolled;
      if (fresh.id === "strip" && now !== null) markFrame(now);
      if (list) {
        if (readAt === null) toEnd(entries(fresh));
        else entries(fresh).scrollTop = readAt;
      }
      if (fresh.id === "question") {
        since = performance.now();
        tellTurn();
      }
      if (focused !== null) {
        const again = all("a, button, input, summary, [tabindex]", fresh)[focused];
        if (again) again.focus({ preventScroll: true });
      }
      const box = find("#follow", fresh);
      if (box) box.checked = following;
      const told = find("#new", old);
      if (told && told.firstChild && find("#new", fresh)) find("#new", fresh).replaceChildren(...told.childNodes);
    } else if (log && /^m\d+$/.test(fresh.id)) {
      const nothing = find("#nothing");
      if (nothing) nothing.remove();
      log.append(fresh);
      if (!following) tell(fresh);
    }
  }

  // A search that stopped before its page was full goes on by itself, page by page, until it is.
  async function searchOn() {
    const list = find("#episodes");
    list.dataset.searched = "yes";
    for (let told = find("[data-more]", list); told && list.isConnected; told = find("[data-more]", list)) {
      const rows = find("tbody", list);
      const most = 20 - (rows ? rows.children.length : 0);
      const answer = most > 0 ? await fetch(told.dataset.more) : null;
      if (!answer || !answer.ok) return;
      const held = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = find("#episodes", held);
      if (!fresh || !list.isConnected) return;
      if (rows) joinRows(rows, list, fresh);
      else list.replaceChildren(...fresh.childNodes);
    }
  }

  function joinRows(rows, list, fresh) {
    rows.append(...all("tbody tr", fresh));
    const caption = find("caption", list);
    if (caption) caption.textContent = caption.textContent.replace(/^[\d,]+/, String(rows.children.length));
    for (const part of ["[data-more]", "a[data-page=next]"]) {
      const before = find(part, list);
      const after = find(part, fresh);
      if (before && after) before.replaceWith(after);
      else if (before) before.remove();
    }
  }

  const place = (section, element) => all("a, button, input, summary, [tabindex]", section).indexOf(element);

  function tell(fresh) {
    const told = find("#new");
    const title = find("h3", fresh);
    if (!told || !title) return;
    const link = document.createElement("a");
    link.href = `#${fresh.id}`;
    link.textContent = `New: ${title.textContent}`;
    told.replaceChildren(link);
  }

  // Whoever follows along and has not scrolled away stays at the end, unless something is being selected.
  function atTheEnd(change) {
    const end = () => document.documentElement.scrollHeight;
    const stays = following && scrollY + innerHeight >= end() - 120 && getSelection().isCollapsed;
    change();
    if (stays) scrollTo(0, end());
  }

  function listen(address) {
    const lost = find("#lost");
    const source = new EventSource(address);
    const trouble = find("#trouble");
    const warn = (words) => { if (trouble) { trouble.hidden = !words; find("p", trouble).textContent = words; } };
    source.addEventListener("open", () => { if (lost) lost.hidden = true; warn(""); });
    source.addEventListener("error", () => { if (lost) lost.hidden = source.readyState === EventSource.CLOSED && ended; });
    let ended = false;
    source.addEventListener("section", (event) => {
      atTheEnd(() => put(event.data));
    });
    source.addEventListener("writing", (event) => {
      const writing = find("#writing");
      if (!writing) return;
      const held = document.createElement("template");
      held.innerHTML = event.data;
      atTheEnd(() => writing.replaceChildren(held.content));
    });
    source.addEventListener("trouble", (event) => warn(event.data));
    source.addEventListener("ended", () => { ended = true; source.close(); });
  }

  if (find("#episodes [data-more]")) searchOn();
  if (main && main.dataset.live) listen(main.dataset.live);
  if (/^#t\d+$/.test(location.hash)) show(Number(location.hash.slice(2)));
})();
