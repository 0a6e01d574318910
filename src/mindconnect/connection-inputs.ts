// The inputs of a connection to the platform: environment, gateway, one way of authentication, and timeout.
import { EMPTY_SECRETS_HINT, maskable, oneLine, trueOrFalse } from "../action/input-parsers.ts";
import { field, group, type IsGiven, plainGroup, type Report, type Values } from "../action/inputs.ts";
import type { Connection } from "./connect.ts";
import {
  bearerToken,
  clientId,
  gatewayUrl,
  hostTenantName,
  regionName,
  secureUrl,
  tenantName,
  timeoutMinutes,
} from "./connection-parsers.ts";
import type { Credentials } from "./tokens.ts";

const WAYS =
  "token, or client-id and client-secret (with app-name and app-version for application credentials)";

/** The name of the environment: `$TENANT` of the vendor's page. */
const tenantField = field({
  description:
    "Tenant: the name of your Insights Hub environment, the first part of the address at which you log in. One DNS label, for example acme.",
  required: true,
  parse: tenantName,
});

/** The environment of a task that does not talk to the platform. */
export const environmentInputs = plainGroup({ tenant: tenantField });

/** The environment where it only names the files of the documented commands. */
export const optionalEnvironmentInputs = plainGroup({
  tenant: field({
    description:
      "Tenant: the name of your Insights Hub environment, one DNS label, for example acme. It names the CA's files in the documented commands. Defaults to ca.",
    parse: tenantName,
  }),
});

const fields = {
  tenant: tenantField,
  region: field({
    description:
      "Region of your environment: the part before .mindsphere.io in the address at which you log in. One DNS label in lower case. The gateway is https://gateway.{region}.mindsphere.io. Defaults to eu1.",
    default: "eu1",
    parse: regionName,
  }),
  "gateway-url": field({
    description:
      "Gateway of a private cloud or of the sandbox, instead of the region's. An https URL without a path, for example https://gateway.example.com. http is accepted only on loopback.",
    parse: gatewayUrl,
  }),
  token: field({
    description:
      "Bearer token of Insights Hub that you fetched yourself, instead of client-id and client-secret. It is valid for 30 minutes.",
    secret: true,
    parse: bearerToken,
  }),
  "client-id": field({
    description:
      "Client id of service or application credentials, or the name of a technical user. The task fetches its tokens with it. Needs client-secret.",
    parse: clientId,
  }),
  "client-secret": field({
    description: "Client secret of client-id. For a technical user it is the password.",
    secret: true,
    parse: (text: string) => maskable(oneLine(text)),
  }),
  "token-url": field({
    description:
      "Token endpoint for client-id and client-secret, an https URL. Defaults to https://{tenant}.piam.{region}.mindsphere.io/oauth/token. Required with gateway-url. Not used with app-name.",
    parse: secureUrl,
  }),
  "app-name": field({
    description:
      "Name of the application, for application credentials. Needs app-version, client-id and client-secret.",
    parse: oneLine,
  }),
  "app-version": field({
    description:
      "Version of the application, for application credentials. Needs app-name, client-id and client-secret.",
    parse: oneLine,
  }),
  "host-tenant": field({
    description:
      "Tenant that hosts the application, one DNS label. Defaults to tenant. Needs app-name and app-version.",
    parse: hostTenantName,
  }),
  "timeout-minutes": field({
    description:
      "Longest time for all requests to the platform in minutes, including waits for rate limits. A number above 0, at most 360. Defaults to 10.",
    default: "10",
    parse: timeoutMinutes,
  }),
};

type ConnectionValues = Partial<Values<typeof fields>>;

/** Connection and authentication: every task that talks to the platform has these inputs. */
export const connectionInputs = group(fields, (values, report, given): Connection | undefined => {
  const authentication = authenticate(values, report, given);
  const { tenant, region, "timeout-minutes": timeout } = values;
  if (tenant === undefined || region === undefined || timeout === undefined) return undefined;
  // A gateway-url that was refused must not be replaced by the gateway of the region.
  if (values["gateway-url"] === undefined && given("gateway-url")) return undefined;
  if (authentication === undefined) return undefined;
  return {
    tenant,
    gateway: gatewayOf(values),
    gatewayFrom: gatewayFrom(values),
    authentication,
    timeout: timeout * 60_000,
  };
});

/** The name and the region of an environment. */
export interface Environment {
  readonly tenant: string;
  readonly region: string;
  readonly gateway: URL;
}

/** The environment, and the connection to it unless `offline` is true. */
export interface OptionalConnection {
  /** Checked also where nothing is sent. */
  readonly environment: Environment;
  /** Undefined with `offline: true`. */
  readonly connection: Connection | undefined;
}

