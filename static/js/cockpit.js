// A sale that is watched: it says how old its figures are, and asks for them when nobody tells it.

const part = document.querySelector("[data-cockpit]");
const state = document.querySelector("[data-wall-state]");
const clock = document.querySelector("[data-wall-clock]");
// After so many seconds the page asks by itself, and after so many more it says that what it shows is old.
const QUIET_AFTER = 3;
const STALE_AFTER = 8;

let counted = newest();
// How far the server's clock is ahead of ours, as the page arrives.
const ahead = counted - Date.now();
let askedAt = 0;

function newest() {
  const times = [...document.querySelectorAll("[data-counted]")].map((place) => Date.parse(place.dataset.counted));
  return times.length ? Math.max(...times) : Date.now();
}

function said(seconds) {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}

function tell(age) {
  const isStale = age > STALE_AFTER;
  document.body.classList.toggle("is-stale", isStale);
  if (!state) return;
  state.dataset.state = isStale ? "lost" : age > QUIET_AFTER ? "polling" : "live";
  const words = isStale ? `Old: these figures are from ${said(age)} ago` : "Live";
  if (state.textContent !== words) state.textContent = words;
}

function tick() {
  const now = Date.now() + ahead;
  const age = Math.max(0, Math.round((now - counted) / 1000));
  if (age > QUIET_AFTER && Date.now() - askedAt > 2000) {
    askedAt = Date.now();
    htmx.trigger(part, "quiet");
  }
  tell(age);
  if (clock) {
    const zone = { timeZone: clock.dataset.zone, timeStyle: "medium" };
    clock.textContent = new Intl.DateTimeFormat("en-GB", zone).format(now);
  }
}

document.addEventListener("htmx:afterSettle", () => { counted = newest(); });
// Signed out, or moved: the page itself knows where to go.
document.addEventListener("htmx:responseError", (event) => {
  if ([401, 403, 404].includes(event.detail.xhr.status)) location.reload();
});
if (part) setInterval(tick, 1000);
