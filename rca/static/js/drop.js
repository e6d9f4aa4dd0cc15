// A form with data-drop takes a file that is dropped anywhere on it; data-most is the most bytes it may have.
const form = (event) => event.target.closest?.("form[data-drop]");
const field = (within) => within.querySelector("input[type=file]");
function tooBig(within) {
  const [file] = field(within).files, most = Number(within.dataset.most);
  const said = file && most && file.size > most ? `${file.name} is bigger than what is taken here.` : "";
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
