// A room several people sit in: well within two seconds one question, whether it has changed; then only what is shared is
// changed in place, never what somebody types, nor focus, folds, scroll or dialogs. What is typed is kept each second.
const one = (selector, within = document) => within.querySelector(selector);
const told = () => one("#room-pulse").dataset, me = one("#room-pulse")?.dataset.here;
const revision = (within = document) => Number(one("#room-people", within).dataset.revision);
const page = (html) => new DOMParser().parseFromString(html, "text/html");
const beside = () => [...document.querySelectorAll(".room > :not(#room-tree)")]; // the composer and what belongs to it
const SHARED = ["#room-top", "#room-map", "#room-tree", "#room-side"], FIELDS = "input, textarea, select";
let tag = "", wrote = 0, failed = 0, touched = false, waiting = 0, unsaved = null, timer = 0, walking = false;

function typed(field) {
  if (/checkbox|radio/.test(field.type)) return field.checked !== field.defaultChecked;
  if (!field.options) return field.type !== "hidden" && field.value !== field.defaultValue;
  const first = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  return Boolean(first) && !first.selected;
}
function atWork() {
  return touched || Boolean(one("#both, [data-unsent], #room :popover-open"))
    || beside().some((part) => [...part.querySelectorAll(FIELDS)].some(typed));
}

// Changes what is on the page into what it is now, and leaves alone every node that stays.
function morph(old, now) {
  if ((old.matches(FIELDS) && typed(old)) || old.matches(":popover-open")) return;
  if (old.isEqualNode(now) && !old.matches(FIELDS)) return;
  const kept = (name) => (name === "open" && old.matches("details")) || (walking && /aria-current|tabindex/.test(name) && old.matches("[data-why]"));
  for (const { name } of [...old.attributes]) if (!now.hasAttribute(name) && !kept(name)) old.removeAttribute(name);
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value && !kept(name)) old.setAttribute(name, value);
  const ids = new Set([...now.children].map((child) => child.id)), known = new Map([...old.children].map((child) => [child.id, child]));
  let here = old.firstChild;
  for (const next of [...now.childNodes]) {
    let match = next.id ? known.get(next.id) : null;
    while (match && here !== match && here && !(here.id && ids.has(here.id))) { const gone = here; here = here.nextSibling; gone.remove(); }
    if (!match && !next.id && here && !here.id && here.nodeName === next.nodeName) match = here;
    if (!match) { old.insertBefore(document.importNode(next, true), here); continue; }
    if (match === here) here = here.nextSibling; else old.insertBefore(match, here);
    if (match.nodeType === Node.ELEMENT_NODE) morph(match, next);
    else if (match.data !== next.data) match.data = next.data;
  }
  while (here) { const gone = here; here = here.nextSibling; gone.remove(); }
  if (old.matches("textarea, select") && old.value !== now.value) old.value = now.value;
}

