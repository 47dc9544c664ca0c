// Staff pages: the field for everything by keys, and addresses without empty filters.

// On a phone the navigation is a strip that can be moved: where one is stands in the middle of it.
const here = document.querySelector(".staff-nav [aria-current]");
const strip = here?.closest("ul");
if (strip) {
  const [at, all] = [here.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += at.left - all.left - (all.width - at.width) / 2;
}

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

// Two tables on a page tell their names in the address apart by a prefix. What the other is asked for by now stands
// in the address only, since its links and form were drawn before.
function isOf(table, name) {
  const { prefix } = table.dataset;
  if (prefix) return name.startsWith(prefix);
  return ![...document.querySelectorAll(".listed")].some(
    ({ dataset }) => dataset.prefix && name.startsWith(dataset.prefix),
  );
}

function ofOthers(table) {
  return [...new URLSearchParams(location.search)].filter(([name]) => !isOf(table, name));
}

// A table is asked for by the form above it and by the links in it, and what was typed may not be answered yet
// when a head is clicked. So the newest wish holds all of it: a link takes along what stands in the form, and the
// form, which sends itself once more when its delay is over, says from then on what the link says.
function together(link, form, table) {
  const wish = new URL(link, location.href);
  const typed = new FormData(form);
  for (const name of [...wish.searchParams.keys()]) if (!isOf(table, name)) wish.searchParams.delete(name);
  for (const field of form.querySelectorAll("[name]")) {
    const value = typed.get(field.name);
    if (value) wish.searchParams.set(field.name, value);
    else wish.searchParams.delete(field.name);
  }
  for (const field of document.querySelectorAll(`input[type=hidden][form="${form.id}"]`)) field.remove();
  for (const [name, value] of wish.searchParams) {
    if (form.querySelector(`[name="${CSS.escape(name)}"]`)) continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    field.setAttribute("form", form.id);
    table.prepend(field);
  }
  for (const [name, value] of ofOthers(table)) wish.searchParams.append(name, value);
  return wish.pathname + wish.search;
}

document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = event.detail;
  const table = elt.closest(".listed") ?? document.getElementById(elt.getAttribute("id")?.replace(/-sieve$/, ""));
  const form = table && document.getElementById(`${table.id}-sieve`);
  if (form && elt.matches(".listed a[hx-get]")) event.detail.path = together(event.detail.path, form, table);
  if (!table || !elt.matches("form.sieve")) return;
  // A form without script sends every field; what is empty says nothing and stays out of the address.
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "" || !isOf(table, name)) delete parameters[name];
  }
  for (const [name, value] of ofOthers(table)) parameters[name] = value;
});

// What a change would come to is shown while somebody types on: what was typed since it was asked for stays.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const field = document.activeElement;
  if (window.Idiomorph) Idiomorph.defaults.ignoreActiveValue = detail.requestConfig.parameters[field?.name] !== field?.value;
});