/** Connection and authentication of a task that can do without the platform. */
export const optionalConnectionInputs = group(
  {
    ...fields,
    offline: field({
      description:
        "Set to true to issue without asking the platform whether the CA is usable. The task then needs no authentication. Defaults to false.",
      default: "false",
      parse: trueOrFalse,
    }),
  },
  (values, report, given, text): OptionalConnection | undefined => {
    const { tenant, region, offline } = values;
    const connection = offline === true ? undefined : connectionInputs.resolve(values, report, given, text);
    if (tenant === undefined || region === undefined || offline === undefined) return undefined;
    if (!offline && connection === undefined) return undefined;
    return { environment: { tenant, region, gateway: gatewayOf(values) }, connection };
  },
);

function gatewayOf(values: ConnectionValues): URL {
  return values["gateway-url"] ?? new URL(`https://gateway.${values.region}.mindsphere.io`);
}

const AT_LOGIN = "against the address where you log in to Insights Hub";

/** @returns the inputs that the gateway comes from, for the next step of an error: `Check …` */
function gatewayFrom(values: ConnectionValues): string {
  const url = values["gateway-url"];
  return url === undefined
    ? `region, which is ${values.region} here, ${AT_LOGIN}`
    : `gateway-url, which is ${url.origin} here`;
}

/** @returns the inputs that the token endpoint comes from, for the next step of an error: `Check …` */
function tokenUrlFrom(values: ConnectionValues, application: boolean): string {
  if (application) return gatewayFrom(values);
  const url = values["token-url"];
  return url === undefined
    ? `tenant and region, which are ${values.tenant} and ${values.region} here, ${AT_LOGIN}`
    : `token-url, which is ${url.href} here`;
}

/** Exactly one way of authentication; two or none is an error that names the ways. */
function authenticate(
  values: ConnectionValues,
  report: Report,
  given: IsGiven,
): Connection["authentication"] | undefined {
  const application = given("app-name") || given("app-version");
  const credentials = application || given("client-id") || given("client-secret");
  if (given("host-tenant") && !application)
    report("host-tenant", "is given without app-name and app-version. Give them too, or remove host-tenant");
  if (given("token-url") && given("token") && !credentials)
    report(
      "token-url",
      "is given without client-id and client-secret. Remove token-url: the task fetches no token if token is given",
    );
  if (given("token") === credentials) {
    const found = credentials
      ? "is given together with client credentials"
      : "is missing, and so are client-id and client-secret";
    const why = credentials ? undefined : EMPTY_SECRETS_HINT;
    report("token", `${found}. Give exactly one way of authentication: ${WAYS}`, undefined, why);
    return undefined;
  }
  if (credentials) return readCredentials(values, report, given, application);
  return values.token === undefined ? undefined : { token: values.token };
}

function readCredentials(
  values: ConnectionValues,
  report: Report,
  given: IsGiven,
  application: boolean,
): Credentials | undefined {
  const missing = ["client-id", "client-secret"].filter((name) => !given(name));
  for (const name of missing)
    report(name, "is missing. The other credentials given need it", undefined, EMPTY_SECRETS_HINT);
  const tokenUrl = application ? tokenManager(values, report, given) : tokenEndpoint(values, report, given);
  const { tenant, "client-id": clientId, "client-secret": clientSecret } = values;
  if (clientId === undefined || clientSecret === undefined || tokenUrl === undefined) return undefined;
  const client = { clientId, clientSecret, tokenUrl, tokenUrlFrom: tokenUrlFrom(values, application) };
  if (!application) return client;
  const { "app-name": appName, "app-version": appVersion, "host-tenant": hostTenant = tenant } = values;
  if (appName === undefined || appVersion === undefined || tenant === undefined || hostTenant === undefined)
    return undefined;
  return { ...client, application: { appName, appVersion, hostTenant, userTenant: tenant } };
}

function tokenManager(values: ConnectionValues, report: Report, given: IsGiven): URL {
  for (const name of ["app-name", "app-version"]) {
    if (!given(name))
      report(
        name,
        "is missing. Application credentials need app-name and app-version, for example myapp and v1.0.0",
      );
  }
  if (given("token-url")) {
    report(
      "token-url",
      "is given together with app-name or app-version. Remove token-url: application credentials use the gateway's token manager",
    );
  }
  return new URL("/api/technicaltokenmanager/v3/oauth/token", gatewayOf(values));
}

function tokenEndpoint(values: ConnectionValues, report: Report, given: IsGiven): URL | undefined {
  if (given("token-url")) return values["token-url"];
  if (given("gateway-url")) {
    report(
      "token-url",
      "is missing. With gateway-url, client-secret is sent only to a token endpoint that you name, for example https://login.example.com/oauth/token",
    );
    return undefined;
  }
  const { tenant, region } = values;
  if (tenant === undefined || region === undefined) return undefined;
  return new URL(`https://${tenant}.piam.${region}.mindsphere.io/oauth/token`);
}
