// Builds wwwroot/dist from styles/, scripts/ and the font files: `npm ci && npm run build`.
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import opentype from "opentype.js";
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

for (const weight of weights) {
  const woff = await readFile(`${fonts}/be-vietnam-pro-latin-${weight}-normal.woff`);
  await writeFile(`${dist}/fonts/figures-${weight}.otf`, figures(woff, weight));
}

/** The font's figures, set to one width: it has none of its own that stand under one another in a column. */
function figures(woff, weight) {
  const source = opentype.parse(new Uint8Array(woff).buffer);
  const digits = [..."0123456789"].map((digit) => source.charToGlyph(digit));
  const width = Math.max(...digits.map((glyph) => glyph.advanceWidth));
  const glyphs = digits.map((glyph, digit) => {
    const path = glyph.path;
    const shift = Math.round((width - glyph.advanceWidth) / 2);
    for (const command of path.commands) {
      for (const x of ["x", "x1", "x2"]) {
        if (x in command) {
          command[x] += shift;
        }
      }
    }
    return new opentype.Glyph({ name: `figure${digit}`, unicode: 48 + digit, advanceWidth: width, path });
  });
  const none = new opentype.Glyph({ name: ".notdef", advanceWidth: width, path: new opentype.Path() });
  const font = new opentype.Font({
    familyName: "TinhSo Figures",
    styleName: weight === 400 ? "Regular" : "SemiBold",
    unitsPerEm: source.unitsPerEm,
    ascender: source.ascender,
    descender: source.descender,
    glyphs: [none, ...glyphs],
  });
  return Buffer.from(font.toArrayBuffer());
}

const { css } = compile("styles/app.scss", {
  loadPaths: ["."],
  quietDeps: true,
  silenceDeprecations: ["import"],
});
const target = ["chrome109", "firefox115", "safari15.6"];
const minified = await transform(css, { loader: "css", minify: true, target });
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
