import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityKey, kindOf, TARGET_KINDS, targetKeyOf } from '../../../functions/triggers/kinds/registry.ts';

const TRIGGER = { namespace: 'shop', name: 'deploy', uid: 'u1' };
const OTHER = { ...TRIGGER, name: 'other', uid: 'u2' };

describe('kinds of targets', () => {
  it('are each a member of their own, acted on by the file of their name', () => {
    const names = TARGET_KINDS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const files = new Set(globSync('functions/triggers/targets/*.ts').map((file) => basename(file, '.ts')));
    expect(names.filter((name) => !files.has(name))).toEqual([]);
  });

  it('are told by the one member of a target', () => {
    expect(kindOf({ webhook: { url: 'https://a/' } })).toMatchObject({ kind: { name: 'webhook' }, spec: { url: 'https://a/' } });
    expect([kindOf({}), kindOf({ pigeon: {} }), kindOf({ constructor: {} })]).toEqual([null, null, null]);
  });

  it('describe themselves without paths and secrets', () => {
    const describeTarget = (target: object) => {
      const found = kindOf(target as never);
      return found?.kind.describe(found.spec);
    };
    expect(describeTarget({ webhook: { url: 'https://hooks.example:8443/T0/secret' } })).toBe('hooks.example:8443');
    expect(describeTarget({ sqs: { queueArn: 'arn:aws:sqs:eu-central-1:111122223333:deploy' } })).toBe('deploy');
  });

  it('have a key that fits a message group, and triggers that do not undo each other have different ones', () => {
    const target = { webhook: { url: 'https://a/' } };
    const key = targetKeyOf(target, TRIGGER);
    expect(key).toMatch(/^[\w-]{43}$/);
    expect(targetKeyOf({ webhook: { url: 'https://b/' } }, TRIGGER)).toBe(key);
    expect(identityKey('webhook', JSON.stringify(['shop', 'deploy', 'u1']))).toBe(key);
    expect(targetKeyOf(target, OTHER)).not.toBe(key);
    expect(targetKeyOf({ pigeon: {} }, TRIGGER)).not.toBe(key);
  });
});
