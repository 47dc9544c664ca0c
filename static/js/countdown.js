// How long tickets are still held, by the server's clock. Said aloud at five, two and one minutes, and at the end.

const announced = new Set();
const MINUTES_TO_SAY = [5, 2, 1];

// How far the server's clock is ahead of ours; taken once, when a countdown arrives.
function learnClock(inside) {
  for (const clock of inside.querySelectorAll("[data-until]")) {
    clock.dataset.ahead ??= Date.parse(clock.dataset.serverNow) - Date.now();
  }
}

function show(clock) {
  const ahead = Number(clock.dataset.ahead ?? 0);
  const left = Math.max(0, Math.round((Date.parse(clock.dataset.until) - Date.now() - ahead) / 1000));
  const figures = clock.querySelector("time");
  figures.textContent = figuresOf(left);
  figures.dateTime = `PT${left}S`;
  clock.dataset.state = left < 120 ? "soon" : "calm";
  const bar = document.querySelector("[data-held-bar]");
  if (bar) bar.value = left;
  say(clock, left);
  if (left === 0 && !clock.dataset.over) {
    clock.dataset.over = "yes";
    // The same page says what can be done now; a person who types is not interrupted.
    setTimeout(() => document.activeElement?.matches("input, select, textarea") || location.reload(), 2000);
  }
}

// 8:41, and 1:59:41 where there are hours.
function figuresOf(left) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}

function say(clock, left) {
  const minutes = MINUTES_TO_SAY.find((one) => left <= one * 60 && left > one * 60 - 3);
  const key = left === 0 ? "over" : minutes && `${clock.dataset.until} ${minutes}`;
  const place = document.querySelector("[data-countdown-says]");
  if (!key || announced.has(key) || !place) return;
  announced.add(key);
  const more = `Held for ${minutes} more ${minutes === 1 ? "minute" : "minutes"}.`;
  place.textContent = left === 0 ? "Time is up, nothing was charged." : more;
}

learnClock(document);
document.addEventListener("htmx:load", (event) => learnClock(event.detail.elt.parentElement ?? document));
setInterval(() => document.querySelectorAll("[data-until]").forEach(show), 1000);
