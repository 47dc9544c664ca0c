// The door: the phone's camera reads codes where the browser can; the plain field is the equal way.
const form = document.querySelector("[data-door]");
const field = form.querySelector("input[name=code]");
const start = document.querySelector("[data-door-camera]");
const video = document.querySelector("[data-door-video]");
// One long, two short, three short: felt without looking.
const FELT = { valid: [200], used: [120, 80, 120], elsewhere: [120, 80, 120] };
const SAME_CODE_MS = 4000;

document.addEventListener("htmx:afterSwap", () => {
  const answer = document.querySelector("[data-answer]")?.dataset.answer;
  if (answer && answer !== "ready") navigator.vibrate?.(FELT[answer] ?? [80, 60, 80, 60, 80]);
  field.focus({ preventScroll: true });
});

// Each scan has its own nonce, so that a resend of the same request is the same scan. The field is free for
// the next code at once; a code that did not arrive comes back into it.
let sent = "";
form.addEventListener("htmx:configRequest", (event) => {
  if (event.target !== form) return;
  event.detail.parameters.set("nonce", crypto.randomUUID());
  sent = field.value;
  field.value = "";
});
for (const lost of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  form.addEventListener(lost, () => { field.value ||= sent; });
}

async function read() {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  await video.play();
  let last = "";
  let since = 0;
  setInterval(async () => {
    const [code] = await detector.detect(video).catch(() => []);
    if (!code || (code.rawValue === last && Date.now() - since < SAME_CODE_MS)) return;
    [last, since] = [code.rawValue, Date.now()];
    field.value = last;
    form.requestSubmit();
  }, 250);
}

if (start && video && "BarcodeDetector" in window && navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", () => {
    start.hidden = true;
    read().catch(() => { start.hidden = false; });
  });
}
