// What every page can do beyond plain HTML: the visitor's own time, sharing, notices that are read out.
document.documentElement.classList.add("js");

// The visitor's own time beside the event's, where the two clocks differ.
const visitorZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function reads(instant, timeZone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone, dateStyle: "short", timeStyle: "short" }).format(instant);
}

function showOwnTimes(inside) {
  for (const place of inside.querySelectorAll("[data-own-time]")) {
    const instant = new Date(place.dataset.ownTime);
    if (reads(instant, place.dataset.zone) === reads(instant, visitorZone)) continue;
    const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(instant);
    const day = new Intl.DateTimeFormat("en-GB", { weekday: "long" }).format(instant);
    place.textContent = `${clock} on ${day} for you in ${visitorZone.split("/").pop().replaceAll("_", " ")}`;
    place.hidden = false;
  }
}
showOwnTimes(document);
document.addEventListener("htmx:load", (event) => showOwnTimes(event.detail.elt));

// Share by the device's own sheet, else copy the address.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link) return;
  event.preventDefault();
  if (navigator.share) {
    await navigator.share({ title: document.title, url: link.href }).catch(() => {});
    return;
  }
  await navigator.clipboard.writeText(link.href);
  link.querySelector("[data-share-words]").textContent = "Address copied";
});

// What was opened stays open when its part of the page is drawn anew.
let opened = [];
document.addEventListener("htmx:beforeSwap", () => {
  opened = [...document.querySelectorAll("details[id][open]")].map((details) => details.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});

// While somebody answers a question inside, a part that asks by itself waits: nothing typed is lost.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.detail.elt;
  if (part.matches("[hx-trigger*=every]") && part.querySelector(".ask[open]")) event.preventDefault();
});

// Print, where a page offers it.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A form sent twice by a quick finger is sent once; the server would not mind either.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.matches("[hx-get], [hx-post], [method=get], :not([method])")) return;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; button.setAttribute("aria-busy", "true"); });
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
});

// After a refusal the notice gets the focus, so that it is read first.
function focusAlert() {
  document.querySelector("main [role=alert][tabindex], #notices [role=alert]")?.focus();
}
focusAlert();
document.addEventListener("htmx:afterSettle", (event) => {
  const answer = event.detail.elt;
  if (answer?.matches?.("[role=alert]") || answer?.querySelector?.("[role=alert]")) focusAlert();
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target?.id === "notices") setTimeout(focusAlert);
});
