// The drawing board, quicker: sections, stage and labels are dragged, and moved by arrow keys. All of it is also
// done by the forms.

const NUDGE = 10; // centimetres for one press of an arrow
const LEAP = 100; // with Shift
const CALM = 350; // milliseconds after the last press until the server is told
const STILL = 4; // pixels within which a press is no drag
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const board = () => document.getElementById("board");
const partOf = (event) => event.target.closest?.(".draw-part");
const chosen = () => document.querySelector(".draw-parts [aria-current]")?.dataset.part ?? "";
// Which part is meant; for the stage and labels, the section that stays chosen goes along.
const whose = ({ dataset }) => (dataset.thing ? { thing: dataset.thing, section: chosen() } : { section: dataset.part });

// One step after the other, each with the version that the one before has made.
let sending = Promise.resolve();

function send(values) {
  sending = sending.then(() => htmx.ajax("POST", `${board().dataset.base}/steps`, {
    source: "#board",
    target: "#board",
    swap: "morph:outerHTML",
    values: { ...values, version: board().dataset.version },
  })).catch(() => location.reload());
}

function shift(part, x, y) {
  part.setAttribute("transform", `translate(${x} ${y})`);
}

// ---------- dragging

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const part = partOf(event);
  if (!part || event.button) return;
  // A finger scrolls, but for what was chosen by a first touch.
  if (event.pointerType === "touch" && !part.matches("[aria-current], :focus")) return;
  const scale = part.ownerSVGElement.getScreenCTM().a;
  drag = { part, scale, from: [event.clientX, event.clientY], by: [0, 0], isMoved: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const pixels = [event.clientX - drag.from[0], event.clientY - drag.from[1]];
  if (!drag.isMoved && Math.hypot(...pixels) < STILL) return;
  drag.isMoved = true;
  drag.part.classList.add("is-moving");
  drag.by = pixels.map((one) => Math.round(one / drag.scale / NUDGE) * NUDGE);
  shift(drag.part, ...drag.by);
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { part, by, isMoved } = drag;
  part.classList.remove("is-moving");
  if (isMoved) send({ do: "move", ...whose(part), x: by[0], y: by[1] });
  // The click that follows belongs to the drag.
  setTimeout(() => { drag = null; });
});

document.addEventListener("pointercancel", () => {
  drag?.part.removeAttribute("transform");
  drag = null;
});

document.addEventListener("dragstart", (event) => {
  if (partOf(event)) event.preventDefault();
});

// Choosing on the drawing is choosing in the list, which htmx makes quick.
document.addEventListener("click", (event) => {
  const part = partOf(event);
  if (!part || event.ctrlKey || event.metaKey) return;
  if (part.dataset.thing) {
    // By keys it is a link to its form; a click or a touch takes hold of it.
    if (!event.detail) return;
    event.preventDefault();
    part.focus();
    return;
  }
  event.preventDefault();
  if (!drag?.isMoved) document.querySelector(`.draw-parts [data-part="${CSS.escape(part.dataset.part)}"]`)?.click();
});

// ---------- keys

let pressed = null;

function settle() {
  if (!pressed) return;
  const { whom, by } = pressed;
  clearTimeout(pressed.timer);
  pressed = null;
  send({ do: "move", ...whom, x: by[0], y: by[1] });
}

function press(part, way, far) {
  if (pressed?.id !== part.id) settle();
  pressed ??= { id: part.id, whom: whose(part), by: [0, 0] };
  pressed.by = pressed.by.map((one, axis) => one + way[axis] * far);
  shift(part, ...pressed.by);
  clearTimeout(pressed.timer);
  pressed.timer = setTimeout(settle, CALM);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.matches("input, textarea, select")) {
    event.preventDefault();
    settle();
    sending = sending.then(() => document.querySelector("#undo button:enabled")?.click());
    return;
  }
  const part = partOf(event);
  if (!part) return;
  if (ARROWS[event.key]) {
    event.preventDefault();
    press(part, ARROWS[event.key], event.shiftKey ? LEAP : NUDGE);
  } else if (event.key === "Delete") {
    event.preventDefault();
    settle();
    send({ do: "delete", ...whose(part) });
  }
});

// ---------- what is half typed

// By section, then by field: what stood there, and what was typed instead and not sent yet.
const halfTyped = new Map();

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form?.id !== "formula") return;
  const name = field.form.elements.section.value;
  if (!halfTyped.has(name)) halfTyped.set(name, new Map());
  halfTyped.get(name).set(field.name, { stood: standing(field), typed: field.value });
});

const standing = (field) => (
  field.options ? [...field.options].find((one) => one.defaultSelected)?.value ?? field.options[0].value : field.defaultValue
);

// The formula was sent: whatever came of it is what the board shows now.
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  if (target.id === "formula" && detail.pathInfo.requestPath.endsWith("/sections")) halfTyped.delete(target.elements.section.value);
});

// Another step draws the board again: what was typed comes back, but where the step changed what stood there.
function retype() {
  const form = document.getElementById("formula");
  for (const [name, { stood, typed }] of halfTyped.get(form.elements.section.value) ?? []) {
    const field = form.elements[name];
    if (field && standing(field) === stood) field.value = typed;
  }
}

// What was done is read out; the board itself is too much to hear again.
document.addEventListener("htmx:afterSettle", () => {
  retype();
  const said = document.getElementById("said");
  const { version, did } = board().dataset;
  if (said.dataset.version !== version) said.textContent = did;
  said.dataset.version = version;
});
