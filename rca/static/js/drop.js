// A form with data-drop takes files that are dropped anywhere on it; data-most is the most bytes they may have together.
const form = (event) => event.target.closest?.("form[data-drop]");
const field = (within) => within.querySelector("input[type=file]");
function tooBig(within) {
  const files = [...field(within).files], most = Number(within.dataset.most);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const what = files.length > 1 ? "Together they are" : `${files[0]?.name} is`;
  const said = most && size > most ? `${what} bigger than what is taken here.` : "";
  field(within).setCustomValidity(said);
  return said && field(within).reportValidity() === false;
}
document.addEventListener("dragover", (event) => form(event) && event.preventDefault());
document.addEventListener("drop", (event) => {
  const within = form(event);
  if (!within || !event.dataTransfer?.files.length) return;
  event.preventDefault();
  field(within).files = event.dataTransfer.files;
  tooBig(within);
});
document.addEventListener("change", (event) => event.target.type === "file" && form(event) && tooBig(form(event)));
document.addEventListener("submit", (event) => {
  if (form(event) && tooBig(form(event))) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);
