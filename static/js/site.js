// What pages can do beyond plain HTML: steppers, the countdown, the visitor's own time, sharing, live state.
const root = document.documentElement;
root.classList.add("js");

// Steppers: the number field is complete without them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const wanted = Number(input.value || 0) + Number(button.dataset.step);
  input.value = Math.min(Number(input.max), Math.max(Number(input.min), wanted));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Countdown by the server's clock: the difference to ours is taken once, when the page arrives.
const arrived = Date.now();
const said = new Set();
function tick() {
  for (const clock of document.querySelectorAll("[data-until]")) {
    const ahead = Date.parse(clock.dataset.serverNow) - (Number(clock.dataset.arrived) || arrived);
    const left = Math.max(0, Math.round((Date.parse(clock.dataset.until) - Date.now() - ahead) / 1000));
    clock.querySelector("time").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    clock.dataset.state = left < 120 ? "soon" : "calm";
    announce(clock, left);
    if (left === 0 && !clock.dataset.over) {
      clock.dataset.over = "yes";
      setTimeout(() => location.reload(), 1500);
    }
  }
}
// Screen readers hear it at five, two and one minutes, and when it is over; not every second.
function announce(clock, left) {
  const minutes = [5, 2, 1].find((one) => left <= one * 60 && left > one * 60 - 3);
  const key = left === 0 ? "over" : minutes && `${clock.dataset.until} ${minutes}`;
  const place = document.querySelector("[data-countdown-says]");
  if (!key || said.has(key) || !place) return;
  said.add(key);
  place.textContent = left === 0 ? "Time is up, nothing was charged." : `Held for ${minutes} more minute${minutes > 1 ? "s" : ""}.`;
}
setInterval(tick, 1000);
document.addEventListener("htmx:afterSwap", (event) => {
  for (const clock of event.target.querySelectorAll?.("[data-until]") ?? []) clock.dataset.arrived = Date.now();
});

// The visitor's own time beside the event's, where it differs.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
function ownTimes(inside) {
  for (const place of inside.querySelectorAll("[data-own-time]")) {
    const instant = new Date(place.dataset.ownTime);
    const there = new Intl.DateTimeFormat("en-GB", { timeZone: place.dataset.zone, dateStyle: "short", timeStyle: "short" });
    const here = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeStyle: "short" });
    if (there.format(instant) === here.format(instant)) continue;
    const words = new Intl.DateTimeFormat("en-GB", { weekday: "long", hour: "2-digit", minute: "2-digit" }).format(instant);
    place.textContent = `${words} for you in ${zone.split("/").pop().replaceAll("_", " ")}`;
    place.hidden = false;
  }
}
ownTimes(document);
document.addEventListener("htmx:load", (event) => ownTimes(event.detail.elt));

// Share with the device's own sheet, else copy the address.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link) return;
  event.preventDefault();
  const url = link.href;
  if (navigator.share) return void navigator.share({ title: document.title, url }).catch(() => {});
  await navigator.clipboard.writeText(url);
  link.querySelector("[data-share-words]").textContent = "Address copied";
});

// Live parts say whether they are: live, asking by themselves, or lost.
function live(state) {
  const words = { live: null, polling: "Asks every few seconds", lost: "No connection" };
  for (const sign of document.querySelectorAll("[data-live-words]")) {
    sign.dataset.state = state;
    sign.textContent = words[state] ?? sign.dataset.liveWords;
  }
}
document.addEventListener("htmx:sseOpen", () => live("live"));
document.addEventListener("htmx:sseError", () => live(navigator.onLine ? "polling" : "lost"));
window.addEventListener("offline", () => live("lost"));

// After a refusal the notice gets the focus, so that it is read.
document.addEventListener("htmx:afterSettle", () => document.querySelector("#notices [role=alert]")?.focus());
