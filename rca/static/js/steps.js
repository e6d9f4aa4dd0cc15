// One thing at a time: inside data-steps one [data-step] is shown; [data-step-by] and the arrows move; without this all stand.
const all = (within) => [...within.querySelectorAll("[data-step]")];

function show(steps, to) {
  const list = all(steps), at = Math.min(Math.max(to, 0), list.length - 1), last = at === list.length - 1;
  list.forEach((one, place) => { one.hidden = place !== at; });
  steps.dataset.at = at;
  const count = steps.querySelector("[data-step-count]"), [back, next] = [-1, 1].map((by) => steps.querySelector(`[data-step-by="${by}"]`));
  if (count) count.textContent = last ? "" : `${at + 1} of ${list.length - 1}`;
  back.ariaDisabled = at === 0 ? "true" : null;
  next.hidden = last;
  (last ? list[at].querySelector("button, a, summary") : next)?.focus();
}
document.addEventListener("toggle", ({ target, newState }) => {
  if (target.matches?.("[data-steps]") && newState === "open") show(target, 0);
}, true);
document.addEventListener("click", ({ target }) => {
  const by = target.closest("[data-step-by]"), yes = target.closest("[data-check]");
  const steps = by?.closest("[data-steps]");
  if (steps) show(steps, Number(steps.dataset.at) + Number(by.dataset.stepBy));
  const box = yes && document.querySelector(yes.dataset.check);
  if (box) { box.checked = true; box.focus(); }
  if (target.closest("a[data-leaves]")) target.closest("[popover]")?.hidePopover();
});
document.addEventListener("keydown", (event) => {
  const steps = document.querySelector("[data-steps]:popover-open");
  const by = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1 }[event.key];
  if (!steps || !by || event.ctrlKey || event.metaKey || event.altKey) return;
  show(steps, Number(steps.dataset.at) + by);
  event.preventDefault();
});
