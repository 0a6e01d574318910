// The JSON bodies of the MindConnect MQTT API v3, as on the vendor's page "Managing CA Certificates using MindConnect
// MQTT API" (last update January 15, 2024). The client and the sandbox share these types and nothing else.

/** A CA certificate as the platform describes it: reply of upload, list, get and verify. */
export interface CaCertificate {
  /** Opaque; 24 hex digits on the page, other forms elsewhere. */
  readonly id: string;
  /** May come back with a leading blank. */
  readonly name: string;
  /** The certificate's notAfter, ISO 8601 in UTC with milliseconds (`2031-05-30T09:22:55.000Z`). */
  readonly expiration: string;
  /** The common name of the certificate's subject. */
  readonly commonName: string;
  /** Absent in the reply to an upload: absent means not verified. */
  readonly isVerified?: boolean;
}

/** Body of `POST /caCertificates`. */
export interface UploadRequest {
  readonly name: string;
  /** The certificate in PEM. */
  readonly caCertificate: string;
}

/** Reply of `GET /caCertificates/{id}/registrationCode`. */
export interface RegistrationCode {
  readonly registrationCode: string;
}

/** Body of `POST /caCertificates/{id}/verify`. */
export interface VerifyRequest {
  /** The verification certificate in PEM: its common name is the registration code. */
  readonly verificationCertificate: string;
}
