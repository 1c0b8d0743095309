// Builds wwwroot/dist from styles/, scripts/ and the font files: `npm ci && npm run build`.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { compile } from "sass";

const dist = "wwwroot/dist";
const fonts = "node_modules/@fontsource/be-vietnam-pro/files";
const subsets = ["latin", "latin-ext", "vietnamese"];
const weights = [400, 600];

await rm(dist, { recursive: true, force: true });
await mkdir(`${dist}/fonts`, { recursive: true });

for (const subset of subsets) {
  for (const weight of weights) {
    const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
    await copyFile(`${fonts}/${name}`, `${dist}/fonts/${name}`);
  }
}

const { css } = compile("styles/app.scss", {
  loadPaths: ["."],
  quietDeps: true,
  silenceDeprecations: ["import"],
});
const minified = await transform(css, { loader: "css", minify: true, target: ["chrome109", "firefox115", "safari15.6"] });
await writeFile(`${dist}/app.css`, minified.code);

await build({
  entryPoints: ["scripts/app.js"],
  outfile: `${dist}/app.js`,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
});
