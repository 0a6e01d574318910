// Writes what follows from the tasks' declarations: every action.yml, and the tables of the README.
// With --check it writes nothing and fails where a file differs.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { ERROR_CODES } from "../src/ca/errors.ts";
import { TASKS } from "../src/tasks/catalogue.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const HEADER = "# Written by `npm run generate` from the task's declaration in src/tasks.\n";
const BRANDING = { icon: "shield", color: "green" };

function fieldsOf(task) {
  return Object.values(task.inputs).flatMap(({ fields }) => Object.entries(fields));
}

function actionYaml(task, isRoot = false) {
  const at = (file) => (isRoot ? `tasks/register/${file}` : file);
  const inputs = Object.fromEntries(
    fieldsOf(task).map(([name, { description, required, default: value }]) => [
      name,
      { description, required: required === true, ...(value === undefined ? {} : { default: value }) },
    ]),
  );
  const outputs = Object.fromEntries(
    Object.entries(task.outputs).map(([name, description]) => [name, { description }]),
  );
  const hasPost = task.privateDirectory || task.name === "sandbox";
  const action = {
    name: isRoot ? "MindConnect CA" : `MindConnect CA: ${task.name}`,
    description: task.description,
    author: "mindconnect-ca-action",
    ...(isRoot ? { branding: BRANDING } : {}),
    inputs,
    outputs,
    runs: {
      using: "node24",
      main: at("main.js"),
      ...(hasPost ? { post: at("post.js"), "post-if": "always()" } : {}),
    },
  };
  return HEADER + stringify(action, { lineWidth: 0, defaultStringType: "PLAIN", defaultKeyType: "PLAIN" });
}

const cell = (text) => text.replaceAll("|", "\\|");

function inputTable(task) {
  const rows = fieldsOf(task).map(([name, { description, required, default: value }]) => {
    const shown = required === true ? "required" : value === undefined ? "–" : `\`${value}\``;
    return `| \`${name}\` | ${shown} | ${cell(description)} |`;
  });
  return ["| input | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function outputTable(task) {
  const rows = Object.entries(task.outputs).map(
    ([name, description]) => `| \`${name}\` | ${cell(description)} |`,
  );
  return ["| output | meaning |", "| --- | --- |", ...rows].join("\n");
}

function errorTable() {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, { means, next }]) => `| \`${code}\` | ${means} | ${next} |`,
  );
  return ["| code | what happened | next step |", "| --- | --- | --- |", ...rows].join("\n");
}

function fill(text, name, content) {
  const begin = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md has no place for ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}

let differs = false;
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
  } else writeFileSync(file, content);
}

const tasks = Object.values(TASKS);
let readme = readFileSync(`${root}/README.md`, "utf8");
for (const task of tasks) {
  put(`tasks/${task.name}/action.yml`, actionYaml(task));
  // The root's twin in its folder is for the reusable workflows: `$/` needs a path.
  if (task.name === "register") put("action.yml", actionYaml(task, true));
  readme = fill(readme, `inputs:${task.name}`, inputTable(task));
  readme = fill(readme, `outputs:${task.name}`, outputTable(task));
}
put("README.md", fill(readme, "errors", errorTable()));
process.exitCode = differs ? 1 : 0;
