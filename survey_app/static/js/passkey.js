// Asks the device for a passkey and sends what it answers. The server checks everything; this only carries it.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (listed) => (listed || []).map((each) => ({ ...each, id: bytes(each.id) }));

function asked(options) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = withIds(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = withIds(options.allowCredentials);
  return ready;
}

function answer(credential) {
  const given = credential.response;
  const response = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) {
    response.attestationObject = text(given.attestationObject);
    response.transports = given.getTransports ? given.getTransports() : [];
  } else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = given.userHandle ? text(given.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const publicKey = asked(JSON.parse(form.dataset.options));
  try {
    const credential =
      form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey })
        : await navigator.credentials.get({ publicKey });
    form.elements.credential.value = answer(credential);
    form.submit();
  } catch {
    const says = document.getElementById("passkey-says");
    says.textContent = form.dataset.failed;
    says.setAttribute("role", "alert");
  }
}

const form = document.querySelector("form[data-passkey]");
if (form) ask(form);
