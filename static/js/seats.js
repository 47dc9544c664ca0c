// The map of a hall: the seats of the list below it, chosen by pointer, finger or keys, and live.
// The server draws all of it: the page has the sections from far, one file has every seat, a line for each section.

const map = document.querySelector("[data-seat-map]");
const view = map.querySelector(".seat-map-view");
const plan = map.querySelector(".seat-plan");
const layer = plan.querySelector("[data-seat-layer]");
const names = plan.querySelector(".seat-names");
const said = map.querySelector("[data-seat-said]");
const { address, date } = map.dataset;
const prices = map.dataset.prices.split("|");
const closed = new Set(map.dataset.closed.split(" "));
const box = plan.viewBox.baseVal;

const PITCH = 28; // between two seats, in units of the map
const NEAR = 12; // pixels between two seats from which a large hall shows them
const STALE = 700; // milliseconds after which the server has looked again, whatever it knew
const SMALL = 2000; // a hall of so many seats shows them always
const PRESSABLE = { touch: 22, mouse: 9 }; // pixels between two seats that can be hit
const MARKS = { w: "wheelchair place", c: "companion’s seat", r: "restricted view" };

let version = map.dataset.version;
const taken = unpacked(map.dataset.taken);
const mine = new Set();
let chosen = new Set();
const undrawn = new Map();
const spots = new Map();
let zoom = 1;
let current = null;
let isHolding = false;
let repeats = 0;

// ---------- which seats are whose

function unpacked(text) {
  const numbers = new Set();
  const bytes = atob(text);
  for (let at = 0; at < bytes.length; at++) {
    for (let bit = 0; bit < 8; bit++) if (bytes.charCodeAt(at) & (1 << bit)) numbers.add(at * 8 + bit);
  }
  return numbers;
}

const level = (spot) => spot.symbol.match(/\d+/)[0];

function state(number) {
  if (mine.has(number)) return "yours, held in your basket";
  if (chosen.has(number)) return "chosen";
  const spot = spots.get(number);
  return taken.has(number) || (spot && closed.has(level(spot))) ? "taken" : "free";
}

function show(number) {
  const spot = spots.get(number);
  const symbol = { free: spot.symbol, taken: "#s-taken" }[state(number)] ?? "#s-mine";
  if (spot.seat.getAttribute("href") !== symbol) spot.seat.setAttribute("href", symbol);
  if (spot.seat === current) name(spot.seat);
}

function paint(number) {
  if (spots.has(number)) show(number);
  for (const tick of document.querySelectorAll(`[data-seat-list] input[name=seat][value="${number}"]`)) sync(tick);
}

function sync(tick) {
  const now = state(Number(tick.value));
  tick.checked = now === "chosen";
  tick.disabled = now === "taken" || now.startsWith("yours");
  tick.setAttribute("aria-label", tick.getAttribute("aria-label").replace(/, (free|taken|chosen|yours.*)$/, `, ${now}`));
}

function words(seat) {
  const spot = spots.get(number(seat));
  const row = seat.parentElement;
  const special = MARKS[spot.symbol.at(-1)];
  return [
    row.parentElement.dataset.name, `row ${row.dataset.row}`, `seat ${seat.dataset.n}`,
    prices[level(spot) - 1], ...(special ? [special] : []), state(number(seat)),
  ].join(", ");
}

const number = (seat) => Number(seat.id.slice(1));

// ---------- choosing

function toggle(seat) {
  const it = number(seat);
  const before = state(it);
  if (before === "free") chosen.add(it);
  else chosen.delete(it);
  paint(it);
  said.textContent = words(seat);
  if (state(it) !== before) ask();
}

// What was chosen is priced by the server; the last question is the one that is answered.
function ask() {
  const wanted = new URLSearchParams({ date });
  const form = document.getElementById("hold-seats");
  for (const one of chosen) {
    wanted.append("seat", one);
    const ticket = form?.elements[`type-${one}`]?.value;
    if (ticket) wanted.append(`type-${one}`, ticket);
  }
  if (form?.elements.code) wanted.append("code", form.elements.code.value);
  htmx.ajax("GET", `${address}?${wanted}`, { source: map, target: "#your-seats", swap: "outerHTML" });
}

function adopt() {
  const now = new Set(numbers(document.getElementById("your-seats").dataset.chosen));
  const changed = [...now, ...chosen].filter((one) => now.has(one) !== chosen.has(one));
  const found = changed.find((one) => now.has(one));
  chosen = now;
  changed.forEach(paint);
  if (found !== undefined) reveal(found);
  // The stream was quicker than what this answer was made of.
  if ([...chosen].some((one) => taken.has(one)) && repeats++ < 3) setTimeout(ask, STALE);
  else repeats = 0;
}

