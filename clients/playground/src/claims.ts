export type Claims = Readonly<Record<string, unknown>> & { readonly iat: number; readonly exp: number };

/** Reads what a ticket says. It proves nothing: verifying is the API's affair. */
export function readClaims(ticket: string): Claims {
  const payload = ticket.split('.')[1]!;
  return JSON.parse(new TextDecoder().decode(fromBase64Url(payload)));
}

/** The generation that a stamp names: version 1, key 1, session 16, generation 4, and the proof. */
export function numberOf(stamp: string): number {
  return new DataView(fromBase64Url(stamp.slice('hsr_'.length)).buffer).getUint32(18);
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0));
}
