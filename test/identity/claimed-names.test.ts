import { describe, expect, it } from 'vitest';
import { type Claims, namesOf } from '../../functions/identity/claimed-names.ts';
import type { OidcIssuer } from '../../functions/identity/types.ts';

const issuer = 'https://id.example.com';
const names = (claims: Claims, more: Partial<OidcIssuer> = {}) => namesOf(claims, { issuer, audiences: ['a'], ...more });

describe('names that claims give', () => {
  it.each<[string, Claims, Partial<OidcIssuer>, object]>([
    ['sub behind its issuer', { sub: 'alice' }, {}, { user: `${issuer}#alice`, groups: [] }],
    ['another claim', { sub: 's', upn: 'alice' }, { usernameClaim: 'upn' }, { user: `${issuer}#alice`, groups: [] }],
    ['a prefix', { sub: 'alice' }, { usernamePrefix: 'gh:' }, { user: 'gh:alice', groups: [] }],
    ['no prefix', { sub: 'alice' }, { usernamePrefix: '' }, { user: 'alice', groups: [] }],
    ['a verified address', { email: 'a@b.c', email_verified: true }, { usernameClaim: 'email' }, { user: 'a@b.c', groups: [] }],
    [
      'groups',
      { sub: 'a', 'cognito:groups': ['dev', 'ops'] },
      { groupsClaim: 'cognito:groups', groupsPrefix: 'c:', usernamePrefix: '' },
      { user: 'a', groups: ['c:dev', 'c:ops'] },
    ],
    ['one group', { sub: 'a', role: 'dev' }, { groupsClaim: 'role', usernamePrefix: '' }, { user: 'a', groups: ['dev'] }],
    ['no groups', { sub: 'a' }, { groupsClaim: 'groups', usernamePrefix: '' }, { user: 'a', groups: [] }],
    ['what is required', { sub: 'a', org: 'acme' }, { requiredClaims: { org: 'acme' }, usernamePrefix: '' }, { user: 'a', groups: [] }],
  ])('%s', (_, claims, more, expected) => {
    expect(names(claims, more)).toEqual(expected);
  });

  it.each<[string, Claims, Partial<OidcIssuer>, string]>([
    ['no name', {}, {}, 'claim sub names no user'],
    ['an empty name', { sub: '' }, { usernamePrefix: 'x:' }, 'claim sub names no user'],
    ['a name that is a number', { sub: 5 }, {}, 'claim sub names no user'],
    ['a claim that objects have', {}, { usernameClaim: 'constructor' }, 'claim constructor names no user'],
    ['a name of Kubernetes', { sub: 'system:admin' }, { usernamePrefix: '' }, 'must not begin with system:'],
    ['a name that becomes one', { sub: 'tem:admin' }, { usernamePrefix: 'sys' }, 'must not begin with system:'],
    ['a group of Kubernetes', { sub: 'a', groups: ['x', 'system:masters'] }, { groupsClaim: 'groups' }, 'must not begin with system:'],
    ['groups that are none', { sub: 'a', groups: [{}] }, { groupsClaim: 'groups' }, 'claim groups is no list of groups'],
    ['an unverified address', { email: 'a@b.c', email_verified: false }, { usernameClaim: 'email' }, 'email_verified is not true'],
    ['an address nobody speaks of', { email: 'a@b.c' }, { usernameClaim: 'email' }, 'email_verified is not true'],
    ['not what is required', { sub: 'a', org: 'evil' }, { requiredClaims: { org: 'acme' } }, 'claim org is not what is required'],
    ['a list of what is required', { sub: 'a', org: ['acme'] }, { requiredClaims: { org: 'acme' } }, 'claim org is not what is required'],
    ['a line break', { sub: 'a\nb' }, {}, 'must not hold control characters'],
  ])('are refused: %s', (_, claims, more, problem) => {
    expect(names(claims, more)).toEqual({ refused: expect.stringContaining(problem) as string });
  });
});
