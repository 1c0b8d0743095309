// Everything here makes a working page more comfortable; no page needs it.
import { Button, ErrorSummary, SkipLink, createAll } from "govuk-frontend";
import htmx from "htmx.org";

window.htmx = htmx;
document.documentElement.classList.add("ts-script");
document.body.classList.add("js-enabled", "govuk-frontend-supported");

/** Sends each form once: a second press while the first is on its way would pay or file twice. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "true";
  form.setAttribute("aria-busy", "true");
  // An answer that is a download leaves the page standing, so a form does not stay locked for ever.
  setTimeout(() => allowAgain(), 8000);
}

/** A page that comes back from the history is to be used again, so its forms can be sent again. */
function allowAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const said = button.querySelector("[data-copied]");
  if (said) {
    said.hidden = false;
    setTimeout(() => { said.hidden = true; }, 3000);
  }
}

/** Asks the device for a passkey, and sends what it answers with the form that asked. */
async function usePasskey(button) {
  const { form } = button;
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  button.disabled = true;
  try {
    const answer = await fetch(button.dataset.passkeyOptions, { method: "POST", body: new FormData(form) });
    if (!answer.ok) {
      throw new Error(`${answer.status}`);
    }
    const options = await answer.json();
    const credential = button.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    form.elements.credential.value = JSON.stringify(credential);
    form.requestSubmit();
  } catch {
    failed.hidden = false;
  } finally {
    button.disabled = false;
  }
}

/** Loads the page anew once the server says that what it shows has changed; where that cannot be heard, it asks. */
function watch(part) {
  const events = new EventSource(part.dataset.watch);
  let failures = 0;
  events.addEventListener("waiting", () => { failures = 0; });
  events.addEventListener("changed", () => {
    events.close();
    location.reload();
  });
  events.addEventListener("error", () => {
    failures += 1;
    if (events.readyState === EventSource.CLOSED || failures > 3) {
      events.close();
      htmx.ajax("GET", part.dataset.ask, { target: part, swap: "outerHTML" });
    }
  });
}

/** Arrow keys walk the rows of a table whose rows are links, Home and End go to its ends. */
function walkRows(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  const link = event.target.closest?.("table[data-rows] tbody th a, table[data-rows] tbody td:first-child a");
  if (!link || !(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }
  const links = [...link.closest("tbody").querySelectorAll("th a, td:first-child a")];
  const at = Math.min(Math.max(links.indexOf(link) + steps[event.key], 0), links.length - 1);
  links[at].focus();
  event.preventDefault();
}

function onClick(event) {
  const passkey = event.target.closest?.("button[data-passkey]");
  if (passkey) {
    usePasskey(passkey);
    return;
  }
  const button = event.target.closest?.("button[data-copy], button[data-print]");
  if (button?.dataset.copy !== undefined) {
    copy(button);
  } else if (button) {
    window.print();
  }
}

function enhance(scope) {
  createAll(Button, { preventDoubleClick: true }, scope);
  createAll(ErrorSummary, {}, scope);
  createAll(SkipLink, {}, scope);
  // Without script these buttons could do nothing, so they wait hidden until now.
  for (const button of scope.querySelectorAll("button[data-copy][hidden], button[data-print][hidden]")) {
    button.hidden = false;
  }
}

if (window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const waits of document.querySelectorAll("[data-passkey], [data-passkey-hint]")) {
    waits.hidden = false;
  }
}
for (const part of document.querySelectorAll("[data-watch]")) {
  watch(part);
}
document.addEventListener("submit", sendOnce);
document.addEventListener("click", onClick);
document.addEventListener("keydown", walkRows);
document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
window.addEventListener("pageshow", allowAgain);
enhance(document);
