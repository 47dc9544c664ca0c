// Whether a page turns by itself: live over one open connection, asking now and then, or cut off.

let liveState = "polling";

function sign(state = liveState) {
  liveState = state;
  const words = { polling: "Asks every few seconds", lost: "No connection" };
  for (const place of document.querySelectorAll("[data-live-words]")) {
    place.dataset.state = state;
    place.textContent = words[state] ?? place.dataset.liveWords;
  }
}

document.addEventListener("htmx:sseOpen", () => sign("live"));
document.addEventListener("htmx:sseError", () => sign(navigator.onLine ? "polling" : "lost"));
document.addEventListener("htmx:sendError", () => sign("lost"));
// Parts that ask by themselves are live as long as they are answered.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && event.detail.elt.matches("[hx-trigger*=every]")) sign("live");
});
document.addEventListener("htmx:afterSettle", () => sign());
window.addEventListener("offline", () => sign("lost"));
window.addEventListener("online", () => sign("polling"));
