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
    const input = price.parentElement.querySelector("input[type=number]");
    const number = Math.max(0, Number(input?.value || 0));
    tickets += number;
    amount += cost(picker, price, number);
  }
  place.textContent = tickets ? `${tickets} ${tickets === 1 ? "ticket" : "tickets"}, ${written(picker, amount)}` : "";
}

// So many of one type: the first at the price of each step while it lasts, a group's for none more than its own,
// and what somebody wants to pay where they may choose.
function cost(picker, price, number) {
  const typed = price.querySelector("input")?.value.replace(",", ".");
  const own = typed ? Math.round(Number(typed) * 10 ** Number(picker.dataset.digits)) || 0 : Number(price.dataset.price);
  const { steps = "", groupFrom = Infinity, groupPrice = Infinity } = price.dataset;
  const ceiling = number >= Number(groupFrom) ? Number(groupPrice) : Infinity;
  let rest = number;
  let amount = 0;
  for (const [each, left] of steps.split(" ").filter(Boolean).map((step) => step.split(":"))) {
    const taken = Math.min(rest, left ? Number(left) : rest);
    amount += taken * Math.min(Number(each), ceiling);
    rest -= taken;
  }
  return amount + rest * Math.min(own, ceiling);
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