const numbers = (text) => text.split(" ").filter(Boolean).map(Number);

document.addEventListener("change", (event) => {
  const tick = event.target.closest("[data-seat-list] input[name=seat]");
  if (!tick) return;
  if (tick.checked) chosen.add(Number(tick.value));
  else chosen.delete(Number(tick.value));
  paint(Number(tick.value));
  ask();
});

document.addEventListener("click", (event) => {
  const two = event.target.closest("[data-seat-two]");
  if (!two) return;
  event.preventDefault();
  for (const one of numbers(two.dataset.seatTwo)) if (state(one) === "free") chosen.add(one);
  chosen.forEach(paint);
  ask();
});

document.addEventListener("htmx:load", (event) => {
  const own = event.detail.elt.matches?.("[data-own-seats]") ? event.detail.elt : null;
  if (own) {
    numbers(own.dataset.ownSeats).forEach((one) => mine.add(one));
    mine.forEach(paint);
  }
  event.detail.elt.querySelectorAll?.("[data-seat-list] input[name=seat]").forEach(sync);
  if (event.detail.elt.matches?.("[data-seat-list]")) event.detail.elt.querySelectorAll("input[name=seat]").forEach(sync);
  if (document.getElementById("your-seats") === event.detail.elt) adopt();
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "your-seats") adopt();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "hold-seats") isHolding = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id === "hold-seats" && event.detail.failed) isHolding = false;
});

// ---------- drawing what is looked at

const scale = () => plan.getBoundingClientRect().width / box.width;
const pitch = () => PITCH * scale();
const isSmall = () => Number(map.dataset.seats) <= SMALL;

function draw(section) {
  layer.insertAdjacentHTML("beforeend", undrawn.get(section));
  undrawn.delete(section);
  for (const seat of layer.lastElementChild.querySelectorAll("use")) {
    const [x, y] = [Number(seat.getAttribute("x")), Number(seat.getAttribute("y"))];
    spots.set(number(seat), { seat, x, y, symbol: seat.getAttribute("href") });
    show(number(seat));
  }
  if (!current) stand([...spots.values()].find((spot) => state(number(spot.seat)) === "free")?.seat);
}

function isInView(section) {
  const { left, right, top, bottom } = view.getBoundingClientRect();
  const at = plan.querySelector(`.seat-block[data-section="${section}"]`).getBoundingClientRect();
  return at.left < right && at.right > left && at.top < bottom && at.bottom > top;
}

function settle() {
  const isNear = isSmall() || pitch() >= NEAR;
  // One section in each frame, so that the page answers in between.
  const wanted = isNear ? [...undrawn.keys()].filter((section) => isSmall() || isInView(section)) : [];
  if (wanted.length) draw(wanted[0]);
  if (wanted.length > 1) requestAnimationFrame(settle);
  plan.classList.toggle("is-near", isNear && spots.size > 0);
  for (const block of plan.querySelectorAll(".seat-block")) {
    if (isNear && spots.size) block.setAttribute("tabindex", "-1");
    else block.removeAttribute("tabindex");
  }
  const size = String(Math.round(15 / scale()));
  if (plan.classList.contains("is-near") || names.getAttribute("font-size") === size) return;
  names.setAttribute("font-size", size);
  thin();
}

// A name that would cover another one is shown when one comes nearer.
function thin() {
  const all = [...names.children].map((one) => ({ one, at: one.getBoundingClientRect() }));
  const shown = [];
  for (const { one, at } of all) {
    const isFree = shown.every((it) => at.left > it.right || at.right < it.left || at.top > it.bottom || at.bottom < it.top);
    if (isFree) shown.push(at);
    one.setAttribute("visibility", isFree ? "visible" : "hidden");
  }
}

async function load() {
  const answer = await fetch(map.dataset.file);
  if (!answer.ok) throw new Error(answer.statusText);
  for (const line of (await answer.text()).split("\n")) {
    const section = line.match(/^<g data-section="([^"]+)"/)?.[1];
    if (section) undrawn.set(section, line);
  }
  settle();
  adopt();
  map.dataset.ready = Math.round(performance.now());
}

// ---------- zoom and pan: the view scrolls, the map in it grows

function width() {
  const tallest = parseFloat(getComputedStyle(view).maxBlockSize) || innerHeight;
  return Math.min(view.clientWidth, (tallest * box.width) / box.height);
}

function resize() {
  plan.style.inlineSize = `${width() * zoom}px`;
}

