// Keys for who sells: figures add a ticket of that type, letters press what shows them. Never while typing.

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select");
  if (typing && typing.type !== "checkbox") return;
  const type = /^[1-9]$/.test(event.key) && document.querySelectorAll(".counter-type")[Number(event.key) - 1];
  const pressed = type
    ? type.querySelector('[data-step="1"]')
    : document.querySelector(`[data-quick="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});

// The enter key presses the button beside the field, and not the first one of the page.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && event.target.matches?.(".counter-pay input") && event.target.closest(".l-row")?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.click();
});

// A seat on the map presses its box; the map shows which boxes are ticked, also those that were before.
document.addEventListener("click", (event) => {
  const seat = event.target.closest("[data-pick]");
  if (!seat) return;
  event.preventDefault();
  document.getElementById(`seat-${seat.dataset.pick}`).click();
});

function drawPicked(box) {
  const seat = document.querySelector(`[data-pick="${box.value}"]`);
  seat?.querySelector("use").setAttribute("href", box.checked ? "#s-mine" : seat.dataset.symbol);
}

document.addEventListener("change", ({ target }) => {
  if (target.name === "seat") drawPicked(target);
});
document.querySelectorAll("input[name=seat]:checked:enabled").forEach(drawPicked);
