// A tree walked by keys, with one why under the cursor. The markup says what there is: [data-walk] holds [data-why]s and
// names the one worked on; a link in [data-acts] acts on that one, and a key sends it to the one under the cursor;
// [data-act] is where the act already stands on the page; [data-tab] keeps its words on Tab; [data-keep] folds stay.
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const tree = () => one("[data-walk]"), work = () => one("#work"), keysOff = () => one("#keys-off")?.checked;
const memory = { get: (k) => { try { return JSON.parse(sessionStorage.getItem(k)) ?? {}; } catch { return {}; } },
                 set: (k, v) => { try { sessionStorage.setItem(k, JSON.stringify(v)); } catch { /* private window */ } } };
const FIELD = "textarea, input:not([type=hidden], [type=file])";
const FOLDS = `folds ${location.pathname}`;

// What can be walked to: every why in sight, and the line of a closed fold in place of what it holds.
function inSight(item) {
  if (item.closest("details:not([open]) > :not(summary)") || !item.getClientRects().length) return false;
  return !(item.matches("summary") && item.parentElement.open);
}
const items = () => tree() ? all("[data-why]", tree()).filter(inSight) : [];
const cursor = () => tree() && one("[aria-current]", tree());
function stand(item) {
  for (const was of all("[aria-current]", tree())) { was.removeAttribute("aria-current"); if (was.matches(".why-node")) was.tabIndex = -1; }
  item.setAttribute("aria-current", "true");
  if (item.matches(".why-node")) item.tabIndex = 0;
}
const go = (item) => { stand(item); item.focus({ preventScroll: true }); item.scrollIntoView({ block: "nearest" }); };
function intoTree() {
  const found = items(), { at, above } = tree()?.dataset ?? {};
  const to = [cursor(), ...[at, above].map((pk) => found.find((item) => item.dataset.why === pk)), found.at(-1)].find((item) => item && inSight(item));
  if (to) go(to);
  return Boolean(to);
}
function backToWork() { one("textarea, input:not([type=hidden]), .why-a, a, button", work())?.focus(); }

const keep = (name, key, value) => memory.set(name, { ...memory.get(name), [key]: value });
const fold = (details, open) => { details.open = open; keep(FOLDS, details.dataset.keep, open); };
const step = {
  ArrowDown: (item, found) => found[found.indexOf(item) + 1] ?? backToWork(),
  ArrowUp: (item, found) => found[found.indexOf(item) - 1],
  Home: (item, found) => found[0],
  End: (item, found) => found.at(-1),
  ArrowRight: (item, found) => {
    if (!item.matches("summary")) return found.find((other) => other.dataset.above === item.dataset.why || inFoldBelow(other, item));
    fold(item.parentElement, true);
    return one("[data-why]:not(summary)", item.parentElement);
  },
  ArrowLeft: (item, found) => {
    const details = item.closest("details[data-keep]"), why = item.dataset.why;
    if (details?.open && details.dataset.keep === why) { fold(details, false); return one("summary", details); }
    const above = item.dataset.above ?? one(`.why-node[data-why="${why}"]`, tree())?.dataset.above;
    return found.find((other) => other.dataset.why === above);
  },
};
const inFoldBelow = (item, above) => item.matches("summary") && one(".why-node", item.parentElement)?.dataset.above === above.dataset.why;

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Tab" && !event.shiftKey && !keysOff() && target.matches("[data-tab]") && target.value.trim()) {
    one("[data-tab-press]", target.form)?.click();
    return event.preventDefault();
  }
  if (!tree() || target.closest("[popover]")) return;
  const field = target.closest("#room :is(input:not([type=radio], [type=checkbox]), textarea, select)");
  const item = target.closest("[data-why]");
  const leaves = key === "Escape" ? item !== target : key === "ArrowUp" && field?.matches("textarea") && !field.value;
  if (leaves && target.closest("#room, body:not(:focus-within)") && intoTree()) return event.preventDefault();
  if (field || item !== target) return;
  if (key === "Enter" && item.matches(".why-node")) {
    if (item.dataset.why === tree().dataset.at) backToWork(); else one(".why-go a", item)?.click();
    return event.preventDefault();
  }
  const to = Object.hasOwn(step, key) && (event.preventDefault(), step[key](item, items()));
  if (to) go(to);
}, true);

