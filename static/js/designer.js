// The drawing board, quicker: sections are dragged, and moved by arrow keys. All of it is also done by the forms.

const NUDGE = 10; // centimetres for one press of an arrow
const LEAP = 100; // with Shift
const CALM = 350; // milliseconds after the last press until the server is told
const STILL = 4; // pixels within which a press is no drag
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const board = () => document.getElementById("board");
const partOf = (event) => event.target.closest?.(".draw-part");

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
  // A finger scrolls, but for the section that is chosen.
  if (event.pointerType === "touch" && !part.hasAttribute("aria-current")) return;
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
  if (isMoved) send({ do: "move", section: part.dataset.part, x: by[0], y: by[1] });
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
  event.preventDefault();
  if (!drag?.isMoved) document.querySelector(`.draw-parts [data-part="${CSS.escape(part.dataset.part)}"]`)?.click();
});

// ---------- keys

let pressed = null;

function settle() {
  if (!pressed) return;
  const { name, by } = pressed;
  clearTimeout(pressed.timer);
  pressed = null;
  send({ do: "move", section: name, x: by[0], y: by[1] });
}

function press(part, way, far) {
  const name = part.dataset.part;
  if (pressed?.name !== name) settle();
  pressed ??= { name, by: [0, 0] };
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
    send({ do: "delete", section: part.dataset.part });
  }
});

// What was done is read out; the board itself is too much to hear again.
document.addEventListener("htmx:afterSettle", () => {
  const said = document.getElementById("said");
  const { version, did } = board().dataset;
  if (said.dataset.version !== version) said.textContent = did;
  said.dataset.version = version;
});
