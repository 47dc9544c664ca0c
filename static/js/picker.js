// Number fields with buttons, and what the chosen tickets cost together. The form is complete without either.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const wanted = Number(input.value || 0) + Number(button.dataset.step);
  const value = Math.min(Number(input.max), Math.max(Number(input.min), wanted));
  if (String(value) === input.value) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

function addUp(picker) {
  const place = picker.closest("form")?.querySelector("[data-picker-sum]");
  if (!place) return;
  let tickets = 0;
  let amount = 0;
  for (const price of picker.querySelectorAll("[data-price]")) {
    const input = price.parentElement.querySelector("input");
    const number = Math.max(0, Number(input?.value || 0));
    tickets += number;
    amount += number * Number(price.dataset.price);
  }
  place.textContent = tickets ? `${tickets} ${tickets === 1 ? "ticket" : "tickets"}, ${written(picker, amount)}` : "";
}

function written(picker, amount) {
  if (amount === 0) return "free";
  const { currency, digits } = picker.dataset;
  return new Intl.NumberFormat("en", { style: "currency", currency }).format(amount / 10 ** Number(digits));
}

document.addEventListener("input", (event) => {
  const picker = event.target.closest("[data-picker]");
  if (picker) addUp(picker);
});
function addUpAll(inside) {
  for (const picker of inside.querySelectorAll("[data-picker]")) addUp(picker);
}
addUpAll(document);
document.addEventListener("htmx:load", (event) => addUpAll(event.detail.elt));