// The point `at` of the window stays where it is; without it the middle of the view.
function zoomTo(wanted, at) {
  const edge = view.getBoundingClientRect();
  const x = (at?.x ?? edge.left + edge.width / 2) - edge.left;
  const y = (at?.y ?? edge.top + edge.height / 2) - edge.top;
  const before = plan.getBoundingClientRect();
  const [partX, partY] = [(edge.left + x - before.left) / before.width, (edge.top + y - before.top) / before.height];
  zoom = Math.min(Math.max(wanted, 1), Math.max(1, (48 / PITCH) * (box.width / width())));
  resize();
  const after = plan.getBoundingClientRect();
  view.scrollLeft += after.left + partX * after.width - (edge.left + x);
  view.scrollTop += after.top + partY * after.height - (edge.top + y);
  settle();
}

// Near enough to press seats.
const nearer = (wanted, at) => zoomTo((zoom * wanted) / pitch(), at);

function middleOf(element) {
  const at = element.getBoundingClientRect();
  return { x: at.left + at.width / 2, y: at.top + at.height / 2 };
}

function centre(element) {
  const [at, middle] = [middleOf(element), middleOf(view)];
  view.scrollLeft += at.x - middle.x;
  view.scrollTop += at.y - middle.y;
  settle();
}

function reveal(wanted) {
  for (const [section, line] of undrawn) if (line.includes(`id="s${wanted}"`)) draw(section);
  const spot = spots.get(wanted);
  if (!spot) return;
  plan.classList.add("is-near");
  if (!isSmall() && pitch() < NEAR) nearer(PRESSABLE.touch, middleOf(spot.seat));
  if (zoom > 1) centre(spot.seat);
}

map.addEventListener("click", (event) => {
  const step = event.target.closest("[data-zoom]")?.dataset.zoom;
  if (step) zoomTo(zoom * (step === "in" ? 1.6 : 1 / 1.6));
});

view.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !view.contains(document.activeElement)) return;
  event.preventDefault();
  zoomTo(zoom * Math.exp(-event.deltaY / 400), { x: event.clientX, y: event.clientY });
}, { passive: false });

let fingers = 0;
const apart = ([one, two]) => Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
view.addEventListener("touchstart", (event) => {
  fingers = event.touches.length === 2 ? apart(event.touches) / zoom : 0;
}, { passive: true });
view.addEventListener("touchmove", (event) => {
  if (!fingers || event.touches.length !== 2) return;
  event.preventDefault();
  const [one, two] = event.touches;
  const middle = { x: (one.clientX + two.clientX) / 2, y: (one.clientY + two.clientY) / 2 };
  zoomTo(apart(event.touches) / fingers, middle);
}, { passive: false });

let drag = null;
let wasDragged = false;
view.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  if (event.pointerType === "mouse" && event.button === 0) drag = { x: event.clientX, y: event.clientY };
});
window.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!wasDragged && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 5) return;
  wasDragged = true;
  view.scrollLeft -= event.clientX - drag.x;
  view.scrollTop -= event.clientY - drag.y;
  drag = { x: event.clientX, y: event.clientY };
});
window.addEventListener("pointerup", () => { drag = null; });
view.addEventListener("scroll", settle, { passive: true });
new ResizeObserver(() => { resize(); settle(); }).observe(view);

// ---------- pressing

plan.addEventListener("click", (event) => {
  const block = event.target.closest(".seat-block");
  if (block) event.preventDefault();
  if (wasDragged) return;
  const at = { x: event.clientX, y: event.clientY };
  const seat = event.target.closest("[data-seat-layer] use");
  if (block) approach(block);
  else if (pitch() < PRESSABLE[event.pointerType === "touch" ? "touch" : "mouse"]) nearer(32, at);
  else if (seat) { stand(seat); seat.focus({ preventScroll: true }); toggle(seat); }
});

function approach(block) {
  const size = block.getBoundingClientRect();
  const fits = zoom * Math.min(view.clientWidth / size.width, view.clientHeight / size.height) * 0.9;
  if (undrawn.has(block.dataset.section)) draw(block.dataset.section);
  zoomTo(Math.max(fits, (zoom * PRESSABLE.touch) / pitch()), middleOf(block));
  centre(block);
  const first = layer.querySelector(`[data-section="${block.dataset.section}"] use:not([href="#s-taken"])`);
  if (first) { stand(first); first.focus({ preventScroll: true }); }
}

plan.addEventListener("pointerover", (event) => {
  const seat = event.target.closest("[data-seat-layer] use");
  if (seat) said.textContent = words(seat);
});

// ---------- keys: one seat can be reached by Tab, arrows move from it to its neighbours

