// The state of the double of the platform, and what its handlers have in common.
import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { IssuedTokens } from "./issued-tokens.ts";
import { type LimitsName, RateLimiter } from "./limits.ts";
import { DEFAULT_QUIRKS, type Quirks } from "./quirks.ts";
import { type Reply, refuse } from "./responses.ts";
import {
  newId,
  type SeedOptions,
  SLOTS,
  type StoredCertificate,
  storedCertificate,
} from "./stored-certificates.ts";

/** The state of one sandbox: all that handlers work on. */
export interface Platform {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly quirks: Quirks;
  readonly certificates: StoredCertificate[];
  readonly tokens: IssuedTokens;
  readonly limiter: RateLimiter;
  readonly clientId: string;
  readonly clientSecret: string;
  /** `expires_in` of tokens from the token endpoints. */
  readonly tokenLifetimeSeconds: number;
}

/** How a platform is set up. */
export interface PlatformOptions {
  /** For both token endpoints. Default random. */
  readonly clientId?: string | undefined;
  /** For both token endpoints. Default random. */
  readonly clientSecret?: string | undefined;
  /** Seconds that issued tokens last. Default 1800, as documented. */
  readonly tokenLifetimeSeconds?: number;
  /** Default documented. */
  readonly limits?: LimitsName | undefined;
  /** Milliseconds since the epoch: Date header, expirations, tokens, codes, limits. Default Date.now. */
  readonly clock?: () => number;
  readonly quirks?: Partial<Quirks> | undefined;
}

/** @returns a platform with empty slots */
export function createPlatform(options: PlatformOptions): Platform {
  const clock = options.clock ?? Date.now;
  const clientId = options.clientId ?? `sandbox-${randomBytes(4).toString("hex")}`;
  return {
    clock,
    quirks: { ...DEFAULT_QUIRKS, ...options.quirks },
    certificates: [],
    tokens: new IssuedTokens(clock, clientId),
    limiter: new RateLimiter(options.limits ?? "documented", clock),
    clientId,
    clientSecret: options.clientSecret ?? randomBytes(24).toString("hex"),
    tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 1800,
  };
}

/**
 * Puts a certificate into a slot without any check of what it is.
 * @throws Error when both slots are taken or the PEM cannot be read
 */
export function seed(platform: Platform, pem: string, options: SeedOptions = {}): StoredCertificate {
  const { certificates, quirks } = platform;
  if (certificates.length >= SLOTS) throw new Error(`The sandbox has ${SLOTS} slots, and both are taken.`);
  const stored = storedCertificate(pem, options.name, options.id ?? newId(quirks.idForm, certificates));
  stored.isVerified = options.verified ?? false;
  certificates.push(stored);
  return stored;
}

/** A request as handlers see it. */
export interface PlatformRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The certificate's id from the path, decoded; empty where the path has none. */
  readonly id: string;
}

/** Carries a request out. Throws a Refusal when it does not. */
export type Handler = (platform: Platform, request: PlatformRequest) => Reply;

/**
 * Reads the named string fields of a JSON object; other fields are ignored.
 * @param request its Content-Type must be application/json
 * @param names the fields, each of which must be a string that is not blank
 * @throws Refusal 415 or 400 that names what is wrong
 */
export function readJsonFields<Name extends string>(
  request: PlatformRequest,
  names: readonly Name[],
): Record<Name, string> {
  if (mediaType(request.headers) !== "application/json") {
    throw refuse(415, "invalidParameter", "The Content-Type must be application/json.");
  }
  const body = parseObject(request.body);
  const fields = names.map((name) => {
    const value = body[name];
    if (typeof value !== "string" || value.trim() === "") {
      throw refuse(400, "invalidParameter", `The field ${name} must be a string that is not empty.`);
    }
    return [name, value];
  });
  return Object.fromEntries(fields);
}

/** The media type of a request, in lower case and without parameters; empty without the header. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse(400, "invalidParameter", "The body is not valid JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(400, "invalidParameter", "The body is not a JSON object.");
  }
  return value as Record<string, unknown>;
}
