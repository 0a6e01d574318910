import { type Certificate, shortFingerprint } from "../ca/certificate.ts";
import type { Clocks } from "../ca/clocks.ts";
import { endsTogether, type ListedSlot, SLOT_LIMIT, type Slot } from "../ca/slots.ts";
import { ActionError, type PlatformSaid } from "../messages/errors.ts";
import { ENDPOINTS, type Endpoint } from "./budget.ts";
import {
  blameCertificate,
  differs,
  maybeVerified,
  notAccepted,
  notFound,
  requireSame,
  slotsTaken,
} from "./ca-refusals.ts";
import type { Call, Gateway } from "./gateway.ts";
import { readCaCertificate, readCaCertificates, readRegistrationCode } from "./replies.ts";
import type { TokenSource } from "./tokens.ts";
import type { UploadRequest, VerifyRequest } from "./vendor-types.ts";

/** Base path of the MindConnect MQTT API v3. */
const BASE_PATH = "/api/mindconnectmqtt/v3/caCertificates";

/** The five calls of the documented procedure, and DELETE. A registration makes each of the five once. */
export class CaCertificates {
  readonly #gateway: Gateway;
  readonly #origin: string;
  readonly #tokens: TokenSource;
  readonly #clock: Clocks;
  readonly #hostFrom: string | undefined;
  #changed = false;
  /** The ids that the last list showed. */
  #listed: ReadonlySet<string> = new Set();

  /**
   * @param origin of the gateway, e.g. `https://gateway.eu1.mindsphere.io`
   * @param hostFrom the inputs that it comes from, as a call has them
   */
  constructor(gateway: Gateway, origin: string, tokens: TokenSource, clock: Clocks, hostFrom?: string) {
    this.#gateway = gateway;
    this.#origin = origin;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#hostFrom = hostFrom;
  }

