// The files of a task's folder: action.yml, and the scripts that the runner starts.
import { stringify } from "yaml";
import { fieldsOf } from "./reference.mjs";

const HEADER = "# Written by `npm run generate` from the task's declaration in src/tasks.\n";
const AUTHOR = "mindconnect-ca-action contributors";
const BRANDING = { icon: "shield", color: "green" };

/**
 * Writes an action.yml.
 * @param task one of src/tasks/all-tasks.ts
 * @param isRoot whether it is the one at the root, whose scripts lie in tasks/register
 */
export function actionYaml(task, isRoot = false) {
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
    author: AUTHOR,
    branding: BRANDING,
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

/** @returns the text of a task's main.js */
export function mainScript({ name }) {
  return `import { run } from "../../dist/index.js";\n\nawait run("${name}");\n`;
}

/** The post.js of a task with a private directory. The one of tasks/sandbox is another one, written by hand. */
export const POST_SCRIPT = 'import { cleanUp } from "../../dist/index.js";\n\nawait cleanUp();\n';
