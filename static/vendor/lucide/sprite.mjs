// Builds static/icons.svg from the npm package lucide-static:
//   npm pack lucide-static@VERSION, unpack it somewhere outside the repository,
//   node static/vendor/lucide/sprite.mjs PATH/package > static/icons.svg
// and then bring static/vendor/manifest.json up to date (version and hashes).
import { readFileSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;
const names = JSON.parse(readFileSync(join(here, "icons.json"), "utf8"));
const symbols = Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, name]) => {
  const svg = readFileSync(join(process.argv[2], "icons", `${name}.svg`), "utf8");
  const shapes = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return `<symbol id="i-${id}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, "").replaceAll(" />", "/>")}</symbol>`;
});
process.stdout.write(`<!-- lucide (https://lucide.dev), ISC licence: static/vendor/lucide/LICENSE -->
<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">
${symbols.join("\n")}
</svg>
`);
