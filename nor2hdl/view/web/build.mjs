// Bundles src/main.ts and src/style.css into ../assets (or the folder given), with the licenses of all that is bundled.
import { build } from "esbuild";
import { readFile, writeFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "..", "assets"));

async function licenseOf(name) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} must have a license file to be bundled`);
  const text = (await readFile(join(folder, file), "utf8")).replace(/\r/g, "").trim();
  return { name, about, text: `${name} ${about.version} (${about.license})\n\n${text}\n` };
}

const shared = { absWorkingDir: here, bundle: true, minify: true, charset: "utf8", write: false, logLevel: "warning" };
const script = await build({
  ...shared,
  entryPoints: ["src/main.ts"],
  format: "iife",
  target: "es2020",
  metafile: true,
  legalComments: "none",
});
const style = await build({ ...shared, entryPoints: ["src/style.css"], target: "chrome100" });

const bundled = new Set();
for (const input of Object.keys(script.metafile.inputs)) {
  const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
  if (name) bundled.add(name);
}
// dagre carries a bundled copy of graphlib
if (bundled.has("@dagrejs/dagre")) bundled.add("@dagrejs/graphlib");
const licenses = [];
for (const name of [...bundled].sort()) licenses.push(await licenseOf(name));

const banner = `/*! With ${licenses.map(({ name, about }) => `${name} ${about.version} (${about.license})`).join(", ")}. */\n`;
await mkdir(out, { recursive: true });
await writeFile(join(out, "viewer.js"), banner + script.outputFiles[0].text);
await writeFile(join(out, "viewer.css"), style.outputFiles[0].text);
await writeFile(join(out, "viewer.licenses.txt"), licenses.map(({ text }) => text).join(`\n${"-".repeat(72)}\n\n`));