  /** Asks for a change's token early, before the first key or slot is touched. @throws ActionError `TOKEN_EXPIRING` */
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
   * `POST /caCertificates`. Where the reply is lost, or refuses it, the list shows whether it is there.
   * @param name the `name` attribute
   * @returns the new slot, not verified; its expiration equals the certificate's
   * @throws ActionError `UPLOAD_REFUSED` (as `CertificateRefused` where the certificate is to blame), `CA_SLOTS_FULL`, …
   */
  async upload(name: string, certificate: Certificate): Promise<Slot> {
    const request: UploadRequest = { name, caCertificate: certificate.pem };
    const before = this.#listed;
    const slot = await this.#change({
      method: "POST",
      url: this.#url(),
      endpoint: ENDPOINTS.upload,
      body: JSON.stringify(request),
      read: readCaCertificate,
      refused: (said) => this.#notAccepted("UPLOAD_REFUSED", said),
      look: async () => findUploaded(await this.list(), before, name, certificate),
      ready: () => this.#clock.require("make"),
    }).catch((error: unknown) => this.#weighRefusal(error, before, name, certificate));
    if (!endsTogether(slot, certificate)) throw differs(slot);
    return asSlot(slot);
  }

  /**
   * `GET /caCertificates/{id}`, of one that the list does not show.
   * @returns what is there; undefined where the platform says that there is no such certificate
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
   * `POST /caCertificates/{id}/verify`. Where the reply is lost, the list shows whether it happened.
   * @param verification the verification certificate
   * @returns whether the reply itself, or the list, says that the certificate is verified
   * @throws ActionError `VERIFY_REFUSED`, `VERIFY_NOT_CONFIRMED` where the reply is about another certificate, …
   */
  async verify(id: string, verification: Certificate): Promise<boolean> {
    const request: VerifyRequest = { verificationCertificate: verification.pem };
    // Sent again after its reply was lost, it may be refused for having succeeded: whether it did, not every list says.
    let doubtful = false;
    const reply = await this.#change({
      method: "POST",
      url: this.#url(id, "/verify"),
      endpoint: ENDPOINTS.verify,
      body: JSON.stringify(request),
      read: readCaCertificate,
      refused: (said) => {
        const refusal = this.#notAccepted("VERIFY_REFUSED", said);
        return notFound(id, said) ?? (doubtful ? maybeVerified(id, refusal) : refusal);
      },
      look: async () => {
        const slot = (await this.list()).find((other) => other.id === id);
        doubtful = slot !== undefined && slot.isVerified === undefined;
        return slot?.isVerified === true ? slot : undefined;
      },
      ready: () => this.#clock.require("make"),
    });
    requireSame(id, reply, "The reply to the verification");
    return reply.isVerified === true;
  }

  /**
   * Reads a certificate back after a verify (guarantee 5): `GET /caCertificates/{id}`, and the list where that does
   * not say whether it is verified.
   * @returns the slot; `isVerified` is undefined where neither says
   * @throws ActionError `CA_NOT_FOUND`, `VERIFY_NOT_CONFIRMED` where another certificate is shown, …
   */
  async readBack(id: string): Promise<ListedSlot> {
    const slot = await this.#get(id, "", ENDPOINTS.get, readCaCertificate);
    requireSame(id, slot, "The read-back");
    if (slot.isVerified !== undefined) return slot;
    return (await this.list()).find((other) => other.id === id) ?? slot;
  }

  /**
   * `DELETE /caCertificates/{id}`. Where the answer is lost, the list shows whether it happened.
   * @param guard looks at the slots again before it is repeated, after a wait for a rate limit too (guarantee 6), and
   * throws where it must not happen any more
   * @throws ActionError `CA_NOT_FOUND`, …; its `maybeDone` says whether an attempt may have been carried out
   */
  async remove(id: string, guard: (slots: readonly ListedSlot[]) => void): Promise<void> {
    await this.#change<true>({
      method: "DELETE",
      url: this.#url(id),
      endpoint: ENDPOINTS.remove,
      read: () => true,
      refused: (said) => notFound(id, said),
      look: async () => {
        const slots = await this.list();
        if (!slots.some((slot) => slot.id === id)) return true;
        guard(slots);
        return undefined;
      },
      recheck: async () => {
        guard(await this.list());
        return undefined;
      },
    });
  }

  async #get<T>(id: string, suffix: string, endpoint: Endpoint, read: (text: string) => T): Promise<T> {
    return await this.#send({
      method: "GET",
      url: this.#url(id, suffix),
      endpoint,
      read,
      refused: (said) => notFound(id, said),
    });
  }

  async #change<T>(call: Change<T>): Promise<T> {
    await this.requireTokenForChange();
    this.#changed = true;
    return await this.#send(
      call.body === undefined ? call : { ...call, headers: { "content-type": "application/json" } },
    );
  }

  async #send<T>({ ready, ...call }: Change<T>): Promise<T> {
    return await this.#gateway.call({
      ...call,
      hostFrom: this.#hostFrom,
      authorize: async () => {
        const { value } = await this.#tokens.current();
        ready?.();
        return { authorization: `Bearer ${value}` };
      },
      unauthorized: () => this.#tokens.discard(),
    });
  }

  #url(id?: string, suffix = ""): URL {
    const path = id === undefined ? BASE_PATH : `${BASE_PATH}/${encodeURIComponent(id)}${suffix}`;
    return new URL(path, this.#origin);
  }

  #notAccepted(code: "UPLOAD_REFUSED" | "VERIFY_REFUSED", said: PlatformSaid): ActionError {
    return notAccepted(code, said, this.#clock.warning());
  }

  /** Only a list tells whether a refused upload is there all the same, found no slot, or is to blame itself. */
  async #weighRefusal(
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
    throw blameCertificate(error, certificate, this.#clock.earliest());
  }
}

/** A call that may bring a last judgement, made right before each attempt; what it throws stops the call. */
type Change<T> = Omit<Call<T>, "authorize" | "unauthorized"> & { readonly ready?: () => void };

function asSlot(slot: ListedSlot): Slot {
  return { ...slot, isVerified: slot.isVerified === true };
}

/**
 * Before an upload no slot could be it. So one that came since and ends in the same second is it, however its name and
 * common name are rendered; of two, the one with our name.
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
