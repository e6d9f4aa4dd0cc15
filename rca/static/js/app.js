// Generic behaviours only: keys, theme, focus, one send per form. Every page works without them.
const one = (selector, within = document) => within.querySelector(selector);
const store = { get(k) { try { return localStorage.getItem(k); } catch { return null; } },
                set(k, v) { try { localStorage.setItem(k, v); } catch { /* private window */ } } };
const byHand = (detail) => /click|submit/.test(detail.requestConfig?.triggeringEvent?.type); // not a refresh by itself
const refuse = (html) => { one("#refusal").innerHTML = html; one("#refusal").scrollIntoView({ block: "center" }); };

// The theme is a cookie, so that the server draws the next page in it from the first byte.
document.addEventListener("change", ({ target }) => {
  if (target.name === "theme") document.cookie = `theme=${target.value}; path=/; max-age=31536000; samesite=lax`;
  if (target.id === "keys-off") store.set("keys", target.checked ? "off" : "on");
});

// A thing that can be on or off says so; a toast can be put away.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("button[aria-pressed]");
  button?.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
  target.closest("[data-dismiss]")?.parentElement.remove();
});

// A link that is an example puts itself into the field that it names, behind what stands there.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-fill]"), field = link && one(link.dataset.fill);
  if (!field || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  field.value = `${field.value.trim()} ${link.textContent.trim()}`.trim();
  field.focus();
});

// A key only ever presses something that is on the page: a button is clicked, a field focused.
function press(target) {
  if (target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [tabindex='-1']")) target.focus();
  else { target.click(); if (target.matches("summary")) target.focus(); }
}

// Held keys work while typing too, by place on the keyboard, not by letter:
// data-held="Alt+KeyB", "Ctrl+Enter"; Cmd counts as Ctrl. Plain Enter only inside data-enter.
function held(event) {
  const mods = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"];
  const name = [...mods, event.code].filter(Boolean).join("+").replace("Numpad", "");
  const send = (within) => within && one("button:not([type=button])", within);
  if (name === "Enter") return send(event.target.closest("[data-enter]")?.form);
  if (!event.ctrlKey && !event.metaKey && !event.altKey) return null;
  const named = `[data-held="${CSS.escape(name)}"]`, form = event.target.form;
  return (form && one(named, form)) || (name === "Ctrl+Enter" && send(form)) || one(named);
}

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });

// Single keys can be switched off (WCAG 2.1.4) and never fire while typing: data-key="n".
const off = one("#keys-off");
if (off) off.checked = store.get("keys") === "off";
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  const combo = !event.repeat && held(event);
  if (combo) { press(combo); return event.preventDefault(); }
  if (event.ctrlKey || event.metaKey || event.altKey || off?.checked) return;
  if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
  const find = `[data-key="${CSS.escape(event.key)}"]`, here = one('[data-row][aria-current="true"]');
  const target = (here && one(find, here)) || one(find);
  const step = { j: 1, k: -1 }[event.key], rows = step ? [...document.querySelectorAll("[data-row]")] : [];
  if (rows.length) {
    const to = rows[Math.min(rows.length - 1, Math.max(0, rows.indexOf(here) + step))];
    here?.removeAttribute("aria-current");
    to.setAttribute("aria-current", "true");
    (one("a, button", to) ?? to).focus();
  } else if (target) press(target);
  else return;
  event.preventDefault();
});

// One send per form: until the answer comes its buttons rest and a second click is ignored.
function rest(form, busy) {
  form.toggleAttribute("data-busy", busy);
  const which = busy ? "button:not([type=button], [aria-disabled])" : "button[aria-busy]";
  for (const button of form.querySelectorAll(which)) button.ariaDisabled = button.ariaBusy = busy ? "true" : null;
}
function ignore(event) { event.preventDefault(); event.stopImmediatePropagation(); }
document.addEventListener("click", (event) => event.target.closest('[aria-disabled="true"]') && ignore(event), true);
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-busy")) return ignore(event);
  setTimeout(() => { // after the browser has taken the pressed button's name, and htmx the whole event
    if (event.defaultPrevented || form.method === "get") return;
    rest(form, true);
    setTimeout(() => rest(form, false), 20000); // a download or a lost line must not hold it for ever
  });
}, true);
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => rest(form, false)));
document.addEventListener("htmx:beforeRequest", ({ detail, target }) => {
  if (byHand(detail)) one("#refusal").replaceChildren();
  if (target.method === "post") rest(target, true);
});
document.addEventListener("htmx:afterRequest", ({ target }) => target.method === "post" && rest(target, false));

// htmx: the token follows a fresh sign-in; a lost line, a fault or a sign-in page never replaces what was typed.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1];
  const token = cookie ?? one('meta[name="csrf-token"]')?.content;
  if (token) detail.headers["X-CSRFToken"] = token;
  if (detail.verb === "get") for (const [name, value] of Object.entries(detail.parameters)) {
    if (value.length > 600) detail.parameters[name] = value.slice(0, 600); // an address has no room for a whole letter
  }
  if (token && detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token;
});
function say(state, what, then) {
  refuse(`<p class="note" data-state="${state}"><span><b>${what}</b> ${then} What you typed is still here.</span></p>`);
}
document.addEventListener("htmx:sendError", () => say("late", "There was no answer.", "Try again in a moment."));
document.addEventListener("htmx:responseError", ({ detail }) => detail.xhr.status === 404
  ? say("due", "That is no longer there.", "Load the page again to see what is.")
  : say("late", "That did not work, and the fault is ours.", "Try again in a moment."));
const signIn = one('meta[name="sign-in"]')?.content;
document.addEventListener("htmx:beforeSwap", ({ detail: answer }) => {
  const ours = answer.xhr.status === 403 && answer.xhr.getResponseHeader("HX-Retarget");
  if (ours || !(answer.xhr.status === 403 || new URL(answer.xhr.responseURL).pathname === signIn)) return;
  answer.shouldSwap = false;
  const link = '<a href="/" target="_blank">Sign in again in a new tab</a>';
  say("due", "You seem to be signed out.", `${link}, then send this once more.`);
});

// After an act, focus goes to the first error or to the heading of what changed; after a refresh by itself, nowhere.
document.addEventListener("htmx:afterSettle", ({ detail, target }) => {
  if (!byHand(detail)) return;
  const to = one(".error-summary, [aria-invalid=true], [autofocus]", target) ?? one("h1, h2, h3, p", target);
  if (to && !to.matches("input, select, textarea, button, a, [tabindex]")) to.tabIndex = -1;
  to?.focus();
});
one(".error-summary")?.focus();
