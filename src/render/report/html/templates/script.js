"use strict";
// Filters the findings. Without it all of them are there to read.
(() => {
  const form = document.getElementById("filter");
  if (!form) return;
  const search = form.querySelector("input[type=search]");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const domain = form.querySelector("select");
  const shown = document.getElementById("shown");
  const items = [...document.querySelectorAll("#list > .finding")];
  const texts = new Map();
  const textOf = (item) => {
    let text = texts.get(item);
    if (text === undefined) {
      text = item.textContent.toLowerCase();
      texts.set(item, text);
    }
    return text;
  };
  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    const policy = domain ? domain.value : "";
    let count = 0;
    for (const item of items) {
      const fits = wanted.has(item.dataset.s) && (!policy || item.dataset.p === policy)
        && words.every((word) => textOf(item).includes(word));
      if (item.hidden === fits) item.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} of ${items.length} shown`;
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 80);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
