// Files by dropping and pasting: anything dropped on, or an image pasted within, a [data-drop] joins its file field.
// [data-chosen] lists what will be sent. Without scripts the field itself does all of it.
const fieldOf = (event) => event.target.closest?.("[data-drop]")?.querySelector("input[type=file]");
function size(bytes) { return bytes < 1e6 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`; }
function join(field, files) {
  const all = new DataTransfer();
  for (const file of [...(field.multiple ? field.files : []), ...files]) all.items.add(file);
  field.files = all.files;
  const fold = field.closest("details");
  if (fold) fold.open = true;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
document.addEventListener("change", ({ target }) => {
  const list = target.matches("input[type=file]") && target.closest("[data-drop]")?.querySelector("[data-chosen]");
  if (!list) return;
  list.replaceChildren(...[...target.files].map((file) => {
    const line = document.createElement("li");
    line.textContent = `${file.name}, ${size(file.size)}`;
    return line;
  }));
});
document.addEventListener("dragover", (event) => {
  if (!fieldOf(event) || !event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  event.target.closest("[data-drop]").dataset.over = "";
});
for (const end of ["dragleave", "drop"]) document.addEventListener(end, (event) => event.target.closest?.("[data-drop]")?.removeAttribute("data-over"));
document.addEventListener("drop", (event) => {
  const field = fieldOf(event);
  if (!field || !event.dataTransfer.files.length) return;
  event.preventDefault();
  join(field, event.dataTransfer.files);
});
// A screenshot has no name of its own: it gets the time, so that two of them can be told apart.
document.addEventListener("paste", (event) => {
  const field = fieldOf(event) ?? document.querySelector("[data-drop][data-paste-anywhere] input[type=file]");
  const files = [...(event.clipboardData?.files ?? [])];
  if (!field || !files.length) return;
  event.preventDefault();
  const at = new Date().toTimeString().slice(0, 8).replaceAll(":", "");
  join(field, files.map((file, i) => file.name && file.name !== "image.png" ? file
    : new File([file], `screenshot-${at}${i || ""}.${file.type.split("/")[1] || "png"}`, { type: file.type })));
});
