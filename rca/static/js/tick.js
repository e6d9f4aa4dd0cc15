// Rows that can be ticked, in form[data-ticks]: all of those shown, a range with Shift, none with Esc; and how many.
const form = document.querySelector("form[data-ticks]");
if (form) {
  const boxes = [...form.querySelectorAll("tbody .check")], every = form.querySelector("[data-tick-all]");
  const said = form.querySelector("[data-picked]");
  let last = null;
  const tell = () => {
    const ticked = boxes.filter((box) => box.checked), all = form.querySelector("[data-tick-match]");
    every.checked = ticked.length === boxes.length;
    every.indeterminate = ticked.length > 0 && !every.checked;
    if (all && !every.checked) all.checked = false;
    if (said) said.textContent = all?.checked ? `${all.value} ticked` : `${ticked.length} ticked`;
  };
  form.addEventListener("click", (event) => {
    const { target } = event, at = boxes.indexOf(target);
    if (target === every) boxes.forEach((box) => { box.checked = every.checked; });
    if (target.matches("[data-tick-match]") && target.checked) boxes.forEach((box) => { box.checked = true; });
    if (at >= 0 && event.shiftKey && last !== null) {
      const [from, to] = [Math.min(at, last), Math.max(at, last)];
      boxes.slice(from, to + 1).forEach((box) => { box.checked = target.checked; });
    }
    if (at >= 0) last = at;
    tell();
  });
  form.addEventListener("reset", () => setTimeout(() => { last = null; tell(); }));
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    const open = document.querySelector(":popover-open, #bulk-form > *");
    if (event.key !== "Escape" || typing || open || !boxes.some((box) => box.checked)) return;
    form.reset();
  });
  tell();
}