function name(seat) {
  seat.setAttribute("role", "checkbox");
  seat.setAttribute("aria-checked", String(chosen.has(number(seat))));
  seat.setAttribute("aria-disabled", String(!["free", "chosen"].includes(state(number(seat)))));
  seat.setAttribute("aria-label", words(seat));
}

function stand(seat) {
  if (!seat || seat === current) return;
  for (const one of ["tabindex", "role", "aria-checked", "aria-disabled", "aria-label"]) current?.removeAttribute(one);
  current = seat;
  seat.setAttribute("tabindex", "0");
  name(seat);
}

function neighbour(seat, [dx, dy]) {
  const from = spots.get(number(seat));
  let [best, least] = [null, Infinity];
  for (const spot of spots.values()) {
    const along = (spot.x - from.x) * dx + (spot.y - from.y) * dy;
    const across = Math.abs((spot.x - from.x) * dy) + Math.abs((spot.y - from.y) * dx);
    if (along > 2 && along * 2 > across && along + 2 * across < least) [best, least] = [spot.seat, along + 2 * across];
  }
  return best;
}

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
view.addEventListener("keydown", (event) => {
  const seat = event.target.closest("[data-seat-layer] use");
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "+" || event.key === "=") zoomTo(zoom * 1.6, seat && middleOf(seat));
  else if (event.key === "-") zoomTo(zoom / 1.6, seat && middleOf(seat));
  else if (event.key === "Escape" && zoom > 1) leave(seat);
  else if (seat && ARROWS[event.key]) walk(neighbour(seat, ARROWS[event.key]));
  else if (seat && (event.key === " " || event.key === "Enter")) toggle(seat);
  else return;
  event.preventDefault();
});

function walk(seat) {
  if (!seat) return;
  stand(seat);
  seat.focus({ preventScroll: true });
  const [at, edge] = [seat.getBoundingClientRect(), view.getBoundingClientRect()];
  if (at.left < edge.left || at.right > edge.right || at.top < edge.top || at.bottom > edge.bottom) centre(seat);
}

function leave(seat) {
  const section = seat?.closest("[data-section]").dataset.section;
  zoomTo(1);
  if (section && !plan.classList.contains("is-near")) plan.querySelector(`.seat-block[data-section="${section}"]`).focus();
}

// Not on the layer: what listens for focus inside an SVG is a stop for the Tab key itself.
view.addEventListener("focusin", (event) => {
  const seat = event.target.closest("[data-seat-layer] use");
  if (seat) said.textContent = words(seat);
});

// ---------- what others do: only what changed comes in, by the stream or by asking

function apply(change) {
  version = change.version;
  const lost = change.taken.filter((one) => chosen.has(one) && !mine.has(one));
  for (const one of change.taken) {
    taken.add(one);
    const seat = spots.get(one)?.seat;
    seat?.classList.add("is-going");
    setTimeout(() => seat?.classList.remove("is-going"), 1600);
  }
  for (const one of change.free) taken.delete(one);
  for (const one of lost) chosen.delete(one);
  [...change.taken, ...change.free].forEach(paint);
  if (lost.length && !isHolding) {
    lost.forEach((one) => chosen.add(one)); // the question names them, so that the answer says what was lost
    ask();
  }
}

// `wanted` is the version that the stream spoke of; an answer that is older is asked for again.
async function catchUp(wanted = version, tries = 3) {
  const before = version;
  const answer = await fetch(`${address}/changes?${new URLSearchParams({ date, since: version })}`).catch(() => null);
  if (!answer?.ok) return;
  const change = await answer.json();
  if (change.all !== undefined) {
    const now = unpacked(change.all);
    change.taken = [...now].filter((one) => !taken.has(one));
    change.free = [...taken].filter((one) => !now.has(one));
  }
  apply(change);
  if (version !== wanted && change.version === before && tries) setTimeout(catchUp, STALE, wanted, tries - 1);
}

let isLive = false;
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  if (!map.contains(event.target)) return;
  event.preventDefault();
  if (event.detail.type === "lost") { isLive = false; return; }
  const change = JSON.parse(event.detail.data);
  if (change.since === version) apply(change);
  else if (change.version !== version) catchUp(change.version);
});
map.addEventListener("htmx:sseOpen", () => { isLive = true; catchUp(); });
map.addEventListener("htmx:sseError", () => { isLive = false; });
let beats = 0;
setInterval(() => {
  beats += 1;
  if (!document.hidden && (!isLive || beats % 10 === 0)) catchUp();
}, 3000);

// ---------- begin

map.querySelector("[data-seat-tools]").hidden = false;
view.removeAttribute("tabindex");
resize();
chosen = new Set(numbers(document.getElementById("your-seats").dataset.chosen));
load().catch(() => { said.textContent = "The map did not load. The list below has the same seats."; });
