// The waiting room: seconds that tick, when it was looked at last, and what is read out.

const room = document.getElementById("room");
// How far the server's clock is ahead of ours, once, as the page arrives.
const ahead = Date.parse(room.dataset.serverNow) - Date.now();
const SAY_EVERY = 30_000;
let saidAt = 0;
let said = "";
let saidState = "";

function tick() {
  const now = Date.now() + ahead;
  for (const place of room.querySelectorAll("[data-ticks]")) {
    const left = Math.max(0, Math.round((Date.parse(place.dataset.ticks) - now) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor((left % 3600) / 60);
    const two = (number) => String(number).padStart(2, "0");
    place.textContent = hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
  }
}

// Politely, and at once only when something else begins: one's turn, a pause, the end.
function say() {
  const { roomState = "", roomPhase = "" } = room.querySelector("[data-room-state]")?.dataset ?? {};
  const state = roomState && `${roomState} ${roomPhase}`;
  const words = [...room.querySelectorAll("[data-says]")].map((line) => line.textContent.trim()).join(". ");
  if (state === saidState && (words === said || Date.now() - saidAt < SAY_EVERY)) return;
  // The page says by itself how it stood when it came.
  if (saidState) document.querySelector("[data-room-says]").textContent = words;
  [said, saidState, saidAt] = [words, state, Date.now()];
}

// Against robots: a number that gives the puzzle's hash enough zero bits. While it is sought nothing is drawn anew.
let working = false;

function zeroBits(hash) {
  const first = hash.findIndex((byte) => byte > 0);
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash[first]) - 24;
}

async function solve(puzzle, bits) {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += 256) {
    const numbers = Array.from({ length: 256 }, (_, step) => from + step);
    const hashes = await Promise.all(numbers.map((number) => crypto.subtle.digest("SHA-256", encoder.encode(`${puzzle}:${number}`))));
    const found = hashes.findIndex((hash) => zeroBits(new Uint8Array(hash)) >= bits);
    if (found >= 0) return from + found;
  }
}

document.addEventListener("submit", async (event) => {
  const answer = event.target.querySelector("[data-work]");
  if (!answer || working) return;
  event.preventDefault();
  working = true;
  answer.value = await solve(event.target.elements.puzzle.value, Number(answer.dataset.work));
  event.target.submit();
});
document.addEventListener("htmx:beforeRequest", (event) => { if (working) event.preventDefault(); });
window.addEventListener("pageshow", () => { working = false; });

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful) return;
  const looked = new Date(Date.now() + ahead);
  for (const place of document.querySelectorAll("[data-looked]")) {
    place.textContent = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: room.dataset.zone }).format(looked);
  }
});
document.addEventListener("htmx:afterSettle", () => { tick(); say(); });
setInterval(tick, 1000);
tick();
say();
