import { own, post, type HandstampError } from './index.js';
import type { Handstamp, User } from './types.js';
import type { Recovery } from './visitor.js';

/** Every failure of this module is one of these. */
export { HandstampError, type HandstampErrorCode, type ServiceCode } from './index.js';
export type { Recovery } from './visitor.js';

/** What to change of a profile. A missing member stays as it is, and `null` removes it. */
export interface ProfileChange {
  name?: string | null;
  /** An https address. */
  picture?: string | null;
  /** A language tag: `de-AT`. */
  locale?: string | null;
  /** What the app keeps for the person. It is replaced as a whole, and limited in size. */
  data?: Readonly<Record<string, unknown>> | null;
}

/** Something that has happened to the account, as `GET /me/activity` returns it. */
export interface Activity {
  readonly id: string;
  /** What happened: `session.begun`. */
  readonly kind: string;
  readonly at: string;
  /** `unknown`: an attempt that was refused. */
  readonly by: 'owner' | 'operator' | 'service' | 'client' | 'unknown';
  readonly outcome?: string;
  readonly count: number;
  /** For several: when first. */
  readonly since?: string;
  readonly ip_address?: string;
  readonly user_agent?: string;
  readonly session_id?: string;
}

export interface ActivityPage {
  /** Newest first. */
  readonly activity: readonly Activity[];
  /** For the next page: `before`. */
  readonly next?: string;
}

export interface Deletion {
  readonly deletes_at: string;
  /** Whether it already is. */
  readonly deleted: boolean;
}

/** A login that asks whether the account is kept. */
export interface PendingDeletion {
  /** For {@link keepAccount}. */
  readonly token: string;
  readonly deletesAt: string;
}

/** Changes the profile of the account that is logged in, and returns the account. */
export const updateProfile = (handstamp: Handstamp, change: ProfileChange): Promise<User> =>
  handstamp.call('me', 'PATCH', change);

/** Gives the account that is logged in this username, in place of the one that it has. Needs a recent login. */
export const changeUsername = (handstamp: Handstamp, username: string): Promise<void> =>
  handstamp.call('username/change', 'POST', { username });

/** What has happened to the account: the newest, or those before one of them. */
export const listActivity = (
  handstamp: Handstamp,
  { before, limit }: { before?: string; limit?: number } = {},
): Promise<ActivityPage> => {
  const query = new URLSearchParams({ ...(before && { before }), ...(limit && { limit: `${limit}` }) });
  return handstamp.call(`me/activity?${query}`);
};

/** A copy of what the owner can see of the account. Needs a recent login. */
export const exportAccount = (handstamp: Handstamp): Promise<Readonly<Record<string, unknown>>> =>
  handstamp.call('me/export');

/**
 * Deletes the account, now or after the grace period of the service, and logs out everywhere. Needs a recent login. Until it
 * is deleted, a login is refused with `account_deletion_pending`.
 */
export async function deleteAccount(handstamp: Handstamp): Promise<Deletion> {
  const deletion = await handstamp.call<Deletion>('me', 'DELETE');
  // The session has ended, and the client has to learn that.
  await handstamp.logout().catch((error: HandstampError) => {
    if (!error.definitive) throw error;
  });
  return deletion;
}

/** What a login was refused for, if it was because the account is to be deleted; otherwise null. */
export function deletionPending(error: unknown): PendingDeletion | null {
  const { code, problem } = own(Object(error));
  if (code !== 'account_deletion_pending') return null;
  const { mfa_token: token, deletes_at: deletesAt } = own(Object(problem));
  return { token, deletesAt };
}

/** Keeps the account of a login that was refused with `account_deletion_pending`, and completes the login. */
export const keepAccount = (handstamp: Handstamp, { token }: PendingDeletion): Promise<void> =>
  handstamp.loginWith('login/restore', { mfa_token: token });

/** Keeps the account, with the token in the link of the mail. Logs nobody in. */
export const restoreAccount = (service: Recovery, token: string): Promise<void> =>
  post(service, 'me/restore', { token });
