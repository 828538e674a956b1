// element("p", { class: "x", onclick: f, text: "t" }, child, ...): text is never parsed as HTML.
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") node.toggleAttribute(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export const button = (text, onclick, attributes = {}) => element("button", { type: "button", text, onclick, ...attributes });

export function select(label, options, value, onchange) {
  const list = element("select", { onchange: () => onchange(list.value) },
    ...options.map(([v, text]) => element("option", { value: v, text })));
  list.value = value;
  return { list, labelled: element("label", { class: "field" }, label, list) };
}

export function tell(text) {
  const message = document.getElementById("message");
  message.textContent = text;
  message.hidden = text === "";
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (message.hidden = true), 8000);
}
