/** The topics of an agent: what it hears proves how the broker took it. */
export interface Topics {
  /** Only who has both the certificate and the client id hears what is said here. */
  readonly own: string;
  /** Needs the client id alone. */
  readonly open: string;
}

/** @returns the topics of an agent; `commonName` as the broker reads it from the certificate */
export function topicsOf(clientId: string, commonName: string): Topics {
  return { own: `own/${clientId}/${commonName}`, open: `open/${clientId}` };
}