// The shared room is drawn for whoever is at the newest question; here it is turned to the why that I am at.
const line = (within, pk) => one(`#room-tree #why-${pk}`, within)?.closest("li.why");
function turn(fresh, at) {
  const { at: newest } = one("#room-pulse", fresh).dataset, walk = one("[data-walk]"), other = one("[data-walk]", fresh);
  const hidden = one("#room-tree li.why[hidden]", fresh), composer = at && one(`#work #why-${at}`);
  let open = newest === at && Boolean(hidden);
  if (newest !== at) {
    const theirs = hidden ?? line(fresh, newest), mine = at && line(fresh, at);
    open = mine?.dataset.state === "open";
    if (theirs) { theirs.hidden = false; (one(".why-node[data-why]", theirs) ?? theirs).id = `why-${newest}`; }
    for (const link of theirs?.querySelectorAll('a[href="#work"]') ?? []) link.href = `?at=${newest}#work`;
    if (walk && other) Object.assign(other.dataset, walk.dataset);
    if (theirs?.hasAttribute("data-now")) { theirs.removeAttribute("data-now"); mine?.setAttribute("data-now", ""); }
    if (composer && open) { mine.hidden = true; one(`#room-tree #why-${at}`, fresh).removeAttribute("id"); }
    const test = one("#room-side #stop")?.closest("section"), stop = one("#room-side #stop", fresh)?.closest("section");
    if (test && stop) stop.replaceWith(test.cloneNode(true));
  }
  if (!open) composer?.removeAttribute("id");
  if (!open && one("#work form[data-draft]")) saved("This question is no longer waiting. Send yours all the same: you will be asked what to keep.");
}
function show(fresh) {
  const room = one("#room"), { at, chosen } = told(), focused = document.activeElement;
  const open = at && (one("#room-pulse", fresh).dataset.at === at || line(fresh, at)?.dataset.state === "open");
  if (atWork() || (chosen !== undefined && open)) {
    turn(fresh, at);
    walking = true; // the cursor in the tree stays where it is
    for (const part of SHARED) morph(one(part), one(part, fresh));
    walking = false;
  } else {
    const inside = beside().some((part) => part.contains(focused));
    morph(room, fresh);
    const address = new URL(location.href);
    if (address.searchParams.has("at")) { address.searchParams.set("at", told().at ?? ""); history.replaceState(history.state, "", address); }
    if (inside && !focused.isConnected) one("#work [autofocus]")?.focus({ preventScroll: true });
    const owner = one("#action_owner");
    if (owner && one(`option[value="${me}"]`, owner)) owner.value = me;
  }
  window.htmx?.process(room);
  document.dispatchEvent(new CustomEvent("room:shown"));
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(8000), ...options });
  if (answer.redirected || !(answer.ok || answer.status === 304)) throw new Error(answer.status);
  return answer;
}
async function follow() {
  const { at = "", branch = "", pulse, shared } = told(), seen = revision();
  const doing = Date.now() - wrote < 10000 ? "writes" : atWork() || told().chosen !== undefined ? "works" : "listens";
  const answer = await ask(`${pulse}?${new URLSearchParams({ at, branch, doing, seen })}`, { headers: tag ? { "If-None-Match": tag } : {} });
  if (answer.status === 304) return;
  const people = one("#room-people", page(await answer.text()));
  if (Number(people.dataset.revision) !== seen) {
    const from = new URL(location.href).searchParams.has("focus") ? location.href : shared; // one branch alone is mine
    const fresh = one("#room", page(await (await ask(from, { headers: { "HX-Request": "true" } })).text()));
    if (one("form[data-busy]")) return; // an act of mine is on its way, and brings the room with it
    if (revision(fresh) > revision()) show(fresh);
    if (people.dataset.news) one("#room-news").textContent = people.dataset.news;
  }
  const behind = revision() < Number(people.dataset.revision);
  people.dataset.revision = revision();
  morph(one("#room-people"), people);
  tag = behind ? "" : answer.headers.get("ETag") ?? "";
}
async function beat() {
  clearTimeout(timer);
  try {
    if (one("#room-pulse")) await follow();
    failed = 0;
    if (unsaved) save(unsaved);
  } catch { failed += 1; tag = ""; }
  one("#room-line").hidden = failed < 2;
  const every = document.hidden ? 15 : Math.min(30, Number(one("#room-pulse")?.dataset.every ?? 1.8) * 2 ** Math.min(failed, 4));
  timer = setTimeout(beat, every * 1000);
}

// What is typed into a form with data-draft is kept on the server at most once a second, and at once when one leaves.
function saved(text) { const line = one("#work [data-saved]"); if (line && line.textContent !== text) line.textContent = text; }
async function save(form) {
  clearTimeout(waiting);
  waiting = 0;
  unsaved = null;
  if (!form.isConnected) return;
  if (form.hasAttribute("data-busy")) { unsaved = form; return; } // on its way; if it does not arrive, the next beat keeps it
  const body = new FormData(form), cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  if (cookie) body.set("csrfmiddlewaretoken", cookie);
  try {
    const answer = await ask(form.dataset.draft, { method: "POST", body, keepalive: true });
    saved((await answer.text()).trim());
  } catch { unsaved = form; saved("not kept yet: no connection"); }
}
document.addEventListener("input", ({ target }) => {
  if (!beside().some((part) => part.contains(target))) return;
  wrote = Date.now();
  touched = true;
  const form = target.closest("form[data-draft]");
  if (form && !waiting) waiting = setTimeout(save, 1000, form);
});
const leave = () => { const form = one("form[data-draft]"); if (form && waiting) save(form); };
addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); else beat(); });
for (const act of ["keydown", "pointerdown"]) document.addEventListener(act, ({ target }) => { touched ||= beside().some((part) => part.contains(target)); });
document.addEventListener("focusout", ({ relatedTarget }) => { if (!beside().some((part) => part.contains(relatedTarget))) touched = false; });
document.addEventListener("htmx:afterSettle", ({ target }) => { if (target.id === "room") { touched = false; wrote = 0; } });
if (one("#room-pulse")) timer = setTimeout(beat, 1800);
