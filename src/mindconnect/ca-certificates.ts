// The calls of the MindConnect MQTT API about CA certificates, as methods.
import { type Certificate, shortFingerprint } from "../ca/certificate.ts";
import { endsTogether, type ListedSlot, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { ActionError } from "../messages/errors.ts";
import {
  blameCertificate,
  mayBeVerified,
  notAccepted,
  notFound,
  otherExpiration,
  requireSameId,
  slotsTaken,
} from "./ca-certificate-errors.ts";
import type { Call, PlatformClient } from "./platform-client.ts";
import { ENDPOINTS, type Endpoint } from "./rate-limits.ts";
import { readCaCertificate, readCaCertificates, readRegistrationCode } from "./replies.ts";
import type { TokenSource } from "./tokens.ts";
import type { UploadRequest, VerifyRequest } from "./vendor-types.ts";

/** Base path of the MindConnect MQTT API v3. */
const BASE_PATH = "/api/mindconnectmqtt/v3/caCertificates";

/** The five calls of the documented procedure, and DELETE. A registration makes each of the five once. */
export class CaCertificates {
  readonly #client: PlatformClient;
  readonly #origin: string;
  readonly #tokens: TokenSource;
  readonly #hostFrom: string | undefined;
  #changed = false;
  /** The ids that the last list showed. */
  #listed: ReadonlySet<string> = new Set();

  /**
   * @param origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`
   * @param hostFrom the inputs that the origin comes from, as {@link Call} has them
   */
  constructor(client: PlatformClient, origin: string, tokens: TokenSource, hostFrom?: string) {
    this.#client = client;
    this.#origin = origin;
    this.#tokens = tokens;
    this.#hostFrom = hostFrom;
  }

  /** Gets the token for a change early, before the first key or slot is touched. @throws ActionError `TOKEN_EXPIRING` */
  async requireTokenForChange(): Promise<void> {
    await this.#tokens.requireForChange(!this.#changed);
  }

  /** `GET /caCertificates`: both slots. @throws ActionError */
  async list(): Promise<ListedSlot[]> {
    const slots = await this.#send({
      method: "GET",
      url: this.#url(),
      endpoint: ENDPOINTS.list,
      read: readCaCertificates,
    });
    this.#listed = new Set(slots.map(({ id }) => id));
    return slots;
  }

  /**
   * `POST /caCertificates`. Where the reply is lost, or is a refusal, the list shows whether the certificate is there.
   * @param name the `name` attribute
   * @returns the new slot, not verified; its expiration equals the certificate's
   * @throws ActionError `UPLOAD_REFUSED` (as `CertificateRefused` where the certificate is to blame), `CA_SLOTS_FULL`, …
   */
  async upload(name: string, certificate: Certificate): Promise<Slot> {
    const before = this.#listed;
    const slot = await this.#change({
      method: "POST",
      url: this.#url(),
      endpoint: ENDPOINTS.upload,
      body: JSON.stringify({ name, caCertificate: certificate.pem } satisfies UploadRequest),
      read: readCaCertificate,
      refused: (reply) => notAccepted("UPLOAD_REFUSED", reply, this.#client.clock.warning()),
      checkDone: async () => findUploaded(await this.list(), before, name, certificate),
    }).catch((error: unknown) => this.#afterRefusal(error, before, name, certificate));
    if (!endsTogether(slot, certificate)) throw otherExpiration(slot);
    return { ...slot, isVerified: slot.isVerified === true };
  }

  /**
   * `GET /caCertificates/{id}`, for a certificate that the list does not show.
   * @returns the certificate; undefined where the platform says that there is no such certificate
   * @throws ActionError
   */
  async find(id: string): Promise<ListedSlot | undefined> {
    try {
      return await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
    } catch (error) {
      if (error instanceof ActionError && error.code === "CA_NOT_FOUND") return undefined;
      throw error;
    }
  }

  /** `GET /caCertificates/{id}/registrationCode`. @returns the code for the verification certificate's common name */
  async registrationCode(id: string): Promise<string> {
    return await this.#get(id, "/registrationCode", ENDPOINTS.registrationCode, readRegistrationCode);
  }

  /**
   * `POST /caCertificates/{id}/verify`. Where the reply is lost, the list shows whether the verify succeeded.
   * @param verification the verification certificate
   * @returns whether the reply itself, or the list, says that the certificate is verified
   * @throws ActionError `VERIFY_REFUSED`, `VERIFY_NOT_CONFIRMED` where the reply is about another certificate, …
   */
  async verify(id: string, verification: Certificate): Promise<boolean> {
    // After a lost reply the next attempt may be refused because the first one succeeded. Not every list shows whether it did.
    let mayHaveSucceeded = false;
    const reply = await this.#change({
      method: "POST",
      url: this.#url(id, "/verify"),
      endpoint: ENDPOINTS.verify,
      body: JSON.stringify({ verificationCertificate: verification.pem } satisfies VerifyRequest),
      read: readCaCertificate,
      refused: (reply) => {
        const refusal = notAccepted("VERIFY_REFUSED", reply, this.#client.clock.warning());
        return notFound(id, reply) ?? (mayHaveSucceeded ? mayBeVerified(id, refusal) : refusal);
      },
      checkDone: async () => {
        const slot = await this.#inList(id);
        mayHaveSucceeded = slot !== undefined && slot.isVerified === undefined;
        return slot?.isVerified === true ? slot : undefined;
      },
    });
    requireSameId(id, reply, "The reply to the verification");
    return reply.isVerified === true;
  }

  /**
   * Reads a certificate back after a verify (guarantee 5): `GET /caCertificates/{id}`, and the list where that reply does
   * not say whether it is verified.
   * @returns the slot; `isVerified` is undefined where neither says
   * @throws ActionError `CA_NOT_FOUND`, `VERIFY_NOT_CONFIRMED` where another certificate is shown, …
   */
  async readBack(id: string): Promise<ListedSlot> {
    const slot = await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
    requireSameId(id, slot, "The read-back");
    if (slot.isVerified !== undefined) return slot;
    return (await this.#inList(id)) ?? slot;
  }

  /**
   * `DELETE /caCertificates/{id}`. Where the reply is lost, the list shows whether the certificate was
   * deleted.
   * @param guard checks the slots before each repetition, also after a wait for a rate limit (guarantee 6). It throws
   * where the certificate must not be deleted any more.
   * @throws ActionError `CA_NOT_FOUND`, …; its `maybeDone` says whether an attempt may have been carried out
   */
  async remove(id: string, guard: (slots: readonly ListedSlot[]) => void): Promise<void> {
    await this.#change<true>({
      method: "DELETE",
      url: this.#url(id),
      endpoint: ENDPOINTS.remove,
      read: () => true,
      refused: (reply) => notFound(id, reply),
      checkDone: async () => {
        const slots = await this.list();
        if (!slots.some((slot) => slot.id === id)) return true;
        guard(slots);
        return undefined;
      },
      checkAllowed: async () => {
        guard(await this.list());
        return undefined;
      },
    });
  }

  async #inList(id: string): Promise<ListedSlot | undefined> {
    return (await this.list()).find((slot) => slot.id === id);
  }

  async #get<T>(id: string, suffix: string, endpoint: Endpoint, read: (text: string) => T): Promise<T> {
    return await this.#send({
      method: "GET",
      url: this.#url(id, suffix),
      endpoint,
      read,
      refused: (reply) => notFound(id, reply),
    });
  }

  async #change<T>(call: Call<T>): Promise<T> {
    await this.requireTokenForChange();
    this.#changed = true;
    return await this.#send(call);
  }

  async #send<T>(call: Call<T>): Promise<T> {
    return await this.#client.call({
      ...call,
      ...(call.body !== undefined && { headers: { "content-type": "application/json" } }),
      hostFrom: this.#hostFrom,
      authorize: async () => {
        const { value } = await this.#tokens.current();
        // The last look at the clocks before each upload and each verify.
        if (call.method === "POST") this.#client.clock.require("make");
        return { authorization: `Bearer ${value}` };
      },
      unauthorized: () => this.#tokens.discard(),
    });
  }

  #url(id?: string, suffix = ""): URL {
    const path = id === undefined ? BASE_PATH : `${BASE_PATH}/${encodeURIComponent(id)}${suffix}`;
    return new URL(path, this.#origin);
  }

  /**
   * Reads the list after a refused upload, to find the cause: the certificate is there nevertheless, no slot
   * was free, or the certificate itself was refused.
   */
  async #afterRefusal(
    error: unknown,
    before: ReadonlySet<string>,
    name: string,
    certificate: Certificate,
  ): Promise<ListedSlot> {
    if (!(error instanceof ActionError) || error.code !== "UPLOAD_REFUSED") throw error;
    const slots = await this.list().catch(() => undefined);
    if (slots === undefined) throw error;
    const there = findUploaded(slots, before, name, certificate);
    if (there !== undefined) return there;
    if (slots.length >= SLOT_LIMIT) throw slotsTaken(slots, error);
    throw blameCertificate(error, certificate, this.#client.clock.earliest());
  }
}

/**
 * Finds the slot of an upload: a slot that was not there before and that ends in the same second as the
 * certificate. Replies may render the name and the common name in other ways, so our name only decides
 * between two such slots.
 * @param before the ids of the list that the upload was decided on
 */
function findUploaded(
  slots: readonly ListedSlot[],
  before: ReadonlySet<string>,
  name: string,
  certificate: Certificate,
): ListedSlot | undefined {
  const possible = slots.filter((slot) => !before.has(slot.id) && endsTogether(slot, certificate));
  return (
    possible.find((slot) => slot.name === name.trim()) ??
    possible.find((slot) => slot.name.endsWith(shortFingerprint(certificate))) ??
    possible[0]
  );
}
