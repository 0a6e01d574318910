// The tables of docs/reference.md: inputs that several tasks share once, then each task's own. And its list of the tasks.
import { TASKS } from "../../src/tasks/all-tasks.ts";
import { table } from "./table.mjs";

/** The groups that are described once; `link` is how a task's section names it. */
export const SHARED = [
  { name: "connection", link: "[connection](#connection)", fields: TASKS.status.inputs.connection.fields },
  // The task keyring has a place of its own.
  {
    name: "keyring-written",
    link: "[keyring](#keyring-inputs)",
    fields: TASKS.register.inputs.keyring.fields,
  },
  {
    name: "keyring-read",
    link: "[keyring, only read](#keyring-only-read)",
    fields: TASKS.status.inputs.keyring.fields,
  },
];

/** @returns a task's inputs as [name, field], in the order of its declaration */
export function fieldsOf(task) {
  return Object.values(task.inputs).flatMap(({ fields }) => Object.entries(fields));
}

/** @returns the names of all tasks in one sentence, each with a link to its section */
export function taskLinks(tasks) {
  const links = tasks.map(({ name }) => `[${name}](#${name})`);
  return `The tasks are ${links.slice(0, -1).join(", ")} and ${links.at(-1)}.`;
}

export function sharedTable({ fields }) {
  return inputTable(Object.entries(fields));
}

/** @returns which shared inputs a task takes, and the table of all others */
export function inputSection(task) {
  const all = fieldsOf(task);
  const taken = SHARED.filter(({ fields }) =>
    Object.entries(fields).every(([name, field]) =>
      all.some(([other, its]) => other === name && isSame(its, field)),
    ),
  );
  const own = all.filter(([name]) => !taken.some(({ fields }) => name in fields));
  const links = taken.map(({ link }) => link).join(", ");
  const shared = links === "" ? [] : [`Inputs that other tasks have too: ${links}.`];
  return [...shared, ...(own.length === 0 ? [] : [inputTable(own)])].join("\n\n");
}

export function outputTable(task) {
  return table(
    ["Output", "Meaning"],
    Object.entries(task.outputs).map(([name, description]) => [`\`${name}\``, description]),
  );
}

function isSame(field, other) {
  return (
    field.description === other.description &&
    field.default === other.default &&
    (field.required === true) === (other.required === true)
  );
}

function inputTable(fields) {
  return table(
    ["Input", "Default", "Meaning"],
    fields.map(([name, { description, required, default: value }]) => [
      `\`${name}\``,
      required === true ? "required" : value === undefined ? "–" : `\`${value}\``,
      description,
    ]),
  );
}
