// A field that suggests: role=combobox with data-suggest-url. What is chosen puts its data-value into the hidden field
// beside it; without a choice, or without scripts, the server makes sense of the text as typed.
const box = (event) => event.target.closest?.("[role=combobox][data-suggest-url]");
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
function show(input, html) {
  const list = listOf(input);
  list.innerHTML = html;
  [...list.children].forEach((option, i) => { option.id = `${list.id}_${i}`; });
  list.hidden = !list.children.length;
  input.setAttribute("aria-expanded", String(!list.hidden));
  input.removeAttribute("aria-activedescendant");
}
function choose(input, option) {
  input.value = option.dataset.text ?? option.textContent.trim();
  input.nextElementSibling.value = option.dataset.value;
  const met = input.form?.elements[`${input.name}_met`]; // the person it was found by, where the form asks
  if (met) met.value = option.dataset.met ?? "";
  show(input, "");
  input.nextElementSibling.dispatchEvent(new Event("change", { bubbles: true }));
}
async function suggest(input) {
  const typed = input.value.trim();
  await new Promise((wake) => { setTimeout(wake, 150); });
  const current = () => input.value.trim() === typed && document.activeElement === input;
  if (!typed) return show(input, "");
  if (!current()) return;
  const url = new URL(input.dataset.suggestUrl, location.href);
  url.searchParams.set("q", typed);
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const html = answer?.ok && !answer.redirected ? await answer.text() : "";
  if (current()) show(input, html);
}
document.addEventListener("input", (event) => {
  if (box(event)) { box(event).nextElementSibling.value = ""; suggest(box(event)); }
});
document.addEventListener("focusout", (event) => box(event) && show(box(event), ""));
document.addEventListener("mousedown", (event) => { // before the field loses focus and the list closes
  const option = event.target.closest("[role=listbox] [role=option]");
  if (option) { event.preventDefault(); choose(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option); }
});
document.addEventListener("keydown", (event) => {
  const input = box(event), list = input && listOf(input);
  if (!list || list.hidden || event.isComposing) return;
  const options = [...list.children], now = list.querySelector("[aria-selected=true]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") show(input, "");
  else if (event.key === "Enter" && now) choose(input, now);
  else if (!step) return;
  else {
    const to = options[(options.indexOf(now) + step + options.length + (now || step > 0 ? 0 : 1)) % options.length];
    now?.removeAttribute("aria-selected");
    to.setAttribute("aria-selected", "true");
    to.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", to.id);
  }
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
