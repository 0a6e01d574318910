// The names that become labels of host names: tenants and regions.
import { quoted } from "../messages/printable.ts";

/** One DNS label (RFC 1123). */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const TENANT_IN_ADDRESS = /^(?:https?:\/\/)?(?!gateway\.)([a-z0-9-]+)\.[a-z0-9-]+\.mindsphere\.io(?:[:/]|$)/i;
const REGION_IN_ADDRESS = /(?:^|[./])([a-z0-9-]+)\.mindsphere\.io(?:[:/]|$)/i;

/** A tenant: it becomes part of a host name and of file names. */
export function hostTenantName(text: string): string {
  if (LABEL.test(text.toLowerCase())) return text;
  const [, meant] = TENANT_IN_ADDRESS.exec(text) ?? [];
  throw new Error(
    `${quoted(text)} is not a tenant. A tenant is one DNS label: letters, digits and inner hyphens, at most 63 characters, for example acme${probably(meant)}`,
  );
}

/** The name of an environment: it can name the CA's files beside those of the verification certificate. */
export function tenantName(text: string): string {
  if (/^verificationcert$/i.test(text)) {
    throw new Error(
      `${quoted(text)} is the name of the verification certificate's files in the documented commands. Give the tenant of your environment, for example acme`,
    );
  }
  return hostTenantName(text);
}

/** A region: one label of the host names that the platform has there. */
export function regionName(text: string): string {
  if (LABEL.test(text)) return text;
  const [, inAddress] = REGION_IN_ADDRESS.exec(text) ?? [];
  const meant = [inAddress, text]
    .map((label) => label?.toLowerCase())
    .find((label) => LABEL.test(label ?? ""));
  const elsewhere =
    meant === undefined && /[./]/.test(text)
      ? ". For a cloud with its own domain, set gateway-url instead"
      : "";
  throw new Error(
    `${quoted(text)} is not a region. A region is one DNS label in lower case, for example eu1${probably(meant)}${elsewhere}`,
  );
}

function probably(meant: string | undefined): string {
  return meant === undefined ? "" : `. Here it is probably ${meant.toLowerCase()}`;
}
