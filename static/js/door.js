// The door: the phone's camera reads codes where the browser can; the plain field is the equal way.
const form = document.querySelector("[data-door]");
const field = form.querySelector("input[name=code]");
const start = document.querySelector("[data-door-camera]");
const PATTERN = { valid: [200], used: [120, 80, 120] };

function answered() {
  const answer = document.querySelector("[data-answer]");
  if (answer) navigator.vibrate?.(PATTERN[answer.dataset.answer] ?? [60, 60, 60, 60, 60]);
  field.value = "";
  field.focus();
}
document.addEventListener("htmx:afterSwap", answered);
// A new scan needs a new nonce: a resend of the same request keeps the old one, and is the same scan.
form.addEventListener("htmx:configRequest", (event) => {
  event.detail.parameters.set("nonce", crypto.randomUUID());
});

async function read() {
  const video = document.querySelector("[data-door-video]");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  video.hidden = false;
  await video.play();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  let last = "";
  let since = 0;
  setInterval(async () => {
    const [code] = await detector.detect(video).catch(() => []);
    if (!code || (code.rawValue === last && Date.now() - since < 4000)) return;
    [last, since] = [code.rawValue, Date.now()];
    field.value = last;
    form.requestSubmit();
  }, 250);
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  start.hidden = false;
  start.addEventListener("click", () => {
    start.hidden = true;
    read().catch(() => { start.hidden = false; });
  });
}
field.focus();
