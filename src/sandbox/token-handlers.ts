// The handlers of both token endpoints.
import { type Handler, mediaType, type Platform, readJsonFields } from "./platform.ts";
import { jsonReply, type Reply, refuse } from "./responses.ts";

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
