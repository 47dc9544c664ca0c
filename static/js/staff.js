// Staff pages: the field for everything by keys, and addresses without empty filters.

// `/` goes to the field, arrows through what it found, Escape back to it and then out of it.
const finder = document.getElementById("finder");
const found = document.getElementById("finder-found");

function steps(step) {
  const places = [finder, ...found.querySelectorAll("a")];
  const next = places.indexOf(document.activeElement) + step;
  places[Math.min(Math.max(next, 0), places.length - 1)].focus();
}

document.addEventListener("keydown", (event) => {
  if (!finder || event.ctrlKey || event.metaKey || event.altKey) return;
  const inside = event.target.closest(".finder");
  const writes = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !writes) {
    event.preventDefault();
    finder.focus();
    finder.select();
  } else if (inside && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    steps(event.key === "ArrowDown" ? 1 : -1);
  } else if (inside && event.key === "Escape") {
    if (event.target === finder) finder.blur();
    else finder.focus();
  }
});

// A form without script sends every field; what is empty says nothing and stays out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.matches("form.sieve")) return;
  const { parameters } = event.detail;
  for (const name of Object.keys(parameters)) if (parameters[name] === "") delete parameters[name];
});