// Whoever goes back to work is at the why that is worked on again; a click into the tree puts the cursor there.
document.addEventListener("focusin", ({ target }) => {
  const here = target.closest("[data-walk] [data-why]");
  if (here) stand(here);
  else if (tree() && target.closest("#work") && !target.closest("[data-acts]")) {
    const worked = items().find((item) => item.dataset.why === tree().dataset.at);
    if (worked) stand(worked); else cursor()?.removeAttribute("aria-current");
  }
});
document.addEventListener("click", (event) => {
  const summary = event.target.closest("details[data-keep] > summary");
  if (summary) keep(FOLDS, summary.parentElement.dataset.keep, !summary.parentElement.open);
});

// A form that a key unfolds is there to be typed in.
document.addEventListener("click", ({ target, detail }) => {
  const summary = detail === 0 && target.closest("summary[data-act]");
  if (summary) setTimeout(() => summary.parentElement.open && one(FIELD, summary.parentElement)?.focus());
});

// An act: at the why that is worked on it is on the page already; for any other the server is asked for it there.
const meant = (link) => !link.matches("[data-fixed]") && cursor()?.dataset.why || tree()?.dataset.at;
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-acts] a[data-place]");
  const place = link && meant(link) === tree()?.dataset.at && one(`#room [data-act="${link.dataset.place}"]`);
  if (!place) return;
  event.preventDefault(), event.stopImmediatePropagation();
  const details = place.closest("details");
  if (details) { details.open = true; details.dataset.asked = ""; }
  if (place.matches("[data-held]:not(summary, input)")) place.click();
  else (place.matches("summary") ? one("textarea, input:not([type=hidden], [type=file])", details) : place).focus();
}, true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const link = detail.elt.closest("[data-acts] a:not([data-fixed])"), pk = link && meant(link);
  if (pk) detail.path = detail.path.replace(/\b(at|focus)=\d+/g, `$1=${pk}`);
});

// What arrives is as it was left: folds, the wall, what is to be open; and somebody who cannot see it hears what happened.
let at = tree()?.dataset.at;
function settle(root = document) {
  if (tree()) {
    const kept = memory.get(FOLDS);
    for (const details of all("details[data-keep]", tree())) {
      if (details.matches("[data-path]") && at !== tree().dataset.at) delete kept[details.dataset.keep];
      else if (details.dataset.keep in kept) details.open = kept[details.dataset.keep];
    }
    at = tree().dataset.at;
    memory.set(FOLDS, kept);
  }
  for (const shown of all("[data-shown]", root)) { shown.popover = "auto"; shown.removeAttribute("data-shown"); shown.showPopover(); }
  for (const box of all("[data-scroll-to]")) {
    const to = one(box.dataset.scrollTo, box)?.getBoundingClientRect(), frame = box.getBoundingClientRect();
    if (to) box.scrollBy(to.x - frame.x - frame.width / 2, to.y - frame.y - frame.height / 2);
  }
  const said = root !== document && one("[data-said]", root);
  if (said) one("#said").textContent = said.textContent;
}
let walking = "";
document.addEventListener("htmx:beforeSwap", () => { walking = document.activeElement?.closest("[data-walk] [data-why]")?.dataset.why ?? ""; });
document.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target.id === "room") settle(target); else return; // a part that came by itself moves nobody
  const to = one(work()?.dataset.to ?? "never");
  if (to) { to.focus(); to.scrollIntoView({ block: "center" }); }
  const lost = [null, document.body].includes(document.activeElement);
  const why = lost && walking && items().find((item) => item.dataset.why === walking);
  if (why) go(why);
});
document.addEventListener("room:shown", () => { /* redrawn while others work: the cursor stays */ settle(); const item = document.activeElement?.closest("[data-walk] [data-why]"); if (item) stand(item); });
for (const box of all("[data-remember]")) {
  box.checked = memory.get("remembered")[box.dataset.remember] ?? box.checked;
  box.addEventListener("change", () => {
    keep("remembered", box.dataset.remember, box.checked);
    work()?.scrollIntoView({ block: "nearest" });
  });
}
settle();
