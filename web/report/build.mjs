// node build.mjs NODE_MODULES OUTPUT: src/ and its packages as one HTML file that asks for no other.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, output] = process.argv.slice(2).map((path) => resolve(path));
const source = join(dirname(fileURLToPath(import.meta.url)), "src");
const esbuild = createRequire(join(modules, "index.js"))("esbuild");

async function bundle(entry) {
  const result = await esbuild.build({
    entryPoints: [join(source, entry)],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "ascii",
    legalComments: "eof",
    nodePaths: [modules],
    write: false,
  });
  return result.outputFiles[0].text;
}

// What stands in a script element must not end it.
const script = (await bundle("main.js")).replaceAll("</script", "<\\/script");
// Licences ask to be where the code is.
const licences = readFileSync(join(source, "..", "..", "..", "NOTICE"), "utf8");
const page = readFileSync(join(source, "index.html"), "utf8")
  .replace("<!--licences-->", () => `<!--\n${licences}-->`)
  .replace("<!--script-->", () => `<script>${script}</script>`);
const style = await bundle("style.css");
writeFileSync(output, page.replace("</head>", () => `<style>${style}</style>\n</head>`));
