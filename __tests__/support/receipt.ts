import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { read } from "../docs/repository.ts";
import type { Result } from "./action.ts";

/** The schema that docs publish. */
export const SCHEMA = JSON.parse(read("docs/receipt.schema.json"));

const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
const validate = ajv.compile(SCHEMA);

/** @returns what the published schema has against a receipt; empty where it is valid */
export function violations(receipt: unknown): string[] {
  validate(receipt);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** @returns the receipt that a registration left */
export function receiptOf<T>({ outputs, log }: Result): T {
  if (!outputs["receipt-path"]) throw new Error(`there is no receipt: ${log}`);
  return JSON.parse(readFileSync(outputs["receipt-path"], "utf8"));
}
