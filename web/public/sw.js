// Keeps the whole app on the device. scripts/precache fills in the two constants.
//
// INVARIANT(whole versions): what a page gets comes from one version's cache. A version's cache is complete or
// absent: every file is fetched with the hash that the build recorded, and one failure fails the whole install.
//
// INVARIANT(the user's word): a new version is used only after {type: "SKIP_WAITING"}. A browser replaces a
// waiting worker by itself once all pages are closed; therefore the version in use is a record of its own, and
// a new worker goes on serving the old version's cache until it is told.
const VERSION = "unbuilt";
const FILES = {};

// First segments of the app's own pages; the same list as in index.html. Other addresses under the scope may
// belong to somebody else and are asked of the host first.
const PAGES = ["counter", "members", "today", "staff", "programs", "data", "calculator"];

const SCOPE = self.registration.scope; // the app's root, with a slash at the end: "https://host/any/path/"
const PREFIX = `regulars ${SCOPE} `; // two copies of the app on one host share the storage: keep them apart
const RECORD = `${PREFIX}in use`;
const absolute = (path) => new URL(path, SCOPE).href;

// A start asks for some twenty files: the record is read once for all of them.
let known;
const versionInUse = () =>
  (known ??= readVersionInUse().catch((error) => {
    known = undefined;
    throw error;
  }));

async function readVersionInUse() {
  const recorded = await caches.match(SCOPE, { cacheName: RECORD });
  const version = recorded && (await recorded.text());
  return version && (await caches.has(PREFIX + version)) ? version : undefined;
}

async function record() {
  await (await caches.open(RECORD)).put(SCOPE, new Response(VERSION));
  known = undefined;
}

async function dropAllBut(...names) {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && !names.includes(name)) await caches.delete(name);
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(PREFIX + VERSION);
      try {
        await Promise.all(
          Object.entries(FILES).map(async ([path, integrity]) => {
            const response = await fetch(absolute(path), { integrity, cache: "no-cache", credentials: "same-origin" });
            if (!response.ok) throw new Error(`${path}: ${response.status}`);
            await cache.put(absolute(path), response);
          }),
        );
      } catch (error) {
        if ((await versionInUse()) !== VERSION) await caches.delete(PREFIX + VERSION);
        throw error;
      }
    })(),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      known = undefined; // a waiting worker may have read it long ago
      if ((await versionInUse()) === undefined) await record(); // the first visit: nothing to ask
      const inUse = await versionInUse();
      // Versions that were never chosen make room; the one in use stays.
      await dropAllBut(RECORD, PREFIX + inUse, PREFIX + VERSION);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener("message", (event) => {
  const answers = {
    // to a waiting worker; the pages see `controllerchange`
    SKIP_WAITING: async () => {
      await record();
      await self.skipWaiting();
    },
    // to the worker that serves the page, when it took over while all pages were closed
    IS_UPDATE_READY: async () => {
      if (![undefined, VERSION].includes(await versionInUse())) event.source.postMessage({ type: "UPDATE_READY" });
    },
    USE_UPDATE: async () => {
      await record();
      await dropAllBut(RECORD, PREFIX + VERSION);
      for (const page of await self.clients.matchAll({ type: "window" })) page.postMessage({ type: "RELOAD" });
    },
  };
  const answer = answers[event.data?.type];
  if (answer) event.waitUntil(answer());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  const address = request.url.slice(SCOPE.length).replace(/[?#].*$/s, "");
  if (address === "sw.js") return;
  event.respondWith(request.mode === "navigate" ? page(request, address) : file(request));
});

async function cached(path) {
  const version = (await versionInUse()) ?? VERSION;
  return caches.match(absolute(path), { cacheName: PREFIX + version, ignoreVary: true });
}

async function file(request) {
  const address = request.url.slice(SCOPE.length).replace(/#.*$/s, "");
  return (await cached(address || "./")) ?? fetch(request);
}

async function page(request, address) {
  if (address !== "" && address !== "index.html") {
    const asFile = await cached(address); // someone opens an icon by its address
    if (asFile) return asFile;
    if (!PAGES.includes(address.split("/")[0])) {
      const answer = await fetch(request).catch(() => undefined);
      if (answer) return answer;
    }
  }
  const index = await cached("./");
  if (!index) return fetch(request);
  // The root is known here: with it in the page, nothing has to be guessed from the address.
  const html = (await index.text()).replace("<head>", () => `<head><base href="${SCOPE}">`);
  return new Response(html, { headers: { "content-type": "text/html; charset=utf-8" } });
}
