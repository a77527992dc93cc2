// @ts-check
// Arrays from the server, each fetched once per page by its SHA-256.

/** @typedef {{url: string, sha256: string, dtype: "int16" | "uint8"}} Served  a gzipped array */

const DTYPES = { int16: Int16Array, uint8: Uint8Array };
const KEPT_ARRAYS = 10; // two studies

/** @type {Map<string, Promise<Int16Array | Uint8Array>>} shared by all viewers of the page */
const arrays = new Map();

/** @param {Served} served */
function load(served) {
  const loading = arrays.get(served.sha256) ?? fetchArray(served);
  arrays.delete(served.sha256); // and back as the newest
  if (arrays.size >= KEPT_ARRAYS) arrays.delete([...arrays.keys()][0]);
  arrays.set(served.sha256, loading);
  loading.catch(() => arrays.delete(served.sha256));
  return loading;
}

/** @param {Served} served */
async function fetchArray({ url, dtype }) {
  const response = await fetch(url, { cache: "no-store" }); // keeps pixels out of the disk cache
  if (!response.ok || !response.body) {
    throw new Error(`The slices did not arrive (HTTP ${response.status}). Reload the page.`);
  }
  const unpacked = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new DTYPES[dtype](await new Response(unpacked).arrayBuffer());
}
