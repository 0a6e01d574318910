/**
 * Every task by its folder under `tasks/`. Declarations and recipes are small and share nearly all of their code, so
 * they are one chunk. A task loads what is heavy (the runner's toolkit, undici, Octokit, the sandbox) when it needs it.
 */
import type { Task } from "../run/task.ts";
import { agentCertificate } from "./agent-certificate.ts";
import { create } from "./create.ts";
import { deleteCertificate } from "./delete.ts";
import { keyring } from "./keyring.ts";
import { register } from "./register.ts";
import { registrationCode } from "./registration-code.ts";
import { rotate } from "./rotate.ts";
import { sandbox } from "./sandbox.ts";
import { status } from "./status.ts";
import { upload } from "./upload.ts";
import { verificationCertificate } from "./verification-certificate.ts";
import { verify } from "./verify.ts";

export const TASKS = {
  register,
  create,
  upload,
  "registration-code": registrationCode,
  "verification-certificate": verificationCertificate,
  verify,
  status,
  delete: deleteCertificate,
  rotate,
  "agent-certificate": agentCertificate,
  keyring,
  sandbox,
} satisfies Record<string, Task>;

export type TaskName = keyof typeof TASKS;
