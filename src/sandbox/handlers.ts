// The handlers of the calls: what the platform does with a request that it has let in.
import { randomBytes, X509Certificate } from "node:crypto";
import type { RegistrationCode, UploadRequest, VerifyRequest } from "../mindconnect/vendor-types.ts";
import { checkCa, checkProof, readCertificate } from "./certificate-checks.ts";
import { renderList, renderRead, renderUploaded, renderVerified } from "./certificate-rendering.ts";
import { type Handler, mediaType, type Platform, type PlatformRequest, readJsonFields } from "./platform.ts";
import { emptyReply, jsonReply, Refusal, type Reply, refuse } from "./responses.ts";
import {
  type IssuedCode,
  newId,
  SLOTS,
  type StoredCertificate,
  storedCertificate,
} from "./stored-certificates.ts";

/** `POST /caCertificates`: puts a CA certificate into a free slot, unverified. */
export const upload: Handler = (platform, request) => {
  const { quirks, certificates } = platform;
  const body: UploadRequest = readJsonFields(request, ["name", "caCertificate"]);
  const certificate = readCertificate(body.caCertificate, "caCertificate");
  checkCa(certificate, platform.clock());
  refuseDuplicate(platform, certificate);
  if (certificates.length >= SLOTS) {
    const { status, code } = quirks.thirdUpload;
    throw new Refusal(status, code, `Only ${SLOTS} CA certificates are allowed per environment.`);
  }
  const stored = storedCertificate(body.caCertificate, body.name, newId(quirks.idForm, certificates));
  certificates.push(stored);
  return jsonReply(quirks.uploadStatus, renderUploaded(stored, quirks));
};

/** `GET /caCertificates`: all slots. */
export const list: Handler = ({ certificates, quirks }) => jsonReply(200, renderList(certificates, quirks));

/** `GET /caCertificates/{id}`: one of them. */
export const get: Handler = (platform, request) =>
  jsonReply(200, renderRead(find(platform, request), platform.quirks));

/** `DELETE /caCertificates/{id}`: frees its slot. */
export const remove: Handler = (platform, request) => {
  const stored = find(platform, request);
  platform.certificates.splice(platform.certificates.indexOf(stored), 1);
  return emptyReply(platform.quirks.deleteStatus);
};

/** `GET /caCertificates/{id}/registrationCode`: the code in force, made if there is none. */
export const registrationCode: Handler = (platform, request) => {
  const stored = find(platform, request);
  const inForce = platform.quirks.codeChangesEachTime ? undefined : codeInForce(platform, stored);
  stored.code = inForce ?? { value: randomBytes(32).toString("hex"), issuedAt: platform.clock() };
  const reply: RegistrationCode = { registrationCode: stored.code.value };
  return jsonReply(200, reply);
};

/** `POST /caCertificates/{id}/verify`: checks the proof of possession and marks the certificate as verified. */
export const verify: Handler = (platform, request) => {
  const stored = find(platform, request);
  if (stored.isVerified && platform.quirks.verifyAgain === "refused") {
    throw refuse(409, "conflict", "This CA certificate is already verified.");
  }
  const body: VerifyRequest = readJsonFields(request, ["verificationCertificate"]);
  const proof = readCertificate(body.verificationCertificate, "verificationCertificate");
  const code = codeInForce(platform, stored)?.value;
  checkProof(proof, new X509Certificate(stored.pem), code, platform.clock());
  stored.isVerified = true;
  return jsonReply(200, renderVerified(stored, platform.quirks));
};

function find(platform: Platform, request: PlatformRequest): StoredCertificate {
  const stored = platform.certificates.find(({ id }) => id === request.id);
  if (!stored) throw refuse(404, "noMatch", "No CA certificate has this id.");
  return stored;
}

function refuseDuplicate({ quirks, certificates }: Platform, certificate: X509Certificate): void {
  const isThere = certificates.some(
    ({ pem }) => new X509Certificate(pem).fingerprint256 === certificate.fingerprint256,
  );
  if (isThere && quirks.duplicateUpload === "refused") {
    throw refuse(409, "conflict", "This CA certificate is already registered.");
  }
}

function codeInForce(platform: Platform, stored: StoredCertificate): IssuedCode | undefined {
  const { code } = stored;
  const lifetime = platform.quirks.codeLifetimeSeconds * 1000;
  return code && platform.clock() - code.issuedAt < lifetime ? code : undefined;
}

/**
 * `POST /oauth/token`: the client-credentials grant with HTTP Basic (RFC 6749 §4.4; errors and their wording as in
 * FACTS §2). Client id and secret are compared as they stand between the blank-free ends of the Basic credentials.
 */
export const token: Handler = (platform, { headers, body }) => {
  if (!areCredentials(platform, headers.authorization)) {
    return oauthError(401, "unauthorized", "Bad credentials");
  }
  if (mediaType(headers) !== "application/x-www-form-urlencoded") {
    return oauthError(400, "invalid_request", "The body must be form-encoded");
  }
  if (new URLSearchParams(body).get("grant_type") !== "client_credentials") {
    return oauthError(400, "unsupported_grant_type", "Only client_credentials is supported");
  }
  return issue(platform);
};

/** `POST /api/technicaltokenmanager/v3/oauth/token`: application credentials through the gateway (FACTS §2). */
export const technicalToken: Handler = (platform, request) => {
  const key = request.headers["x-space-auth-key"];
  if (!areCredentials(platform, typeof key === "string" ? key : undefined)) {
    throw refuse(401, "unauthorized", "The X-SPACE-AUTH-KEY is not valid.");
  }
  readJsonFields(request, ["appName", "appVersion", "hostTenant", "userTenant"]);
  return issue(platform);
};

/** Whether a header value is `Basic` with the base64 of the sandbox's `id:secret` (RFC 7617). */
function areCredentials(platform: Platform, header: string | undefined): boolean {
  const encoded = /^Basic (\S+)$/i.exec(header ?? "")?.[1] ?? "";
  return Buffer.from(encoded, "base64").toString() === `${platform.clientId}:${platform.clientSecret}`;
}

function issue(platform: Platform): Reply {
  const lifetime = platform.tokenLifetimeSeconds;
  return jsonReply(
    200,
    {
      access_token: platform.tokens.issue(lifetime),
      token_type: "bearer",
      expires_in: lifetime,
      scope: "sandbox.mindconnectmqtt",
    },
    { "Cache-Control": "no-store" },
  );
}

function oauthError(status: number, error: string, description: string): Reply {
  return jsonReply(status, { error, error_description: description });
}
