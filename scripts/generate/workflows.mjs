// The generated parts of the reusable workflows in .github/workflows: inputs, secrets and outputs, and what of them goes to
// the task. What a workflow does with the keyring is written by hand beside them.
import { stringify } from "yaml";
import { fieldsOf } from "./reference.mjs";

/** The tasks that a schedule or a click starts, each with what its form cannot have: GitHub allows 25 inputs there. */
const ONLY_FOR_CALLERS = {
  register: ["app-name", "app-version", "host-tenant", "keyring-backup-certificate"],
  rotate: ["app-name", "app-version", "host-tenant", "certificate-id", "keyring-backup-certificate"],
  status: [],
  delete: [],
  keyring: [],
};
export const WORKFLOWS = Object.keys(ONLY_FOR_CALLERS);

const text = (description) => ({ description, type: "string" });

/** Inputs of the workflows that no task has: the first ones and the last one. */
const JOB_INPUTS = {
  environment: text("GitHub environment that holds the tenant's secrets, the keyring's secret too."),
  "runs-on": { ...text("Label of the runner, or a JSON array of labels."), default: "ubuntu-latest" },
};
/** Of a task that takes no tenant: the workflow needs it for the tenant's concurrency group. */
const TENANT_INPUT = {
  tenant: {
    description:
      "Tenant whose workflows use this keyring. No other workflow of this tenant runs at the same time.",
    required: true,
    type: "string",
  },
};
const APP_INPUTS = {
  "github-app-client-id": text("Client id of a GitHub App that may write the keyring's secret."),
};

/** What is said otherwise of a task's input, because it is one of a workflow. */
const SAID_OTHERWISE = {
  "timeout-minutes": {
    description:
      "Longest time for all requests to the platform in minutes, at most 50. The job stops after 60.",
  },
  // The workflow reads one secret by its name; the task would not know which.
  "keyring-secret": {
    description:
      "Name of the secret that keeps the keyring. The caller passes its value as MINDCONNECT_CA_KEYRING.",
    default: "MINDCONNECT_CA_KEYRING",
  },
};

/** Inputs of which the form shows the few values. */
const CHOICES = {
  "key-bits": ["2048", "3072", "4096"],
  retire: ["after-overlap", "now", "never"],
  "retired-keys": ["keep", "drop"],
};

/** Inputs of the tasks that come from secrets: the secret's name and description. */
const SECRETS = {
  "client-id": [
    "MINDCONNECT_CLIENT_ID",
    "Client id of service or application credentials, or the name of a technical user.",
  ],
  "client-secret": [
    "MINDCONNECT_CLIENT_SECRET",
    "Client secret of MINDCONNECT_CLIENT_ID. For a technical user it is the password.",
  ],
  token: [
    "MINDCONNECT_TOKEN",
    "Bearer token of Insights Hub instead of the two secrets above. It is valid for 30 minutes.",
  ],
  keyring: [
    "MINDCONNECT_CA_KEYRING",
    "Text of the keyring. It does not exist before the first registration.",
  ],
  "keyring-passphrase": [
    "MINDCONNECT_KEYRING_PASSPHRASE",
    "Passphrases of the private keys in the keyring, one a line. The first one encrypts.",
  ],
  "github-token": [
    "MINDCONNECT_GITHUB_TOKEN",
    "GitHub token that may write the keyring's secret, if you use no GitHub App.",
  ],
};
const APP_SECRETS = {
  MINDCONNECT_GITHUB_APP_PRIVATE_KEY: {
    description: "Private key of the GitHub App that github-app-client-id names.",
  },
};

/** Inputs that make no sense in a job of one step, or are for a CA of one's own. */
const LEFT_OUT = [
  "keyring-ephemeral",
  "ca-certificate",
  "ca-private-key",
  "ca-private-key-passphrase",
  "directory",
];
/** Inputs by which the keyring is written: status only reads it. */
const WRITING = ["keyring-secret", "keyring-environment", "keyring-import", "github-token"];
/** Inputs that the hand-written end of a workflow's `with` gives to the task. */
const BY_HAND = [...WRITING, "keyring", "keyring-file", "keyring-passphrase"];
/** Outputs that are paths vanish with the job. */
const PATHS = ["certificate-path", "receipt-path", "keyring-backup-path"];

/** @returns the parts of a task's workflow as [name, YAML], each for the place between `# <name>` and `# </name>` */
export function workflowParts(task) {
  const writes = task.name !== "status";
  const fields = fieldsOf(task).filter(
    ([name]) => !LEFT_OUT.includes(name) && (writes || !WRITING.includes(name)),
  );
  const isOpen = ([name]) => !(name in SECRETS) && name !== "keyring-environment";
  const inputs = {
    ...JOB_INPUTS,
    ...(fields.some(([name]) => name === "tenant") ? {} : TENANT_INPUT),
    ...Object.fromEntries(fields.filter(isOpen).map(([name, field]) => [name, workflowInput(name, field)])),
    ...(writes ? APP_INPUTS : {}),
  };
  const secrets = Object.entries(SECRETS)
    .filter(([input]) => fields.some(([name]) => name === input))
    .map(([, [name, description]]) => [name, { description }]);
  const outputs = Object.entries(task.outputs).filter(([name]) => !PATHS.includes(name));
  const triggers = {
    workflow_call: {
      inputs,
      secrets: { ...Object.fromEntries(secrets), ...(writes ? APP_SECRETS : {}) },
      outputs: mapped(outputs, ([name, description]) => ({
        description,
        value: `\${{ jobs.${task.name}.outputs.${name} }}`,
      })),
    },
    workflow_dispatch: { inputs: formInputs(inputs, ONLY_FOR_CALLERS[task.name]) },
  };
  const given = fields.filter(([name]) => !BY_HAND.includes(name));
  return [
    ["on", yaml({ on: triggers })],
    ["outputs", yaml({ outputs: mapped(outputs, ([name]) => `\${{ steps.ca.outputs.${name} }}`) })],
    ["with", yaml(mapped(given, ([name]) => `\${{ ${sourceOf(name)} }}`))],
  ];
}

function workflowInput(name, { description, required, default: value }) {
  const isBoolean = value === "true" || value === "false";
  return {
    description,
    ...(required === true ? { required } : {}),
    type: isBoolean ? "boolean" : "string",
    ...(value === undefined ? {} : { default: isBoolean ? value === "true" : value }),
    ...SAID_OTHERWISE[name],
  };
}

/** @returns the inputs of the form; one that names a secret is only for callers, who pass that secret */
function formInputs(inputs, onlyForCallers) {
  const shown = Object.entries(inputs).filter(
    ([name]) => name !== "keyring-secret" && !onlyForCallers.includes(name),
  );
  return mapped(shown, ([name, input]) => {
    if (name === "environment") return { ...input, type: "environment" };
    return name in CHOICES ? { ...input, type: "choice", options: CHOICES[name] } : input;
  });
}

function sourceOf(name) {
  return name in SECRETS ? `secrets.${SECRETS[name][0]}` : `inputs.${name}`;
}

function mapped(entries, make) {
  return Object.fromEntries(entries.map((entry) => [entry[0], make(entry)]));
}

function yaml(value) {
  const options = {
    lineWidth: 0,
    defaultStringType: "PLAIN",
    defaultKeyType: "PLAIN",
    aliasDuplicateObjects: false,
  };
  return stringify(value, options).trimEnd();
}
