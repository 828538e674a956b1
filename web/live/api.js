// The program's JSON, and messages to the person.

export const $ = (id) => document.getElementById(id);

let hide = 0;
export function say(text, good = false) {
  const message = $("message");
  message.textContent = text;
  message.classList.toggle("good", good);
  message.hidden = false;
  clearTimeout(hide);
  hide = setTimeout(() => { message.hidden = true; }, good ? 3000 : 8000);
}

export class Refusal extends Error {
  constructor(status, text) {
    super(text);
    this.status = status;
  }
}

// Asks once more after somebody has given the token.
let login = null;
export function onLogin(ask) { login = ask; }

async function ask(path, options) {
  let answer = await fetch(path, { credentials: "same-origin", ...options });
  if (answer.status === 401 && login) {
    await login();
    answer = await fetch(path, { credentials: "same-origin", ...options });
  }
  return answer;
}

async function read(answer) {
  const value = await answer.json().catch(() => ({ error: `the answer ${answer.status} is no JSON` }));
  if (!answer.ok) throw new Refusal(answer.status, value.error ?? `refused with ${answer.status}`);
  return value;
}

export async function get(path) { return read(await ask(path)); }
export async function stream(path, signal) { return ask(path, { signal }); }

export async function post(path, body = {}) {
  return read(await ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  }));
}
export async function remove(path) { return read(await ask(path, { method: "DELETE" })); }

// A button's work: what fails is told.
export function onClick(id, work) {
  $(id).addEventListener("click", async () => {
    try {
      await work();
    } catch (error) {
      say(error.message);
    }
  });
}
