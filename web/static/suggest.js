// Suggestions while somebody types: the search box becomes a combobox with a list below it, as the
// ARIA Authoring Practices describe one (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).

const PAUSE = 120; // milliseconds without a key until suggestions are asked for
const COMPOSING = 229; // the key code of what goes to an input method; Safari marks Enter only so

const form = document.querySelector("form.search");
const box = form.elements.q;
const list = document.createElement("ul");
const count = document.createElement("p");

let typed = box.value; // what the person wrote; choosing with arrows changes the box and not this
let chosen = -1;
let composing = false;
let timer = 0;
let request = new AbortController();
let newest = 0; // the number of the last request; answers to earlier ones are passed over

function cancel() {
  clearTimeout(timer);
  request.abort();
  newest += 1;
}

function close() {
  cancel();
  choose(-1);
  list.hidden = true;
  list.replaceChildren();
  box.setAttribute("aria-expanded", "false");
  count.textContent = "";
}

function ask() {
  cancel();
  choose(-1);
  typed = box.value;
  if (typed.trim()) {
    timer = setTimeout(load, PAUSE);
  } else {
    close();
  }
}

async function load() {
  cancel();
  const number = newest;
  const asked = typed;
  request = new AbortController();
  const url = `${form.dataset.suggest}?${new URLSearchParams({ q: asked })}`;
  let texts = [];
  try {
    const response = await fetch(url, { signal: request.signal });
    if (response.ok) {
      [, texts] = await response.json();
    }
  } catch {
    // Aborted, or there is no connection: searching needs no suggestions.
  }
  if (number === newest) {
    show(texts, asked);
  }
}

function show(texts, asked) {
  if (!texts.length) {
    close();
    return;
  }
  choose(-1);
  list.replaceChildren(...texts.map((text, number) => option(text, number, asked)));
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  count.textContent =
    texts.length === 1 ? form.dataset.one : form.dataset.many.replace("#", texts.length);
}

function option(text, number, asked) {
  const item = document.createElement("li");
  item.id = `suggestion-${number}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const begun = text.slice(0, asked.length);
  if (begun.toLowerCase() === asked.toLowerCase()) {
    const rest = document.createElement("b");
    rest.textContent = text.slice(asked.length);
    item.append(begun, rest);
  } else {
    item.textContent = text;
  }
  return item;
}

function choose(number) {
  list.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = number;
  const item = list.children[chosen];
  if (item) {
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", item.id);
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function move(step) {
  if (list.hidden) {
    typed = box.value;
    if (typed.trim()) {
      load();
    }
    return;
  }
  cancel(); // the list that somebody chooses from stays
  const places = list.children.length + 1; // before the first stands what was typed
  choose(((chosen + 1 + step + places) % places) - 1);
  box.value = list.children[chosen]?.textContent ?? typed;
}

box.addEventListener("input", () => {
  if (!composing) {
    ask();
  }
});

box.addEventListener("compositionstart", () => {
  composing = true;
  close();
});

box.addEventListener("compositionend", () => {
  composing = false;
  ask();
});

box.addEventListener("blur", () => {
  composing = false;
  close();
});

box.addEventListener("keydown", (event) => {
  if (composing || event.isComposing || event.keyCode === COMPOSING) {
    if (event.key === "Enter") {
      event.preventDefault(); // it ends the composition and asks for nothing yet
    }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    box.value = typed;
    close();
  } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
    choose(-1); // the chosen text stays in the box, to be edited
  }
});

form.addEventListener("submit", (event) => {
  if (composing) {
    event.preventDefault();
  } else {
    close();
  }
});

// The box keeps the focus, or the list would be gone before the click.
list.addEventListener("mousedown", (event) => event.preventDefault());

list.addEventListener("click", (event) => {
  const item = event.target.closest("[role=option]");
  if (item) {
    box.value = item.textContent;
    form.requestSubmit();
  }
});

list.id = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", form.dataset.list);
count.className = "hidden";
count.setAttribute("role", "status");
form.append(list, count);
for (const [name, value] of Object.entries({
  role: "combobox",
  "aria-autocomplete": "list",
  "aria-controls": list.id,
  "aria-expanded": "false",
})) {
  box.setAttribute(name, value);
}
