// Writes what follows from the declarations: each folder in tasks/, the inputs and outputs of the reusable workflows, and the
// tables and headings of the pages in docs; and the module that knows the version.
// With --check it writes nothing and fails where a file differs.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ERROR_CODES } from "../src/messages/errors.ts";
import { TASKS } from "../src/tasks/all-tasks.ts";
import { PRODUCT_MODULE, productModule } from "./generate/product.mjs";
import { receiptTable } from "./generate/receipt.mjs";
import { inputSection, outputTable, SHARED, sharedTable, taskLinks } from "./generate/reference.mjs";
import { faultFieldTable, faultTable, quirkTable } from "./generate/sandbox.mjs";
import { actionYaml, mainScript, POST_SCRIPT } from "./generate/task-folder.mjs";
import { WORKFLOWS, workflowParts } from "./generate/workflows.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
let differs = false;

put(PRODUCT_MODULE, productModule());
const tasks = Object.values(TASKS);
for (const task of tasks) {
  put(`tasks/${task.name}/action.yml`, actionYaml(task));
  put(`tasks/${task.name}/main.js`, mainScript(task));
  if (task.privateDirectory) put(`tasks/${task.name}/post.js`, POST_SCRIPT);
  // The root's twin in its folder is for the reusable workflows: `$/` needs a path.
  if (task.name === "register") put("action.yml", actionYaml(task, true));
}
for (const task of WORKFLOWS) fillWorkflow(`.github/workflows/${task}.yml`, workflowParts(TASKS[task]));
fillPage("docs/reference.md", [
  ["tasks", taskLinks(tasks)],
  ...SHARED.map((group) => [`inputs:${group.name}`, sharedTable(group)]),
  ...tasks.flatMap((task) => [
    [`inputs:${task.name}`, inputSection(task)],
    [`outputs:${task.name}`, outputTable(task)],
  ]),
  ["receipt", receiptTable(root)],
]);
fillPage("docs/errors.md", [["errors", errorSections()]]);
fillPage("docs/rehearsal.md", [
  ["faults", faultTable()],
  ["fault-fields", faultFieldTable(root)],
  ["quirks", quirkTable(root)],
]);
process.exitCode = differs ? 1 : 0;

function errorSections() {
  return Object.entries(ERROR_CODES)
    .map(([code, { means, next }]) => `## ${code}\n\n**What happened.** ${means}\n\n**What to do.** ${next}`)
    .join("\n\n");
}

/** Fills the places of a page: what stands between `<!-- name -->` and `<!-- /name -->`. */
function fillPage(path, places) {
  fill(path, places, (name) => [`<!-- ${name} -->\n\n`, `\n\n<!-- /${name} -->`]);
}

/** Fills the places of a workflow: what stands between `# <name>` and `# </name>`, as far to the right as these. */
function fillWorkflow(path, places) {
  const indents = new Map(
    readFileSync(`${root}/${path}`, "utf8")
      .matchAll(/^( *)# <(\w+)>/gm)
      .map(([, indent, name]) => [name, indent]),
  );
  const indented = places.map(([name, yaml]) => [name, yaml.replaceAll(/^/gm, indents.get(name) ?? "")]);
  fill(path, indented, (name) => [
    `# <${name}> Written by \`npm run generate\` from the task's declaration.\n`,
    `\n${indents.get(name)}# </${name}>`,
  ]);
}

function fill(path, places, marksOf) {
  let text = readFileSync(`${root}/${path}`, "utf8");
  for (const [name, content] of places) {
    const [begin, end] = marksOf(name);
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from)
      throw new Error(`${path} has no place for ${name}. Add these lines to it:\n\n${begin}${end}\n`);
    text = `${text.slice(0, from + begin.length)}${content}${text.slice(to)}`;
  }
  put(path, text);
}

function put(path, content) {
  const file = `${root}/${path}`;
  let now;
  try {
    now = readFileSync(file, "utf8");
  } catch {
    now = undefined;
  }
  if (now === content) return;
  if (check) {
    console.error(`${path} differs from the declarations; run: npm run generate`);
    differs = true;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}
