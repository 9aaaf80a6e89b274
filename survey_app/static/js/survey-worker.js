/* A page of questions that was open before opens without a connection: as draft.js has kept it, without anybody's
   answers; also when it was sent and the connection was lost. With a connection, every page comes from the site. */
"use strict";

const SHELLS = "survey-shells";
const FILES = "survey-files";
/* Stands in a kept page wherever its address had the secret token. */
const PLACE = "-token-";

const nameOf = async (token) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
};

/* A page that says so, where none was kept. */
const without = async () => {
  const files = await caches.open(FILES);
  return (await files.match(new URL("../no-connection", registration.scope))) ?? Response.error();
};

const withoutConnection = async (request) => {
  const parts = new URL(request.url).pathname.split("/");
  const [token, page] = parts.slice(-2);
  const name = [...parts.slice(0, -2), await nameOf(token), page].join("/");
  const kept = await (await caches.open(SHELLS)).match(name);
  if (!kept) return without();
  const headers = new Headers(kept.headers);
  for (const told of ["Content-Encoding", "Content-Length"]) headers.delete(told);
  return new Response((await kept.text()).replaceAll(PLACE, token), { headers });
};

const file = async (request) => (await (await caches.open(FILES)).match(request)) ?? fetch(request);

addEventListener("install", () => skipWaiting());
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => withoutConnection(request)));
  else if (request.method === "GET" && ["style", "script"].includes(request.destination)) event.respondWith(file(request));
});
