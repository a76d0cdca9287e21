/**
 * WWW-Authenticate (RFC 9110 §11.6.1): a list of challenges in which commas separate challenges as well as parameters. Read leniently, because
 * registries write it leniently: values without quotes, blanks around `=`, missing or doubled commas, several header lines in one.
 */
export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case; of a repeated one the first counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A challenge the client can answer. */
export type AuthChallenge =
  | { readonly kind: 'basic' }
  /** https://distribution.github.io/distribution/spec/auth/token/ */
  | { readonly kind: 'bearer'; readonly realm: string; readonly service: string | undefined; readonly scope: string | undefined };

/** A longer header is cut: nobody honest sends it. */
const MAX_LENGTH = 8 * 1024;

export function parseChallenges(header: string): readonly Challenge[] {
  const scanner = createScanner(header.slice(0, MAX_LENGTH));
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (let word = scanner.word(); word !== null; word = scanner.word()) {
    const value = scanner.value();
    if (value === null) {
      challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
      scanner.skipToken68();
      continue;
    }
    const parameters = challenges.at(-1)?.parameters;
    const name = word.toLowerCase();
    if (parameters !== undefined && !parameters.has(name)) parameters.set(name, value);
  }
  return challenges;
}

/**
 * The best of the challenges: a bearer token before a password on every request, but no token from where no password may go. Null when the client
 * knows none of them. One whose token service is of no use comes last: the request then fails with the reason.
 * @param insecure the registry may be spoken to in plain http
 */
export function chooseChallenge(challenges: readonly Challenge[], insecure: boolean): AuthChallenge | null {
  const bearers = challenges.flatMap(({ scheme, parameters }): AuthChallenge[] => {
    const realm = parameters.get('realm');
    if (scheme !== 'bearer' || realm === undefined) return [];
    return [{ kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') }];
  });
  const usable = bearers.find((bearer) => bearer.kind === 'bearer' && parseRealm(bearer.realm, insecure) !== null);
  if (usable !== undefined) return usable;
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : (bearers[0] ?? null);
}

/** The URL of a token service, which is sent passwords. Null unless it is https, or http for an insecure registry. */
export function parseRealm(realm: string, insecure: boolean): URL | null {
  const url = URL.parse(realm);
  if (url?.protocol !== 'https:' && !(insecure && url?.protocol === 'http:')) return null;
  url.username = '';
  url.password = '';
  return url;
}

interface Scanner {
  /** The next scheme or parameter name, null at the end. */
  word(): string | null;
  /** What follows `=`, null when no `=` comes next. */
  value(): string | null;
  /** Skips the credentials-like text some schemes carry instead of parameters. */
  skipToken68(): void;
}

function createScanner(text: string): Scanner {
  let position = 0;

  /** Sticky patterns: each matches at `position` or not at all. */
  function take(pattern: RegExp): string | null {
    pattern.lastIndex = position;
    const match = pattern.exec(text);
    if (match === null) return null;
    position = pattern.lastIndex;
    return match[0];
  }

  /** Backslash escapes; a missing closing quote ends at the end of the header. */
  function quoted(): string {
    const inner = take(/(?:[^"\\]|\\.)*/sy) ?? '';
    take(/\\?"?/y);
    return inner.replaceAll(/\\(.)/gs, '$1');
  }

  return {
    word() {
      take(/[\s,="]+/y);
      return take(/[^\s,="]+/y);
    },
    value() {
      if (take(/\s*=\s*/y) === null) return null;
      if (take(/"/y) !== null) return quoted();
      return take(/[^\s,]*/y) ?? '';
    },
    skipToken68() {
      take(/\s+[\w.~+/-]+=*(?=\s*(?:,|$))/y);
    },
  };
}
