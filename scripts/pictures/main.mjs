// Makes the pictures of docs/images: what users see on the page of a run, in a real browser, light and dark.
// `npm run pictures -- --out DIR` makes them elsewhere. CHROMIUM names the browser; Debian's place is the default.
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { marked } from "marked";
import { chromium } from "playwright-core";
import { playScenes } from "./scenes.mjs";

const { resolve } = createRequire(import.meta.url);
const IMAGES = fileURLToPath(new URL("../../docs/images", import.meta.url));
const WIDTH = 1080;
const LAYOUT = `
  :root { color-scheme: light dark }
  body { margin: 0 }
  main { padding: 24px }
  main section { border: 1px solid var(--borderColor-default, #8884); border-radius: 6px; padding: 16px 24px; margin-bottom: 16px }
  main section:last-child { margin-bottom: 0 }
  main h4 { margin: 0 0 12px }
  main td { overflow-wrap: anywhere }
  main td:first-child { overflow-wrap: normal }
  .note { display: grid; grid-template-columns: 24px 1fr; margin: 8px 0; white-space: pre-line; font-size: 14px }
  .error > i { color: light-dark(#d1242f, #f85149) }
  .warning > i { color: light-dark(#9a6700, #d29922) }
  .notice > i { color: light-dark(#0969da, #4493f8) }
  .note > i { font-style: normal; font-weight: 600 }
`;
const SIGNS = { error: "✕", warning: "!", notice: "i" };

const { values } = parseArgs({ options: { out: { type: "string", default: IMAGES } } });
await mkdir(values.out, { recursive: true });
const scenes = await playScenes();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Nothing is loaded but local files, and CI runs as root, where Chromium's own sandbox does not work.
  args: ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const scene of scenes)
    for (const colorScheme of ["light", "dark"]) {
      const path = join(values.out, `${scene.name}-${colorScheme}.png`);
      await draw(scene, colorScheme, path);
      console.log(`${path}: ${scene.title}`);
    }
} finally {
  await browser.close();
}

/** Renders one scene as GitHub's page of a run does: annotations first, then a summary for each job. */
async function draw({ runs }, colorScheme, path) {
  const page = await browser.newPage({
    colorScheme,
    viewport: { width: WIDTH, height: 600 },
    deviceScaleFactor: 1.5,
  });
  try {
    await page.setContent(pageOf(runs, colorScheme));
    await page.addScriptTag({ path: join(resolve("mermaid/package.json"), "../dist/mermaid.min.js") });
    await page.evaluate(
      async (theme) => {
        globalThis.mermaid.initialize({ startOnLoad: false, theme });
        await globalThis.mermaid.run({ querySelector: ".mermaid" });
      },
      colorScheme === "dark" ? "dark" : "default",
    );
    await page.locator("main").screenshot({ path });
  } finally {
    await page.close();
  }
}

function pageOf(runs, colorScheme) {
  const styles = readFileSync(resolve(`github-markdown-css/github-markdown-${colorScheme}.css`), "utf8");
  const jobs = runs.map(
    ({ job, result }) => `<section><h4>${job} summary</h4>${summaryOf(result)}</section>`,
  );
  const annotations = runs.flatMap(({ result }) => [
    ...result.errors.map((note) => annotation("error", note)),
    ...result.warnings.map((note) => annotation("warning", note)),
    ...result.notices.map((note) => annotation("notice", note)),
  ]);
  return `<!doctype html><meta charset="utf-8"><style>${styles}${LAYOUT}</style>
    <main class="markdown-body"><section><h4>Annotations</h4>${annotations.join("")}</section>${jobs.join("")}</main>`;
}

function annotation(kind, { title, message }) {
  return `<div class="note ${kind}"><i>${SIGNS[kind]}</i><div><b>${escapeHtml(title)}</b>\n${escapeHtml(message)}</div></div>`;
}

/** GitHub draws a Mermaid block where it stands. */
function summaryOf({ summary }) {
  const renderer = new marked.Renderer();
  const code = renderer.code.bind(renderer);
  renderer.code = (token) =>
    token.lang === "mermaid" ? `<pre class="mermaid">${escapeHtml(token.text)}</pre>` : code(token);
  return marked.parse(summary, { gfm: true, renderer });
}

function escapeHtml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
