// Passkeys: a form asks the browser for one, and carries its answer like any other field.
const forms = document.querySelectorAll("form[data-passkey]");

function isHere(site) {
  return location.hostname === site || location.hostname.endsWith(`.${site}`);
}

function say(form, words) {
  const place = form.querySelector("[data-passkey-said]");
  place.textContent = words;
  place.hidden = !words;
}

async function asked(form) {
  const question = await fetch(form.dataset.question, { headers: { Accept: "application/json" } });
  // Too long ago that the person showed who it is: the page says so when it is drawn anew.
  if (question.redirected) return location.reload();
  if (!question.ok) throw new Error(question.status === 429 ? "Too often. Wait a minute." : "That did not work.");
  const { options, state } = await question.json();
  const kind = window.PublicKeyCredential;
  const credential =
    form.dataset.passkey === "new"
      ? await navigator.credentials.create({ publicKey: kind.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: kind.parseRequestOptionsFromJSON(options) });
  form.elements.state.value = state;
  form.elements.credential.value = JSON.stringify(credential.toJSON());
  form.requestSubmit();
}

function why(error) {
  if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
  if (error.name === "NotAllowedError") return "Nothing came from your device. Press the button once more, or use another way.";
  return error.message;
}

// Before the page's own listener, which takes a form that is sent for sent.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form || form.elements.credential.value) return;
  event.preventDefault();
  say(form, "");
  asked(form).catch((error) => say(form, why(error)));
}, true);

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of forms) if (isHere(form.dataset.site)) form.hidden = false;
  if ([...forms].some((form) => !form.hidden)) {
    for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
  }
}

// Back on the page: what was answered is used up.
window.addEventListener("pageshow", () => {
  for (const form of forms) form.elements.credential.value = "";
});
